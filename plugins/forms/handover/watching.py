"""Failures that nobody sees are the worst: a daily mail, and a line for the operators."""

from __future__ import annotations

from collections import Counter
from datetime import time, timedelta

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from cms.contracts.health import Problem
from cms.contracts.jobs import PeriodicJob
from cms.jobs import job
from cms.notifications.services import notify

from ..models import Form, HandOver
from .services import responsible

State = HandOver.State
#: So many failed attempts, and a row that still waits is worth a line.
STUBBORN = 3


@job()
def tell_of_failures() -> int:
    """Mail the owner of each form, and the unit's editors, what was given up or fails again and again; return to how many."""
    since = timezone.now() - timedelta(days=1)
    given_up = HandOver.objects.filter(state=State.GIVEN_UP, done_at__gt=since)
    stubborn = HandOver.objects.filter(state__in=HandOver.UNFINISHED, attempts__gte=STUBBORN)
    counts: dict[int, Counter[str]] = {}
    for rows, name in ((given_up, "given_up"), (stubborn, "stubborn")):
        for form, error in rows.values_list("submission__version__form", "last_error"):
            counts.setdefault(form, Counter())[name] += 1
            counts[form][f"error {error}"] += 1
    told: dict[int, tuple[object, list[dict[str, object]]]] = {}
    for form in Form.objects.filter(pk__in=counts).select_related("owner", "unit").with_texts().order_by("slug"):
        errors = [(key[6:], number) for key, number in counts[form.pk].most_common() if key.startswith("error ")]
        line = {
            "title": form.title,
            "given_up": counts[form.pk]["given_up"],
            "stubborn": counts[form.pk]["stubborn"],
            "errors": errors[:3],
        }
        for user in responsible(form):
            told.setdefault(user.pk, (user, []))[1].append(line)
    for user, lines in told.values():
        notify(
            topic="form_hand_overs",
            template="forms/mail/hand_overs.txt",
            to=user,
            context={"lines": lines, "url": settings.SITE_URL + reverse("form_hand_overs")},
            key=f"form-hand-overs-{timezone.localdate():%Y-%m-%d}-{user.pk}",  # type: ignore[attr-defined]
        )
    return len(told)


PERIODIC = [
    PeriodicJob(name="hand_overs", title=_("Tell of failed hand-overs of forms"), task=tell_of_failures, at=time(7, 0))
]


def health() -> list[Problem]:
    """Name hand-overs that were given up, and those that nobody has taken for an hour: no worker sends them."""
    found, url = [], reverse("form_hand_overs")
    if dead := HandOver.objects.filter(state=State.GIVEN_UP).count():
        text = ngettext("One hand-over of a form was given up.", "%(count)s hand-overs of forms were given up.", dead)
        found.append(Problem(name="form_hand_overs", text=text % {"count": dead}, url=url))
    late = HandOver.objects.filter(
        state=State.WAITING, attempts=0, next_at__lt=timezone.now() - timedelta(hours=1), target__held_until=None
    )
    if number := late.count():
        text = ngettext(
            "One hand-over of a form has been waiting for an hour without an attempt.",
            "%(count)s hand-overs of forms have been waiting for an hour without an attempt.",
            number,
        )
        found.append(Problem(name="form_hand_overs_late", text=text % {"count": number}, url=url))
    return found
