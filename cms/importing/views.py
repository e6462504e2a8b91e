"""Moving in, in the admin: begin, watch, read what was lost."""

from __future__ import annotations

import csv
from collections import Counter
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from . import services
from .forms import ImportForm
from .models import ImportedPage, ImportRun

RIGHT = "importing.import_pages"
A_PAGE = 50
#: What each kind of loss means for the person who has to deal with it.
LOSSES: dict[str, Any] = {
    "image": gettext_lazy("Images that could not be fetched"),
    "alternative text": gettext_lazy("Images without an alternative text"),
    "old link": gettext_lazy("Links to pages that did not come along"),
    "link": gettext_lazy("Links that lead nowhere"),
    "anchor": gettext_lazy("Jumps within a page"),
    "form": gettext_lazy("Forms"),
    "script": gettext_lazy("Scripts"),
    "embedded": gettext_lazy("Embedded content (films, maps, frames)"),
    "merged cells": gettext_lazy("Merged cells of tables"),
    "table header": gettext_lazy("Tables without headings"),
    "table in a table": gettext_lazy("Tables in tables"),
    "empty": gettext_lazy("Pages without text"),
    "language": gettext_lazy("Pages in another language"),
}


def _check(request: HttpRequest) -> None:
    if not request.user.has_perm(RIGHT):
        raise PermissionDenied


def runs(request: HttpRequest) -> HttpResponse:
    """Show earlier runs and the form for a new one. Raises PermissionDenied without the right."""
    _check(request)
    form = ImportForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            run = services.begin(by=request.user, **form.cleaned_data)
        except services.NotNow as error:
            form.add_error("parent", str(error))
        else:
            messages.success(request, _("The pages are being brought over. You may leave this page."))
            return redirect("importing_run", run.pk)
    rows = Paginator(ImportRun.objects.select_related("parent"), A_PAGE).get_page(request.GET.get("p"))
    return render(request, "importing/runs.html", {"form": form, "runs": rows})


def run(request: HttpRequest, pk: int) -> HttpResponse:
    """Show how far a run is, what became of each page and what was lost."""
    _check(request)
    found = get_object_or_404(ImportRun.objects.select_related("parent"), pk=pk)
    pages = ImportedPage.objects.filter(run=found).select_related("page")
    states = Counter(pages.values_list("state", flat=True))
    lost = services.losses(found).most_common()
    most = lost[0][1] if lost else 1
    state = request.GET.get("state", "")
    shown = pages.filter(state=state) if state in ImportedPage.State.values else pages
    return render(
        request,
        "importing/run.html",
        {
            "run": found,
            "is_busy": found.finished_at is None,
            "total": sum(states.values()),
            "finished": sum(states.values()) - states[ImportedPage.State.WAITING],
            "states": [(value, label, states[value]) for value, label in ImportedPage.State.choices if states[value]],
            "losses": [(LOSSES.get(kind, kind), number, round(100 * number / most)) for kind, number in lost],
            "pages": Paginator(shown, A_PAGE).get_page(request.GET.get("p")),
            "state": state,
        },
    )


def report(request: HttpRequest, pk: int) -> HttpResponse:
    """Send the report of a run as a CSV file."""
    _check(request)
    found = get_object_or_404(ImportRun, pk=pk)
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="import-{found.pk}.csv"'
    response["Cache-Control"] = "private, no-store"
    response.write("\ufeff")  # spreadsheets take it for UTF-8 then
    csv.writer(response).writerows(services.report_rows(found))
    return response
