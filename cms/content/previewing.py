"""A draft as others will read it: as a visitor, or as a member of staff without further rights."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser, Group
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page

from cms.access.models import SIGNED_IN, PageAccess
from cms.access.rules import STAFF_GROUP, reader_levels, reader_may

VISITOR, STAFF = "visitor", "staff"
MODES = [("", _("As you read it")), (VISITOR, _("As a visitor")), (STAFF, _("As a member of staff"))]


class StaffReader(AnonymousUser):
    """Somebody who is signed in and belongs to the staff, no particular person."""

    is_active = True
    is_authenticated = True
    is_anonymous = False
    #: Nothing is held by nobody in particular: what the rights of roles would be asked for.
    _limited: tuple[()] = ()

    def __init__(self) -> None:
        self._groups = Group.objects.filter(name=STAFF_GROUP)
        groups = {f"group:{pk}" for pk in self._groups.values_list("pk", flat=True)}
        self.principals = frozenset({"public", SIGNED_IN, *groups})


def answer_as(page: Page, request: HttpRequest, mode: str) -> HttpResponse | None:
    """Let ``request`` be one of the reader that ``mode`` names; return an answer when that reader may not read the page.

    Raises PermissionDenied when whoever looks is no member of staff: staff's page would show more than they may see.
    """
    if mode not in (VISITOR, STAFF):
        return None
    if mode == STAFF and "staff" not in reader_levels(getattr(request, "user", None)):
        raise PermissionDenied
    request.user = AnonymousUser() if mode == VISITOR else StaffReader()  # type: ignore[assignment]
    for remembered in ("_satisfied_rule_ids", "_reader_levels"):
        if hasattr(request, remembered):
            delattr(request, remembered)
    # A page that is not stored yet is read by whoever reads the one above it.
    places = [page.path, page.path[: -page.steplen]]
    rules = PageAccess.objects.filter(page__path__in=places).order_by("-page__path")
    if not reader_may(request, rules.values_list("rule__clauses", flat=True).first() or []):
        return render(request, "content/preview_hidden.html", {"page": page, "mode": mode})
    return None
