"""Periodic work on mails: digests, and forgetting."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, time, timedelta

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy, ngettext

from cms.contracts.health import Problem
from cms.contracts.jobs import PeriodicJob
from cms.jobs import job

from . import journal
from .models import Mail, Preference
from .rendering import render
from .services import prepare

State = Mail.State


@job(atomic=False)
def send_digests(day: str = "") -> int:
    """Collect what is held for the daily digest, on Mondays also for the weekly one; return the number of digests.

    ``day``: ISO date, today when empty. One transaction a person: a repeated job goes on where it stopped.
    """
    today = date.fromisoformat(day) if day else timezone.localdate()
    rhythms = [Preference.Rhythm.DAILY] + ([Preference.Rhythm.WEEKLY] if today.weekday() == 0 else [])
    held = Mail.objects.filter(state=State.HELD, rhythm__in=rhythms)
    people = set(held.values_list("recipient", "rhythm"))
    return sum(_digest(recipient, rhythm) for recipient, rhythm in sorted(people))


@transaction.atomic
def _digest(recipient: int, rhythm: str) -> int:
    rows = Mail.objects.select_for_update().filter(state=State.HELD, recipient=recipient, rhythm=rhythm)
    mails = list(rows.select_related("recipient").order_by("created_at", "pk"))
    if not mails:
        return 0
    by_topic: dict[str, list[Mail]] = defaultdict(list)
    for mail in mails:
        by_topic[mail.topic].append(mail)
    items = [
        {"subject": mail.subject, "text": _without_foot(mail.text)} for group in by_topic.values() for mail in group
    ]
    person = mails[0].recipient
    context = {
        "items": items,
        "rhythm": rhythm,
        "settings_url": settings.SITE_URL + reverse("notification_preferences"),
    }
    digest = prepare(address=person.email, message=render("notifications/digest.txt", context, mails[0].language))
    digest.recipient, digest.topic, digest.optional, digest.language = person, "digest", True, mails[0].language
    digest.headers = {"Auto-Submitted": "auto-generated"}
    digest.save()
    Mail.objects.filter(pk__in=[mail.pk for mail in mails]).update(
        state=State.COLLECTED, sent_at=timezone.now(), sealed=""
    )
    return 1


def _without_foot(text: str) -> str:
    return text.partition("\n-- \n")[0].strip()


@job()
def forget_mails() -> int:
    """Delete rows of mails that are settled after ``MAILS_KEPT_DAYS``; return how many. What was given up stays."""
    journal.remove_old(set(Mail.objects.filter(state=State.SENDING).values_list("worker", flat=True)) | _living())
    settled = [State.SENT, State.COLLECTED, State.SUPPRESSED, State.BOUNCED]
    before = timezone.now() - timedelta(days=settings.MAILS_KEPT_DAYS)
    return Mail.objects.filter(state__in=settled, created_at__lt=before).delete()[0]


def _living() -> set[str]:
    from cms.jobs.queue import alive

    return alive()


PERIODIC = [
    PeriodicJob(name="digests", title=gettext_lazy("Send digests"), task=send_digests, at=time(6, 30)),
    PeriodicJob(name="forget", title=gettext_lazy("Delete old mails"), task=forget_mails, at=time(3, 30)),
]


def health() -> list[Problem]:
    """Name mails that wait for a person, and a queue that doesn't move."""
    found = []
    if count := Mail.objects.filter(state__in=[State.FAILED, State.UNSURE]).count():
        text = ngettext("One mail needs a decision.", "%(count)s mails need a decision.", count) % {"count": count}
        found.append(Problem(name="mail", text=text, url=reverse("background_work")))
    late = Mail.objects.filter(state=State.WAITING, created_at__lt=timezone.now() - timedelta(hours=1)).count()
    if late:
        text = ngettext(
            "One mail has been waiting for more than an hour.",
            "%(count)s mails have been waiting for more than an hour.",
            late,
        ) % {"count": late}
        found.append(Problem(name="mail_queue", text=text, url=reverse("background_work")))
    return found
