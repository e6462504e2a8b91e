"""Outside reviews: somebody without an account reads one draft and says what he thinks of it."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db import models
from django.forms import CheckboxSelectMultiple
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page, Revision, Task, TaskState

from . import approvers


class OutsideReviewQuerySet(models.QuerySet["OutsideReview"]):
    """Reviews by state."""

    def waiting(self) -> OutsideReviewQuerySet:
        """Return those whose link works and which nobody has answered."""
        return self.filter(state=OutsideReview.State.OPEN, expires_at__gt=timezone.now(), revision__isnull=False)


class OutsideReview(models.Model):
    """One person outside is asked about one version of a page. The key is in the mail only; here lies its hash."""

    class State(models.TextChoices):
        OPEN = "open", _("not answered yet")
        APPROVED = "approved", _("approved from outside")
        CHANGES = "changes", _("changes wanted")
        WITHDRAWN = "withdrawn", _("withdrawn")

    page = models.ForeignKey(Page, models.CASCADE, related_name="outside_reviews", verbose_name=_("Page"))
    # Made for the review and never overwritten; gone only when old versions are purged.
    revision = models.ForeignKey(Revision, models.SET_NULL, null=True, related_name="+", verbose_name=_("version"))
    task_state = models.ForeignKey(TaskState, models.SET_NULL, null=True, related_name="outside_reviews")
    name = models.CharField(_("name"), max_length=120)
    email = models.EmailField(_("email address"))
    message = models.TextField(_("a few words"), blank=True, max_length=1_000)
    language = models.CharField(_("language"), max_length=10, choices=settings.TEXT_LANGUAGES, default="de")
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("asked by")
    )
    asked_at = models.DateTimeField(_("asked"), default=timezone.now)
    expires_at = models.DateTimeField(_("valid until"))
    ends_on_publish = models.BooleanField(_("ends when the page is published"), default=True)
    key_hash = models.CharField(max_length=64, unique=True, editable=False)
    opened_at = models.DateTimeField(_("first opened"), null=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.OPEN)
    answer = models.TextField(_("answer"), blank=True, max_length=5_000)
    answered_at = models.DateTimeField(_("answered"), null=True)

    objects = OutsideReviewQuerySet.as_manager()

    class Meta:
        verbose_name = _("outside review")
        verbose_name_plural = _("outside reviews")
        ordering = ["-asked_at", "-pk"]
        indexes = [models.Index(fields=["page", "state"])]

    def __str__(self) -> str:
        return f"{self.name}: {self.page_id}"

    @property
    def is_readable(self) -> bool:
        """Whether the link still shows the draft: until it expires or is withdrawn, also after the answer."""
        return self.state != self.State.WITHDRAWN and self.expires_at > timezone.now() and self.revision_id is not None

    @property
    def is_open(self) -> bool:
        """Whether an answer is still awaited."""
        return self.state == self.State.OPEN and self.is_readable

    @property
    def state_text(self) -> str:
        """The state in words; an open one that has run out says so."""
        if self.state == self.State.OPEN and not self.is_open:
            return gettext("expired")
        return str(self.get_state_display())


class OutsideComment(models.Model):
    """What the person wrote about a block of the body, or (without block) about the whole page."""

    review = models.ForeignKey(OutsideReview, models.CASCADE, related_name="comments")
    block_id = models.CharField(max_length=36, blank=True)
    # As it was called then: the block may be gone from the page when the comment is read.
    block_label = models.CharField(max_length=200, blank=True)
    text = models.TextField(_("what was written"), max_length=5_000)
    created_at = models.DateTimeField(default=timezone.now)
    resolved_at = models.DateTimeField(null=True)
    resolved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    class Meta:
        verbose_name = _("comment from outside")
        verbose_name_plural = _("comments from outside")
        ordering = ["created_at", "pk"]

    def __str__(self) -> str:
        return self.text[:60]


class EditorialApprovalTask(Task):
    """A step of a workflow: somebody with one of the roles approves, or a deputy while that person is absent.

    A role that is limited to a part of the tree counts there only, so one workflow serves all sections.
    """

    groups = models.ManyToManyField(
        Group,
        verbose_name=_("approving roles"),
        related_name="+",
        help_text=_("Who has one of these roles for the page may approve it; while they are absent, their deputies."),
    )
    four_eyes = models.BooleanField(
        _("four-eyes rule"),
        default=True,
        help_text=_("Nobody approves what they wrote or submitted themselves."),
    )
    also_direct = models.BooleanField(
        _("no way around"),
        default=False,
        help_text=_("The rule also holds for publishing directly: whoever wrote the version can't publish it alone."),
    )

    admin_form_fields = [*Task.admin_form_fields, "groups", "four_eyes", "also_direct"]
    admin_form_widgets = {"groups": CheckboxSelectMultiple}

    class Meta:
        verbose_name = _("approval by editors and their deputies")
        verbose_name_plural = _("approvals by editors and their deputies")

    @classmethod
    def get_description(cls) -> str:
        """Say in the admin what this kind of step does."""
        return gettext("People with the chosen roles approve, or their deputies while they are absent.")

    def user_can_access_editor(self, obj: Any, user: Any) -> bool:
        """Let approvers and deputies read and edit what waits for them."""
        return user.is_superuser or approvers.may_approve(self, obj, user)

    def locked_for_user(self, obj: Any, user: Any) -> bool:
        """Keep everybody else from changing what is being approved."""
        return not self.user_can_access_editor(obj, user)

    def user_can_lock(self, obj: Any, user: Any) -> bool:
        """Let approvers lock the page for the others."""
        return approvers.may_approve(self, obj, user)

    def get_actions(self, obj: Any, user: Any) -> list[tuple[str, Any, bool]]:
        """Offer sending back and approving; the second not for one's own page where the four-eyes rule holds."""
        if not self.user_can_access_editor(obj, user):
            return []
        send_back = [("reject", _("Request changes"), True)]
        if self.four_eyes and approvers.is_own(obj, user):
            return send_back
        return [*send_back, ("approve", _("Approve"), False), ("approve", _("Approve with comment"), True)]

    def get_task_states_user_can_moderate(self, user: Any, **kwargs: Any) -> models.QuerySet[TaskState]:
        """Return what waits for ``user``, also instead of absent people; not their own pages."""
        return approvers.waiting_for(self, user)


