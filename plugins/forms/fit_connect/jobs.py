"""What is done by the clock, and what operators are told."""

from __future__ import annotations

from collections.abc import Callable
from datetime import time, timedelta

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from cms.contracts.health import Problem
from cms.contracts.jobs import PeriodicJob
from cms.jobs import Policy, job

from ..filling.files import delete_later
from ..models import Deletion, FitConnectContact, ReceivedFile, ReceivedSubmission, SentSubmission
from .access import Access, NotSetUp, access
from .client import Refused, Unavailable
from .receiving import receive
from .sending import follow

#: How long it may fail before operators are told, and how long another authority may take to take something.
PATIENCE, UNDECIDED = timedelta(minutes=15), timedelta(days=14)
#: Rows about what came and went; of applications without a form also their content.
KEPT = timedelta(days=365)


@job(Policy(attempts=1), atomic=False)
def receive_applications() -> int:
    """Fetch what waits, open cases, acknowledge; return how many are finished."""
    found = access()
    return _noted("receive", receive, found) if found.receives else 0


@job(Policy(attempts=1), atomic=False)
def follow_sent() -> int:
    """Ask what became of what was sent; return how many are decided."""
    found = access()
    return _noted("follow", follow, found) if found.is_on else 0


def _noted(name: str, work: Callable[[Access], int], found: Access) -> int:
    """Work, and note whether FIT-Connect was reached."""
    now = timezone.now()
    contact = FitConnectContact.objects.get_or_create(job=name)[0]
    try:
        number = work(found)
    except (Unavailable, Refused, NotSetUp) as problem:
        contact.failing_since, contact.last_error = contact.failing_since or now, str(problem)[:200]
        contact.save()
        return 0
    contact.reached_at, contact.failing_since, contact.last_error = now, None, ""
    contact.save()
    return number


@job(atomic=False)
def erase_old() -> int:
    """Erase the content of applications that was kept long enough, and rows about what went; return how many."""
    now, number = timezone.now(), 0
    for row in ReceivedSubmission.objects.filter(done_at__isnull=False).select_related("form").iterator(chunk_size=200):
        kept = timedelta(days=row.form.retention_days) if row.form else KEPT
        if row.created_at + kept <= now:
            erase_received(row, reason=Deletion.Reason.RETENTION)
            number += 1
    sent = SentSubmission.objects.filter(done_at__lte=now - KEPT)
    return number + sent.delete()[0]


@transaction.atomic
def erase_received(row: ReceivedSubmission, *, reason: str) -> None:
    """Erase an application with its files, and log that it was. Its case has a time of its own."""
    names = list(ReceivedFile.objects.filter(received=row).values_list("content", flat=True))
    Deletion.objects.create(form=row.form, reason=reason, submissions=1, files=len(names))
    row.delete()
    delete_later(names)


PERIODIC = [
    PeriodicJob(
        name="fit_connect_receive",
        title=gettext_lazy("Fetch applications from FIT-Connect"),
        task=receive_applications,
        every=timedelta(minutes=2),
    ),
    PeriodicJob(
        name="fit_connect_follow",
        title=gettext_lazy("Ask FIT-Connect what became of what was sent"),
        task=follow_sent,
        every=timedelta(minutes=5),
    ),
    PeriodicJob(
        name="fit_connect_erase",
        title=gettext_lazy("Erase applications from FIT-Connect whose time is over"),
        task=erase_old,
        at=time(3, 50),
    ),
]


def health() -> list[Problem]:
    """Name what can't be reached, was given up, and what nobody decides; what was refused is a hand-over given up."""
    if not settings.FIT_CONNECT.get("url"):
        return []
    now, found = timezone.now(), []
    if any(
        since <= now - PATIENCE
        for since in FitConnectContact.objects.exclude(failing_since=None).values_list("failing_since", flat=True)
    ):
        found.append(Problem(name="fit_connect", text=_("FIT-Connect can't be reached."), url=reverse("fit_connect")))
    received = ReceivedSubmission.objects.filter(state=ReceivedSubmission.State.GIVEN_UP).count()
    sent = SentSubmission.objects.filter(state=SentSubmission.State.GIVEN_UP).count()
    if number := received + sent:
        text = ngettext(
            "One submission of FIT-Connect was given up.", "%(count)s submissions of FIT-Connect were given up.", number
        )
        found.append(Problem(name="fit_connect_given_up", text=text % {"count": number}, url=reverse("fit_connect")))
    late = SentSubmission.objects.filter(state=SentSubmission.State.SENT, created_at__lte=now - UNDECIDED).count()
    if late:
        text = ngettext(
            "Another authority has not taken a submission of ours for two weeks.",
            "Other authorities have not taken %(count)s submissions of ours for two weeks.",
            late,
        )
        found.append(Problem(name="fit_connect_late", text=text % {"count": late}, url=reverse("fit_connect")))
    return found
