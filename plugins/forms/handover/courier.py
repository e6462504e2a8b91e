"""Sends the hand-overs that are due. Belongs to one worker; its threads only talk to receivers, never to the database."""

from __future__ import annotations

import logging
import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Count, Exists, F, OuterRef, Q
from django.utils import timezone

from cms.couriers import ThreadedCourier
from cms.sealing import Unreadable

from ..filling.files import NotChecked
from ..models import HandOver, HandOverTarget
from .back_ends import BackEnd, GiveUp, TryAgain, back_ends
from .packing import pack
from .parcel import Parcel

logger = logging.getLogger(__name__)
State = HandOver.State
#: After so many failures a row is given up. With the waits below that is about four days.
MAX_ATTEMPTS = 24
LONGEST_WAIT = timedelta(hours=6)
#: So many go to one target at once; fewer after a failure, and from so many in a row on it is left alone.
PARALLEL, FAILING = 4, 5
#: So many first waits at most: then one row tries whether the receiver is back.
LONGEST_HOLD = 5


@dataclass(frozen=True)
class Errand:
    """A parcel with the way it goes."""

    row: HandOver
    way: BackEnd
    parcel: Parcel
    options: Mapping[str, Any]
    secrets: Mapping[str, str]


@dataclass(frozen=True)
class Outcome:
    """What came of a row: "" or why not, whether another attempt is useless, and when to come again if it was said."""

    row: HandOver
    error: str = ""
    final: bool = False
    #: Whether the target failed, and not something on our side.
    theirs: bool = True
    after: timedelta | None = None