class OutsideApprovalTask(Task):
    """A step of a workflow that waits for somebody outside: approved goes on, changes wanted goes back."""

    reviewer_name = models.CharField(_("name"), max_length=120, blank=True)
    reviewer_email = models.EmailField(
        _("email address"),
        blank=True,
        help_text=_("Asked at once when a page reaches this step. Empty: the editor asks somebody."),
    )

    admin_form_fields = [*Task.admin_form_fields, "reviewer_name", "reviewer_email"]

    class Meta:
        verbose_name = _("approval from outside")
        verbose_name_plural = _("approvals from outside")

    @classmethod
    def get_description(cls) -> str:
        """Say in the admin what this kind of step does."""
        return gettext("Waits until a person without an account has approved the draft by a link.")

    def clean(self) -> None:
        """Insist on name and address together. Raises ValidationError."""
        if bool(self.reviewer_name) != bool(self.reviewer_email):
            raise ValidationError(gettext("Enter both name and email address, or neither."))

    def start(self, workflow_state: Any, user: Any = None) -> TaskState:
        """Begin to wait; ask the person of this step, or take over the open question of the same page."""
        from .services import begin_waiting

        task_state = super().start(workflow_state, user=user)
        begin_waiting(task=self, task_state=task_state, by=user)
        return task_state

    def locked_for_user(self, obj: Any, user: Any) -> bool:
        """Keep the version still while somebody outside reads it; cancelling the workflow opens it again."""
        return True

    def get_actions(self, obj: Any, user: Any) -> list[tuple[str, Any, bool]]:
        """Let those who may publish decide without the answer, with a word why."""
        if not obj.permissions_for_user(user).can_publish():
            return []
        return [("reject", _("Request changes"), True), ("approve", _("Go on without the answer"), True)]

    def get_task_states_user_can_moderate(self, user: Any, **kwargs: Any) -> models.QuerySet[TaskState]:
        """Nobody here has to act: the answer comes from outside."""
        return TaskState.objects.none()


class LockReason(models.Model):
    """Why a page is locked, for the other editors. Belongs to the lock that began at ``locked_at``."""

    page = models.OneToOneField(Page, models.CASCADE, primary_key=True, related_name="+")
    reason = models.CharField(_("reason"), max_length=300)
    locked_at = models.DateTimeField()

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("reason of a lock")
        verbose_name_plural = _("reasons of locks")

    def __str__(self) -> str:
        return self.reason


#: What editors see alone.
UNSEEN = ["reviews.LockReason"]
