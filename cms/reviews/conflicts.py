"""Two people edit one page: who saves second sees what the first did before anything is stored on top."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from wagtail.admin.utils import get_user_display_name
from wagtail.models import Page, Revision

from .kept import give_back

#: The field by which an editor says to have seen it; its value is the version that was seen.
SEEN = "seen_revision"


def newer_version(request: HttpRequest, page: Page) -> Revision | None:
    """Return the newest version when somebody else made it after the sender's form was opened, else None.

    The same question as Wagtail asks for autosave, here for every kind of saving.
    """
    newest = page.get_latest_revision()
    loaded = request.POST.get("overwrite_revision_id") or request.POST.get("loaded_revision_id")
    if newest is None or not loaded or newest.user_id == request.user.pk:
        return None
    if request.POST.get(SEEN) == _mark(newest):
        return None
    same = loaded == str(newest.pk)
    if same and not request.POST.get("overwrite_revision_id"):
        same = request.POST.get("loaded_revision_created_at", "") == newest.created_at.isoformat()
    return None if same else newest


def _mark(revision: Revision) -> str:
    return f"{revision.pk} {revision.created_at.isoformat()}"


def ask_first(request: HttpRequest, page: Page, newest: Revision) -> HttpResponse | None:
    """Answer with the typed text, what differs from the newest version, and the choice to store it on top."""
    return give_back(
        request,
        reason="newer",
        status=409,
        extra={SEEN: _mark(newest), "loaded_revision_id": "", "overwrite_revision_id": ""},
        newest=newest,
        who=get_user_display_name(newest.user) if newest.user else "–",
        differences=_differences(request, page, newest),
        compare_url=reverse("wagtailadmin_pages:edit", args=[page.pk]),
    )


def _differences(request: HttpRequest, page: Page, newest: Revision) -> list[tuple[Any, Any]]:
    """Return (label, marked text) of each field in which the typed text differs from the newest version."""
    theirs = newest.as_object()
    handler = type(theirs).get_edit_handler()
    form_class = handler.get_form_class()
    mine = newest.as_object()
    form = form_class(request.POST, instance=mine, parent_page=page.get_parent(), for_user=request.user)
    form.is_valid()  # fills in what is right; the rest stays as stored and is told when it is sent
    comparisons = handler.get_bound_panel(
        instance=theirs, request=request, form=form_class(instance=theirs)
    ).get_comparison()
    found = [comparison(theirs, mine) for comparison in comparisons]
    return [(one.field_label(), one.htmldiff()) for one in found if one.is_field and one.has_changed()]
