"""How a form is used, from counts without personal data."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any

from django.db.models import Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from cms.theming.charts import Bar, Columns, Series, bars

from ..models import Form, FormCount
from .results import results
from .views import form_for
from .words import Names

Event = FormCount.Event
PERIODS = (30, 90, 365)
SHOWN_ERRORS = 12


def statistics(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the figures of the last 30, 90 or 365 days."""
    form = form_for(request, pk)
    days = request.GET.get("days", "")
    period = int(days) if days in [str(one) for one in PERIODS] else PERIODS[0]
    texts = "texts" in request.GET
    context = {"form": form, **figures(form, period), "periods": PERIODS, "results": results(form, texts=texts)}
    return render(request, "forms/building/statistics.html", context)


def figures(form: Form, days: int) -> dict[str, Any]:
    """Return started, finished, the way through the steps, minutes and errors, drawn."""
    since = timezone.localdate() - timedelta(days=days)
    rows = FormCount.objects.filter(version__form=form, day__gte=since)
    totals: Counter[tuple[str, str]] = Counter()
    for event, key, number in rows.values_list("event", "key").annotate(total=Sum("number")).order_by():
        totals[event, key] += number
    started = sum(number for (event, _key), number in totals.items() if event == Event.STARTED)
    finished = sum(number for (event, _key), number in totals.items() if event == Event.FINISHED)
    version = form.published() or form.versions.first()
    names = Names(version.definition) if version else None
    steps = [
        {
            "name": names.target(step.key),
            "reached": totals[Event.REACHED, step.key],
            "refused": totals[Event.REFUSED, step.key],
        }
        for step in (version.definition.steps if version else ())
    ]
    errors = Counter({key: number for (event, key), number in totals.items() if event == Event.ERROR})
    minutes = sorted(
        (int(key), number) for (event, key), number in totals.items() if event == Event.TOOK and key.isdigit()
    )
    return {
        "days": days,
        "started": started,
        "finished": finished,
        "share": round(100 * finished / started) if started else None,
        "way": _way(steps, finished),
        "minutes": bars([(f"≤ {upper}", number) for upper, number in minutes]),
        "median": _median(minutes),
        "errors": bars(
            [(names.field(key) if names else key, number) for key, number in errors.most_common(SHOWN_ERRORS)]
        ),
        "by_day": _by_day(rows, since, days),
    }


def _way(steps: list[dict[str, Any]], finished: int) -> list[Bar]:
    """Return the steps with how many reached them, went no further, sent them with errors."""
    following = [*(step["reached"] for step in steps[1:]), finished]
    return bars(
        (step["name"], step["reached"], max(step["reached"] - after, 0), step["refused"])
        for step, after in zip(steps, following, strict=True)
    )


def _median(minutes: list[tuple[int, int]]) -> int | None:
    """Return the upper end of the minutes within which half were done."""
    total, so_far = sum(number for _upper, number in minutes), 0
    for upper, number in minutes:
        so_far += number
        if so_far * 2 >= total:
            return upper
    return None


def _by_day(rows: Any, since: Any, days: int) -> Columns:
    """Return started and finished in some 30 stretches of the time."""
    length = max(days // 30, 1)
    found: list[Counter[str]] = [Counter() for _number in range(days // length + 1)]
    counted = rows.filter(event__in=[Event.STARTED, Event.FINISHED]).values_list("day", "event")
    for day, event, number in counted.annotate(total=Sum("number")).order_by():
        found[min((day - since).days // length, len(found) - 1)][event] += number
    dates = [since + timedelta(days=position * length) for position in range(len(found))]
    return Columns(
        _("Day") if length == 1 else _("From"),
        [(date_format(day, "SHORT_DATE_FORMAT"), day.strftime("%d.%m.")) for day in dates],
        [
            Series(_("started"), [one[Event.STARTED] for one in found]),
            Series(_("sent"), [one[Event.FINISHED] for one in found]),
        ],
    )