class HandOverCourier(ThreadedCourier):
    """The courier of hand-overs."""

    threads = "HAND_OVER_THREADS"

    def send(self, number: int) -> int:
        """Claim rows and let threads send them; return how many were claimed."""
        rows = self._take(number)
        ways, ours = back_ends(), []
        for row in rows:
            errand = _errand(row, ways)
            if isinstance(errand, Outcome):
                ours.append(errand)
            else:
                self.submit(send, errand)
        self.note(ours)
        return len(rows)

    def note(self, outcomes: list[Outcome]) -> None:
        """Write down what came of rows."""
        if outcomes:
            with transaction.atomic():
                # Always in the same order: two workers that write the same targets must not wait for one another.
                for outcome in sorted(outcomes, key=lambda one: (one.row.target_id or 0, one.row.pk)):
                    note(outcome)

    def take_back(self, living: set[str]) -> int:
        """Make due again what dead workers were sending; return how many. The receiver may have it: it knows the key."""
        rows = HandOver.objects.filter(state=State.SENDING).exclude(worker__in=[*living, self.worker])
        return rows.update(state=State.WAITING, worker="", next_at=timezone.now())

    def _take(self, number: int) -> list[HandOver]:
        """Claim up to ``number`` due rows, of every target some."""
        now = timezone.now()
        waiting = HandOver.objects.filter(target=OuterRef("pk"), state=State.WAITING, next_at__lte=now)
        ready = list(
            HandOverTarget.objects.filter(Q(held_until=None) | Q(held_until__lte=now), Exists(waiting)).order_by("pk")
        )
        if not ready:
            return []
        sending = HandOver.objects.filter(state=State.SENDING).values_list("target")
        under_way = dict(sending.annotate(Count("pk")).order_by())
        share = max(1, number // len(ready))
        rows: list[HandOver] = []
        for target in ready:
            limit = max(1, PARALLEL >> min(target.failures, 2))
            room = min(share, limit - under_way.get(target.pk, 0), number - len(rows))
            if room > 0:
                rows += self._claim(target, room)
        return rows

    @transaction.atomic
    def _claim(self, target: HandOverTarget, number: int) -> list[HandOver]:
        skip = {"skip_locked": True} if connection.features.has_select_for_update_skip_locked else {}
        now = timezone.now()
        due = HandOver.objects.filter(target=target, state=State.WAITING, next_at__lte=now).order_by("next_at", "pk")
        keys = [row.pk for row in due.select_for_update(**skip)[:number]]
        HandOver.objects.filter(pk__in=keys).update(
            state=State.SENDING, worker=self.worker, claimed_at=now, attempts=F("attempts") + 1
        )
        rows = HandOver.objects.filter(pk__in=keys).order_by("next_at", "pk")
        return list(rows.select_related("target", "submission__version__form", "submission__case"))


def _errand(row: HandOver, ways: Mapping[str, BackEnd]) -> Errand | Outcome:
    """Return what a thread needs, or what came of it when that can't be made."""
    target = row.target
    assert target is not None  # noqa: S101  rows without a target are never waiting
    way = ways.get(target.back_end)
    if way is None:
        return Outcome(row, "the way is not installed", theirs=False)
    try:
        secrets = target.secrets
        parcel = pack(
            row,
            files=way.files(target.options),
            with_pdf=way.needs_pdf(target.options),
            fields=way.fields(target.options),
        )
    except Unreadable:
        return Outcome(row, "sealed with a key that is no longer known", final=True, theirs=False)
    except NotChecked:
        return Outcome(row, "a file waits for the virus scanner", theirs=False, after=timedelta(minutes=5))
    except OSError as error:
        return Outcome(row, f"the storage is away ({type(error).__name__})", theirs=False)
    # One submission that can't be packed must not keep the others from going out; the text could quote an answer.
    except Exception as error:
        logger.error("hand-over %s can't be packed: %s", row.pk, type(error).__name__)
        return Outcome(row, f"it can't be packed ({type(error).__name__})", theirs=False)
    return Errand(row, way, parcel, target.options, secrets)


def send(errand: Errand) -> Outcome:
    """Hand one parcel over and return what came of it; asks nothing of the database."""
    try:
        errand.way.deliver(errand.parcel, errand.options, errand.secrets)
    except GiveUp as problem:
        return Outcome(errand.row, problem.why, final=True)
    except TryAgain as problem:
        return Outcome(errand.row, problem.why, after=problem.after)
    # An adapter may fail with anything; the row must not be lost and the others go on. The text could quote an answer.
    except Exception as problem:
        logger.error("hand-over %s failed: %s", errand.row.pk, type(problem).__name__)
        return Outcome(errand.row, type(problem).__name__)
    return Outcome(errand.row)


def wait_after(attempts: int) -> timedelta:
    """Return how long to wait after so many failures: doubled each time, with chance, so that not all come at once."""
    seconds = min(settings.HAND_OVER_FIRST_WAIT * 2 ** (attempts - 1), LONGEST_WAIT.total_seconds())
    return timedelta(seconds=seconds * random.uniform(0.8, 1.2))  # noqa: S311  no secret


def note(outcome: Outcome) -> None:
    """Write down what came of a row. Only if it is still ours to decide: it may have been taken back meanwhile."""
    row, now = outcome.row, timezone.now()
    mine = HandOver.objects.filter(pk=row.pk, state=State.SENDING, claimed_at=row.claimed_at)
    target = HandOverTarget.objects.filter(pk=row.target_id)
    if not outcome.error:
        mine.update(state=State.DONE, worker="", done_at=now, last_error="")
        target.exclude(failures=0).update(failures=0, held_until=None)
        return
    words = {"worker": "", "last_error": outcome.error[:200]}
    if outcome.final or row.attempts >= MAX_ATTEMPTS:
        mine.update(state=State.GIVEN_UP, done_at=now, **words)
    else:
        pause = max(wait_after(row.attempts), outcome.after or timedelta())
        mine.update(state=State.WAITING, next_at=now + pause, **words)
    if outcome.theirs and not outcome.final:
        _failed(row, outcome, now)


def _failed(row: HandOver, outcome: Outcome, now: Any) -> None:
    locked = HandOverTarget.objects.select_for_update(no_key=True).get(pk=row.target_id)
    # What was under way together fails together: that is one failure.
    if locked.failed_at and row.claimed_at and row.claimed_at <= locked.failed_at:
        return
    locked.failures, locked.failed_at = locked.failures + 1, now
    if locked.failures >= FAILING:
        waits = min(2 ** min(locked.failures - FAILING, 10), LONGEST_HOLD)
        hold = timedelta(seconds=settings.HAND_OVER_FIRST_WAIT * waits)
        locked.held_until = now + max(hold, outcome.after or timedelta())
    locked.save(update_fields=["failures", "failed_at", "held_until"])
