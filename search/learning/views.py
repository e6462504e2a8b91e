"""Reports of the search in the admin, and the to-dos that follow from them."""

from __future__ import annotations

import csv
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from ..documents import documents
from ..models import JudgedQuery, LoggedQuery, SearchTodo
from . import judged, log, reports, todos

RIGHT, TODO_RIGHT = "search.view_loggedquery", "search.change_searchtodo"
#: A judged query takes some milliseconds; with more of them the measuring is left to a worker.
MEASURED_AT_ONCE = 60
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def learning(request: HttpRequest) -> HttpResponse:
    """Charts, lists and to-dos; ``days``, ``audience``, ``whose`` choose, ``format=csv`` downloads. Raises PermissionDenied."""
    if not request.user.has_perm(RIGHT):
        raise PermissionDenied
    log.flush()
    days = int(request.GET["days"]) if request.GET.get("days") in map(str, reports.PERIODS) else reports.PERIODS[1]
    audience = request.GET.get("audience")
    if audience not in LoggedQuery.Audience.values:
        audience = str(LoggedQuery.Audience.PUBLIC)
    lists = reports.standing_out(days, audience)
    if request.GET.get("format") == "csv":
        return _csv(lists)
    owners = {"": Q(), "mine": Q(assignee=request.user), "nobodys": Q(assignee=None)}
    whose = request.GET.get("whose", "")
    whose = whose if whose in owners else ""
    open_todos = SearchTodo.objects.filter(owners[whose], state=SearchTodo.State.OPEN).select_related("assignee")
    context = {
        "days": days,
        "audience": audience,
        "periods": reports.PERIODS,
        "audiences": LoggedQuery.Audience.choices,
        "chart": reports.by_day(days, audience),
        "lists": [
            (_("Nothing found"), "without", lists["without"]),
            (_("Hardly anybody opens a result"), "unclicked", lists["unclicked"]),
            (_("Asked most"), "popular", lists["popular"]),
        ],
        "todos": [_shown(todo) for todo in open_todos],
        "whose": whose,
        "whose_choices": [("", _("all")), ("mine", _("mine")), ("nobodys", _("nobody's"))],
        "decided": SearchTodo.objects.exclude(state=SearchTodo.State.OPEN).order_by("-decided_at")[:10],
        "may_decide": request.user.has_perm(TODO_RIGHT),
        "judged": JudgedQuery.objects.filter(is_active=True).order_by("rank", "text"),
    }
    return render(request, "search/admin/learning.html", context)


def _shown(todo: SearchTodo) -> dict[str, Any]:
    document = documents().get(todo.kind)
    return {
        "todo": todo,
        "kind": document.label if document else "",
        "synonym_url": f"{reverse('wagtailsnippets_search_synonym:add')}?{urlencode({'words': todo.text + ', '})}",
        "bet_url": f"{reverse('wagtailsnippets_search_bestbet:add')}?{urlencode({'words': todo.text, 'record': todo.title})}",
    }


def _csv(lists: dict[str, list[reports.Row]]) -> HttpResponse:
    response = HttpResponse(
        content_type="text/csv; charset=utf-8", headers={"Content-Disposition": 'attachment; filename="search.csv"'}
    )
    response.write("\ufeff")  # so that spreadsheets read it as UTF-8
    writer = csv.writer(response, delimiter=";")
    writer.writerow(
        [_("List"), _("Query"), _("Language"), _("Searches"), _("Without results"), _("Opened"), _("Mean place")]
    )
    for name, rows in lists.items():
        for row in rows:
            # A cell that begins like a formula would be calculated by a spreadsheet.
            text = f"'{row.text}" if row.text.startswith(_FORMULA) else row.text
            writer.writerow([name, text, row.language, row.searches, row.without, row.clicks, row.rank or ""])
    return response


@require_POST
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Set a to-do done or dismissed, or open again. Raises PermissionDenied, Http404."""
    if not request.user.has_perm(TODO_RIGHT):
        raise PermissionDenied
    try:
        todo = todos.decide(todo_id=pk, state=request.POST.get("state", ""))
    except (SearchTodo.DoesNotExist, ValueError) as error:
        raise Http404 from error
    messages.success(request, _("“%(text)s”: %(state)s.") % {"text": todo.text, "state": todo.get_state_display()})
    return redirect("search_learning")


@require_POST
def measure(request: HttpRequest) -> HttpResponse:
    """Measure the judged queries, here or, when they are many, by a worker. Raises PermissionDenied."""
    if not request.user.has_perm("search.change_judgedquery"):
        raise PermissionDenied
    if JudgedQuery.objects.filter(is_active=True).count() > MEASURED_AT_ONCE:
        judged.measure_all.enqueue()
        messages.success(request, _("The queries are being measured; look again in a minute."))
    else:
        found = judged.measure()
        messages.success(
            request,
            _("%(n)d queries measured, mean reciprocal place %(mrr).2f, %(percent)d %% among the first ten.")
            % {"n": found["queries"], "mrr": found["mrr"], "percent": round(100 * found["found"])},
        )
    return redirect(
        request.POST.get("next")
        if request.POST.get("next") == reverse("wagtailsnippets_search_judgedquery:list")
        else "search_learning"
    )
