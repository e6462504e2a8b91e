"""Writing notices: who may, what is checked, who is told."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.log_actions import log
from wagtail.models import Page
from wagtail.permission_policies.pages import PagePermissionPolicy

from cms.access.models import AccessRule
from cms.accounts import rights
from cms.accounts.models import User
from cms.directory.models import OrganisationUnit
from cms.events.services import record
from cms.notifications.services import notify_many

from .models import Notice
from .roles import EMERGENCY_GROUP, PRESS_GROUP
from .targets import visible_ids

#: Said of what is not there and of what one may not see, so that nobody tells them apart.
NOTHING_THERE = _("There is nothing of this kind with this number.")
EMERGENCY_RIGHT = "notices.publish_emergency"
#: How long an emergency notice is shown unless somebody says otherwise.
EMERGENCY_HOURS = 24


def may_place(user: Any, notice: Notice, action: str = "change") -> bool:
    """Return whether ``user`` may do ``action`` with a notice of this severity at this place.

    Site and portal need the right in the whole city, an office or a record the right there, a page the right to publish
    it. An emergency needs the emergency publishers' right, wherever it is shown.
    """
    if not user.is_active:
        return False
    if notice.severity == Notice.Severity.EMERGENCY:
        return user.has_perm(EMERGENCY_RIGHT)
    if rights.may(user, f"notices.{action}_notice", notice):
        return True
    target = notice.target() if notice.kind == "page" else None
    return isinstance(target, Page) and target.permissions_for_user(user).can_publish()


def publishes_pages(user: Any) -> bool:
    """Return whether ``user`` may publish at least some page, and so put notices on it."""
    return user.is_active and PagePermissionPolicy().user_has_permission(user, "publish")


def placed_by(user: Any) -> QuerySet[Notice]:
    """Return the notices that ``user`` may change: all, or those of the own offices, records and pages."""
    if user.has_perm("notices.change_notice"):
        return Notice.objects.all()
    pages = PagePermissionPolicy().instances_user_has_permission_for(user, "publish")
    own = {str(pk) for pk in pages.filter(pk__in=_pages_with_notices()).values_list("pk", flat=True)}
    others = Notice.objects.exclude(kind="page").select_related("unit")
    theirs = [notice.pk for notice in others if may_place(user, notice)]
    return Notice.objects.filter(Q(kind="page", object_id__in=own) | Q(pk__in=theirs))


def _pages_with_notices() -> list[int]:
    ids = Notice.objects.filter(kind="page").order_by().values_list("object_id", flat=True).distinct()
    return [int(pk) for pk in ids if pk.isdigit()]


@transaction.atomic
def save_notice(*, notice: Notice, by: Any = None) -> Notice:
    """Store a new or changed notice; it is shown at the next request. ``by``: who does it, None for the system itself.

    Raises PermissionDenied when ``by`` may not, there where it was or there where it is to be, and ValidationError for
    times in reverse, a link that is none, or a place without its record.
    """
    before = Notice.objects.select_for_update().filter(pk=notice.pk).first() if notice.pk else None
    if by is not None and not (
        may_place(by, notice, "change" if before else "add") and (before is None or may_place(by, before))
    ):
        raise PermissionDenied
    notice.full_clean()
    notice.save()
    log(notice, "wagtail.edit" if before else "wagtail.create", user=by, content_changed=True)
    record(kind="notice", object_id=notice.pk, verb="changed" if before else "published", actor=by)
    return notice


@transaction.atomic
def create_notice(*, by: Any, **values: Any) -> Notice:
    """Store a new notice with the ``values`` of its fields; an emergency is told like one from the form.

    Raises PermissionDenied, and ValidationError, also for a record that is not there or that ``by`` may not see.
    """
    notice = Notice(**values)
    _check_target(notice, by)
    emergency = notice.severity == Notice.Severity.EMERGENCY
    return publish_emergency(notice=notice, by=by) if emergency else save_notice(notice=notice, by=by)


@transaction.atomic
def change_notice(*, notice: Notice, by: Any, **values: Any) -> Notice:
    """Set the ``values`` of fields; raises the same as :func:`create_notice`."""
    for name, value in values.items():
        setattr(notice, name, value)
    _check_target(notice, by)
    return save_notice(notice=notice, by=by)


def _check_target(notice: Notice, by: Any) -> None:
    """Raise ValidationError for a place that is none: who is wrong or may not see what is there learns the same."""
    if notice.place == Notice.Place.RECORD and not visible_ids(by, notice.kind, {notice.object_id}):
        raise ValidationError({"object_id": ValidationError(NOTHING_THERE, code="does_not_exist")})
    seen = OrganisationUnit.objects.visible_to(by).filter(pk=notice.unit_id)
    if notice.place == Notice.Place.UNIT and notice.unit_id and not seen.exists():
        raise ValidationError({"unit": ValidationError(NOTHING_THERE, code="does_not_exist")})


@transaction.atomic
def end_notice(*, notice: Notice, by: Any = None) -> bool:
    """Take a notice off all pages now; return False when it was over already. Raises PermissionDenied."""
    if by is not None and not may_place(by, notice):
        raise PermissionDenied
    locked = Notice.objects.select_for_update().get(pk=notice.pk)
    now = timezone.now()
    if locked.state == Notice.State.OVER:
        return False
    # One that has not begun never will: it must still end after it begins.
    locked.starts = min(locked.starts, now - timedelta(seconds=1))
    locked.ends = now
    locked.save(update_fields=["starts", "ends"])
    log(locked, "notices.end", user=by)
    record(kind="notice", object_id=locked.pk, verb="ended", actor=by)
    if locked.severity == Notice.Severity.EMERGENCY:
        _tell(locked, by, "notices/mail/ended.txt")
    notice.starts, notice.ends = locked.starts, locked.ends
    return True


def emergency(
    *,
    headline: dict[str, str],
    text: dict[str, str],
    easy_text: str = "",
    link: str = "",
    hours: int = EMERGENCY_HOURS,
) -> Notice:
    """Return an emergency notice for everybody on every page, from now on, for ``hours``. It is not stored yet."""
    now = timezone.now()
    return Notice(
        severity=Notice.Severity.EMERGENCY,
        place=Notice.Place.SITE,
        headline=headline,
        text=text,
        easy_text=easy_text,
        link=link,
        starts=now,
        ends=now + timedelta(hours=hours),
        access_rule=AccessRule.objects.public(),
    )


@transaction.atomic
def publish_emergency(*, notice: Notice, by: Any = None) -> Notice:
    """Put what :func:`emergency` made on every page at once, and tell the other emergency publishers and the press office.

    Uses nothing but the database: the mails wait there for the worker. Raises PermissionDenied and ValidationError.
    """
    save_notice(notice=notice, by=by)
    log(notice, "notices.emergency", user=by)
    _tell(notice, by, "notices/mail/emergency.txt")
    return notice


def running_emergencies() -> QuerySet[Notice]:
    """Return the emergencies shown now or planned, on whatever page."""
    return Notice.objects.filter(severity=Notice.Severity.EMERGENCY).exclude(pk__in=Notice.objects.over().values("pk"))


def _tell(notice: Notice, by: Any, template: str) -> None:
    rights.derive_all_due()  # a role that has begun or ended meanwhile counts
    people = User.objects.filter(groups__name__in=[EMERGENCY_GROUP, PRESS_GROUP], is_active=True).distinct()
    if by is not None:
        people = people.exclude(pk=by.pk)
    context = {
        "notice": notice,
        "who": (by.get_full_name() or by.get_username()) if by is not None else "",
        "site_url": settings.SITE_URL,
        "admin_url": settings.SITE_URL + reverse("notice_emergency"),
    }
    notify_many(topic="emergency", template=template, to=people.order_by("pk"), context=context)
