"""Some pages are released by a named role, and by nobody else: Leichte Sprache and films in sign language.

Testing readers and interpreters vouch for these texts; whoever publishes them takes the responsibility. The rule
holds for every way a page can go live: the editor, a schedule, the end of a workflow, many pages at once, copies,
aliases, translations made by wagtail-localize, and code. Being superuser is no role.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth.models import Permission
from django.db import models
from wagtail.actions.publish_page_revision import PublishPagePermissionError
from wagtail.models import Page, PagePermissionTester, PageViewRestriction

from cms.access.pages import restrictions_of

EASY = "release_easy_language"
SIGN = "release_sign_language"


def permission_needed(page: Page) -> str:
    """Return the codename of the right that publishing ``page`` asks for, "" when the ordinary rights are enough."""
    own = getattr(page.specific_class, "release_permission", "")
    return own or (EASY if page.locale.language_code == settings.EASY_LANGUAGE else "")


def may_release(user: Any, page: Page) -> bool:
    """Return whether ``user`` may publish ``page`` as far as the named roles go."""
    codename = permission_needed(page)
    return not codename or holds(user, codename)


def holds(user: Any, codename: str) -> bool:
    """Return whether one of the groups of ``user`` has the right; asked once a request."""
    if user is None or not user.is_active or not user.is_authenticated:
        return False
    if not hasattr(user, "_releases"):
        rows = Permission.objects.filter(content_type__app_label="languages", group__user=user.pk)
        user._releases = set(rows.values_list("codename", flat=True))
    return codename in user._releases


class ReleaseTester(PagePermissionTester):
    """Wagtail's rights, and for publishing the named role as well."""

    def can_publish(self) -> bool:
        """Return whether the user may publish this page."""
        return super().can_publish() and may_release(self.user, self.page)

    def can_publish_subpage(self) -> bool:
        """Return whether the user may publish new pages below: they have the language of this page."""
        easy = self.page.locale.language_code == settings.EASY_LANGUAGE
        return super().can_publish_subpage() and (not easy or holds(self.user, EASY))

    def can_set_view_restrictions(self) -> bool:
        """Return whether the user may say who reads the page: that needs the ordinary right to publish."""
        return super().can_publish()

    def can_unschedule(self) -> bool:
        """Return whether the user may stop what is going to be published."""
        return super().can_publish()


class Released(models.Model):
    """Mixin of every page type."""

    class Meta:
        abstract = True

    #: Codename of the right that publishing pages of this type asks for, whatever their language.
    release_permission = ""

    def permissions_for_user(self, user: Any) -> PagePermissionTester:
        """Return what ``user`` may do with this page."""
        return ReleaseTester(user, self)

    def publish(self, revision: Any, user: Any = None, *args: Any, **kwargs: Any) -> Any:
        """Publish or schedule ``revision``.

        Raises PublishPagePermissionError when the page needs a release and ``user`` may not give it. Without a user
        (the clock) a revision goes live that was released when it was scheduled.
        """
        scheduled = user is None and revision.approved_go_live_at is not None
        if not scheduled and not may_release(user, self):  # type: ignore[arg-type]
            raise PublishPagePermissionError(f"Page {revision.object_id} is released by a named role only.")
        return super().publish(revision, user, *args, **kwargs)  # type: ignore[misc]

    def get_view_restrictions(self) -> models.QuerySet[PageViewRestriction]:
        """Return what limits the readers: here and above, and for a translation at its German page."""
        return restrictions_of(self, super().get_view_restrictions())  # type: ignore[arg-type, misc]

    def get_template(self, request: Any, *args: Any, **kwargs: Any) -> str:
        """Return the template; pages in Leichte Sprache have one of their own, whatever their type."""
        if self.locale.language_code == settings.EASY_LANGUAGE:  # type: ignore[attr-defined]
            return "languages/easy_page.html"
        return super().get_template(request, *args, **kwargs)  # type: ignore[misc]


def withhold(instance: Page) -> None:
    """Keep a page from going live by being made: one that needs a release, and an alias of a page in another language.

    Such aliases stand where a translation is going to be; published they would show German on an English page.
    """
    foreign = instance.alias_of_id and instance.alias_of.locale_id != instance.locale_id
    if instance.live and (foreign or (instance._state.adding and permission_needed(instance))):
        instance.live = False
        instance.has_unpublished_changes = True
