"""Background work as operators see it: what waits, what was given up, and a button for each."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count
from django.db.models.functions import TruncHour
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from cms.events import services as events
from cms.events.models import Delivery
from cms.notifications import services as notifications
from cms.notifications.models import Mail
from cms.plugins.registry import collect
from cms.theming.charts import Columns, Series

from . import queue
from .models import Schedule, Worker
from .schedule import periodic_jobs

RIGHT = "jobs.operate_jobs"
#: How many rows of each kind are shown; the number of all is in the heading.
SHOWN = 50
HOURS = 24
#: The library has no words of its own for people.
STATES: dict[str, Any] = {
    TaskResultStatus.READY: gettext_lazy("waiting"),
    TaskResultStatus.RUNNING: gettext_lazy("running"),
    TaskResultStatus.SUCCESSFUL: gettext_lazy("done"),
    TaskResultStatus.FAILED: gettext_lazy("failed"),
}
#: What can be done with something that was given up: what in the address -> what by the button -> how.
DEEDS = {
    "job": {"retry": lambda pk: queue.retry(task_id=UUID(pk)), "drop": lambda pk: queue.discard(task_id=UUID(pk))},
    "event": {
        "retry": lambda pk: events.retry(delivery_id=pk),
        "drop": lambda pk: events.skip(delivery_id=pk),
    },
    "mail": {
        "retry": lambda pk: notifications.retry(mail_id=pk),
        "drop": lambda pk: notifications.settle(mail_id=pk),
    },
}


def background_work(request: HttpRequest) -> HttpResponse:
    """Show the state of everything that works in the background. Raises PermissionDenied without the right."""
    if not request.user.has_perm(RIGHT):
        raise PermissionDenied
    dead_jobs = queue.dead()
    dead_events = Delivery.objects.filter(state=Delivery.State.DEAD).select_related("event").order_by("-next_at")
    dead_mails = Mail.objects.filter(state__in=[Mail.State.FAILED, Mail.State.UNSURE]).order_by("-created_at")
    living = queue.alive()
    context = {
        "figures": _figures(living),
        "problems": [problem for _config, ask in collect("health") for problem in ask()],
        "dead_jobs": dead_jobs[:SHOWN],
        "dead_jobs_count": dead_jobs.count(),
        "dead_events": dead_events[:SHOWN],
        "dead_events_count": dead_events.count(),
        "dead_mails": dead_mails[:SHOWN],
        "dead_mails_count": dead_mails.count(),
        "bounced": Mail.objects.filter(state=Mail.State.BOUNCED).order_by("-created_at")[:SHOWN],
        "periodic": _periodic(),
        "workers": [(worker, worker.name in living) for worker in Worker.objects.order_by("started_at")],
        "hours": _hours(),
    }
    return render(request, "jobs/background_work.html", context)


@require_POST
def decide(request: HttpRequest, what: str, pk: str) -> HttpResponse:
    """Try again, or drop, something that was given up ("deed" in the form) and go back to the list."""
    if not request.user.has_perm(RIGHT):
        raise PermissionDenied
    deed = DEEDS.get(what, {}).get(request.POST.get("deed", ""))
    if deed is None:
        raise Http404
    try:
        done = deed(pk)
    except (ValueError, TypeError) as error:  # not a number, or not a UUID
        raise Http404 from error
    if done:
        again = request.POST["deed"] == "retry"
        messages.success(request, _("It will be tried again at once.") if again else _("Dropped."))
    else:
        messages.warning(request, _("Somebody else has already decided about it."))
    return redirect("background_work")


def _figures(living: set[str]) -> list[dict[str, Any]]:
    jobs: Counter[str] = Counter(dict(DBTaskResult.objects.values_list("status").annotate(Count("pk"))))
    deliveries: Counter[str] = Counter(dict(Delivery.objects.values_list("state").annotate(Count("pk"))))
    mails: Counter[str] = Counter(dict(Mail.objects.values_list("state").annotate(Count("pk"))))
    return [
        {"title": _("Workers running"), "value": len(living)},
        {"title": _("Jobs waiting"), "value": jobs[TaskResultStatus.READY]},
        {"title": _("Jobs running"), "value": jobs[TaskResultStatus.RUNNING]},
        {"title": _("Events waiting"), "value": deliveries[Delivery.State.WAITING]},
        {"title": _("Mails waiting"), "value": mails[Mail.State.WAITING] + mails[Mail.State.SENDING]},
        {"title": _("Mails for the digest"), "value": mails[Mail.State.HELD]},
    ]


def _periodic() -> list[dict[str, Any]]:
    rows = Schedule.objects.in_bulk()
    results = DBTaskResult.objects.in_bulk([row.last_task for row in rows.values() if row.last_task])
    found = []
    for name, item in periodic_jobs():
        row = rows.get(name)
        result = results.get(row.last_task) if row and row.last_task else None
        found.append({"title": item.title, "row": row, "state": STATES.get(result.status, "") if result else ""})
    return found


def _hours() -> Columns:
    """Return jobs done and mails sent in each of the last 24 hours."""
    now = timezone.localtime().replace(minute=0, second=0, microsecond=0)
    since = now - timedelta(hours=HOURS - 1)
    jobs = _by_hour(DBTaskResult.objects.filter(finished_at__gte=since), "finished_at")
    mails = _by_hour(Mail.objects.filter(state=Mail.State.SENT, sent_at__gte=since), "sent_at")
    hours = [since + timedelta(hours=number) for number in range(HOURS)]
    return Columns(
        _("Hour"),
        [(date_format(hour, "SHORT_DATETIME_FORMAT"), date_format(hour, "H:i")) for hour in hours],
        [
            Series(_("jobs done"), [jobs[hour] for hour in hours]),
            Series(_("mails sent"), [mails[hour] for hour in hours]),
        ],
    )


def _by_hour(rows: Any, field: str) -> Counter[datetime]:
    counted = rows.annotate(hour=TruncHour(field)).values_list("hour").annotate(Count("pk")).order_by()
    return Counter({timezone.localtime(hour): number for hour, number in counted})
