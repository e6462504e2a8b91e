"""Which notices a reader sees where, at this moment."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.functional import cached_property
from wagtail.models import Page

from cms.access.pages import visible_pages
from cms.access.rules import rule_ids_for
from cms.caching import versions
from cms.directory.models import OrganisationUnit
from cms.events.receivers import kind_of

from .models import Notice
from .targets import kind_of_results, visible_ids

Place = Notice.Place

#: The public emergencies this process has seen last: shown with errors, when nothing can be read.
_emergencies: list[Notice] = []


class Board:
    """The notices one reader may see now, the worst first. Made once a request."""

    def __init__(self, notices: Iterable[Notice]) -> None:
        self.notices = sorted(notices, key=lambda notice: (Notice.ORDER[notice.severity], -notice.starts.timestamp()))

    def everywhere(self, *, portal: bool = False) -> list[Notice]:
        """Return what stands on every page; ``portal``: of intranet and extranet."""
        places = {Place.SITE, Place.PORTAL} if portal else {Place.SITE}
        return [notice for notice in self.notices if notice.place in places]

    def of(self, record: Any) -> list[Notice]:
        """Return what is to be seen with ``record``; with a unit also what holds for those above it."""
        if isinstance(record, OrganisationUnit):
            return self._of_unit(record.path)
        return self._of_record(kind_of(type(record)), str(record.pk))

    def at(self, kind: str, object_id: Any) -> list[Notice]:
        """Return what is to be seen with (kind, id), where the record itself is not at hand.

        ``kind``: the record's, or the one its results have in the search.
        """
        if not any(notice.unit_id or notice.kind for notice in self.notices):
            return []
        kind = kind_of_results(kind)
        if kind == kind_of(OrganisationUnit):
            return self._of_unit(self._paths.get(str(object_id), ""))
        return self._of_record(kind, str(object_id))

    def _of_unit(self, path: str) -> list[Notice]:
        return [notice for notice in self.notices if notice.unit and path.startswith(notice.unit.path)]

    def _of_record(self, kind: str, object_id: str) -> list[Notice]:
        return [notice for notice in self.notices if (notice.kind, notice.object_id) == (kind, object_id)]

    @cached_property
    def _paths(self) -> dict[str, str]:
        if not any(notice.unit_id for notice in self.notices):
            return {}
        return {str(pk): path for pk, path in OrganisationUnit.objects.values_list("pk", "path")}


def current(reader: Any, kind: str = "", object_id: Any = "") -> list[Notice]:
    """Return the notices ``reader`` (user, request or None) may see now: of the whole site, or of the record (kind, id)."""
    board = board_of(reader)
    return board.at(kind, object_id) if kind else board.everywhere()


def board_of(reader: Any) -> Board:
    """Return the board of ``reader``; kept on a request. One query, and those for the reader's rules."""
    kept = getattr(reader, "_notice_board", None)
    if kept is not None:
        return kept
    board = Board(notice for notice in _known() if notice.access_rule_id in rule_ids_for(reader))
    _emergencies[:] = [
        notice
        for notice in board.everywhere()
        if notice.severity == Notice.Severity.EMERGENCY and notice.access_rule.is_public
    ]
    if hasattr(reader, "META"):
        reader._notice_board = board
    return board


def _known() -> list[Notice]:
    """Return the notices of now, whoever may see them. Read once a version: what begins or ends is told by the clock."""

    def read() -> list[Notice]:
        rows = Notice.objects.filter(Q(ends=None) | Q(ends__gt=timezone.now()))
        return list(rows.select_related("unit", "access_rule"))

    now = timezone.now()
    found = versions.remembered("notices", read)
    return [notice for notice in found if notice.starts <= now and (notice.ends is None or notice.ends > now)]


def put_board(request: Any, notices: Iterable[Notice]) -> None:
    """Let ``request`` show these notices and no others; for previews."""
    request._notice_board = Board(notices)


def remembered_emergencies() -> list[Notice]:
    """Return the public emergencies this process has seen last and that are not over; asks nothing of the database."""
    now = timezone.now()
    return [notice for notice in _emergencies if not notice.ends or notice.ends > now]


def forget() -> None:
    """Forget the emergencies; for tests, where rows are rolled back."""
    _emergencies.clear()


def next_change(at: datetime) -> datetime | None:
    """Return when after ``at`` a notice begins or ends, whoever may see it; None when none will."""
    moments = [
        *Notice.objects.filter(starts__gt=at).order_by("starts").values_list("starts", flat=True)[:1],
        *Notice.objects.filter(ends__gt=at).order_by("ends").values_list("ends", flat=True)[:1],
    ]
    return min(moments, default=None)


def listed(reader: Any) -> list[Notice]:
    """Return all current notices ``reader`` may see whose office, record or portal the reader may see, too."""
    notices = board_of(reader).notices
    units = {notice.unit_id for notice in notices if notice.unit_id}
    seen_units = set(OrganisationUnit.objects.visible_to(reader).filter(pk__in=units).values_list("pk", flat=True))
    wanted: dict[str, set[str]] = {}
    for notice in notices:
        if notice.kind:
            wanted.setdefault(notice.kind, set()).add(notice.object_id)
    seen = {(kind, pk) for kind, ids in wanted.items() for pk in visible_ids(reader, kind, ids)}
    portal = any(notice.place == Place.PORTAL for notice in notices) and sees_portal(reader)
    return [
        notice
        for notice in notices
        if notice.place == Place.SITE
        or (notice.place == Place.PORTAL and portal)
        or notice.unit_id in seen_units
        or (notice.kind, notice.object_id) in seen
    ]


def sees_portal(reader: Any) -> bool:
    """Return whether ``reader`` may enter intranet or extranet."""
    portals = Page.objects.filter(sectionpage__portal__gt="")
    return visible_pages(reader, portals).exists()
