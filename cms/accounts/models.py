"""The user model. Own from the first migration, so that it can grow."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.contrib.auth.models import AbstractUser, Group
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _


class User(AbstractUser):
    """A person who signs in: citizen, extranet member, member of staff."""

    email = models.EmailField(_("email address"), unique=True)
    language = models.CharField(_("language"), max_length=10, choices=settings.TEXT_LANGUAGES, default="de")
    #: When the next role begins or ends; then the groups are derived anew (cms.accounts.rights).
    roles_change_at = models.DateTimeField(null=True, editable=False, db_index=True)

    class Meta(AbstractUser.Meta):
        verbose_name = _("user")
        verbose_name_plural = _("users")

    @property
    def is_member_of_staff(self) -> bool:
        """True for members of the city's staff (not to be confused with Django's ``is_staff``)."""
        from cms.access.rules import reader_levels

        return "staff" in reader_levels(self)


class RoleSettings(models.Model):
    """What holds for everybody who has a role. A role is a group; without a row the defaults hold."""

    group = models.OneToOneField(
        Group, models.CASCADE, primary_key=True, related_name="settings", verbose_name=pgettext_lazy("job", "role")
    )
    second_factor = models.BooleanField(
        _("second factor required"),
        default=False,
        help_text=_("Who has this role must set up an app, a security key or a passkey before doing anything else."),
    )
    for_deputies = models.BooleanField(
        _("holds for deputies"),
        default=False,
        help_text=_("While somebody with this role is absent, the deputy has it, too."),
    )

    class Meta:
        verbose_name = _("rules of a role")
        verbose_name_plural = _("rules of roles")

    def __str__(self) -> str:
        return gettext(self.group.name)


class RoleAssignmentQuerySet(models.QuerySet["RoleAssignment"]):
    """Assignments by time."""

    def active(self, at: datetime) -> RoleAssignmentQuerySet:
        """Return those that hold at ``at``."""
        return self.filter(Q(starts=None) | Q(starts__lte=at), Q(ends=None) | Q(ends__gt=at))


class RoleAssignment(models.Model):
    """Who has which role where, from when until when. Groups and Wagtail's permissions follow from it."""

    class Scope(models.TextChoices):
        CITY = "city", _("the whole city")
        UNIT = "unit", _("a unit and all below it")
        PAGE = "page", _("a page and all below it")
        RECORD = "record", _("a single record")

    class Source(models.TextChoices):
        ADMIN = "admin", _("given in the administration")
        DIRECTORY_SERVICE = "oidc", _("from the city's sign-in service")
        INVITATION = "invitation", _("by an invitation")

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="role_assignments", verbose_name=_("person")
    )
    role = models.ForeignKey(
        Group, models.CASCADE, related_name="assignments", verbose_name=pgettext_lazy("job", "role")
    )
    scope = models.CharField(_("where"), max_length=10, choices=Scope, default=Scope.CITY)
    # References are values: a unit's or a page's id; "kind:id" for a record.
    scope_id = models.CharField(_("which one"), max_length=80, blank=True)
    starts = models.DateTimeField(_("from"), null=True, blank=True)
    ends = models.DateTimeField(_("until"), null=True, blank=True)
    source = models.CharField(_("source"), max_length=12, choices=Source, default=Source.ADMIN, editable=False)
    note = models.CharField(_("why"), max_length=200, blank=True)
    given_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        related_name="+",
        editable=False,
        verbose_name=_("given by"),
    )
    given_at = models.DateTimeField(_("given"), default=timezone.now, editable=False)

    objects = RoleAssignmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("assignment of a role")
        verbose_name_plural = _("assignments of roles")
        constraints = [
            models.CheckConstraint(
                condition=Q(scope="city", scope_id="") | (~Q(scope="city") & ~Q(scope_id="")), name="role_scope_named"
            ),
            models.CheckConstraint(
                condition=Q(starts=None) | Q(ends=None) | Q(ends__gt=models.F("starts")), name="role_window_in_order"
            ),
        ]

    def __str__(self) -> str:
        return f"{gettext(self.role.name)}: {self.scope_text}"

    @property
    def scope_text(self) -> str:
        """The scope in words."""
        from .scopes import name_of

        return str(self.get_scope_display()) if self.scope == self.Scope.CITY else name_of(self.scope, self.scope_id)


class DerivedGroup(models.Model):
    """The group that carries Wagtail's permissions of one role on one page; made and removed by cms.accounts.rights."""

    group = models.OneToOneField(Group, models.CASCADE, primary_key=True, related_name="derived")
    role = models.ForeignKey(Group, models.CASCADE, related_name="+")
    page_id = models.PositiveBigIntegerField()

    class Meta:
        verbose_name = _("derived group")
        verbose_name_plural = _("derived groups")
        constraints = [models.UniqueConstraint(fields=["role", "page_id"], name="derived_group_once")]

    def __str__(self) -> str:
        return self.group.name


class DerivedMembership(models.Model):
    """A membership that follows from assignments. Others were given directly and are left alone."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    group = models.ForeignKey(Group, models.CASCADE, related_name="+")

    class Meta:
        verbose_name = _("derived membership")
        verbose_name_plural = _("derived memberships")
        constraints = [models.UniqueConstraint(fields=["user", "group"], name="derived_membership_once")]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.group_id}"


class Invitation(models.Model):
    """Somebody from outside is asked into the extranet. The key is in the mail only; here lies its hash."""

    email = models.EmailField(_("email address"))
    role = models.ForeignKey(Group, models.CASCADE, related_name="+", verbose_name=pgettext_lazy("job", "role"))
    role_ends = models.DateTimeField(_("role ends"), null=True, blank=True)
    message = models.TextField(_("a few words"), blank=True, max_length=1_000)
    language = models.CharField(_("language"), max_length=10, choices=settings.TEXT_LANGUAGES, default="de")
    key_hash = models.CharField(max_length=64, unique=True, editable=False)
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        related_name="+",
        editable=False,
        verbose_name=_("invited by"),
    )
    invited_at = models.DateTimeField(_("invited"), default=timezone.now, editable=False)
    expires_at = models.DateTimeField(_("valid until"), editable=False)
    accepted_at = models.DateTimeField(_("accepted"), null=True, editable=False)
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="+", editable=False
    )

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering = ["-invited_at"]

    def __str__(self) -> str:
        return self.email

    @property
    def is_open(self) -> bool:
        """Whether it can still be accepted."""
        return self.accepted_at is None and self.expires_at > timezone.now()

    @property
    def state(self) -> str:
        """The state in words."""
        if self.accepted_at:
            return gettext("accepted")
        return gettext("open") if self.is_open else gettext("expired")
