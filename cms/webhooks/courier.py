"""Sends the messages that are due. Belongs to one worker; its threads only talk to receivers, never to the database."""

from __future__ import annotations

import json
import logging
import random
import time
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from cms.couriers import ThreadedCourier
from cms.outbound import OutboundError, post
from cms.sealing import Unreadable

from . import services, signing
from .models import KnownObject, WebhookDelivery, WebhookEndpoint
from .telling import hooks, taking, visible

logger = logging.getLogger(__name__)
State = WebhookDelivery.State
#: After so many failures a message is given up. With the waits below that is about three days.
MAX_ATTEMPTS = 20
LONGEST_WAIT = timedelta(hours=6)
#: So many messages go to one receiver at once; fewer after a failure, and from so many in a row on it is left alone.
PARALLEL, FAILING = 8, 3
#: A receiver that fails is left alone for longer and longer, up to this.
LONGEST_HOLD = timedelta(minutes=15)
#: An endpoint that has failed for so long without a single success is switched off.
DISABLED_AFTER = timedelta(days=3)


@dataclass(frozen=True)
class Letter:
    """A message as it goes out."""

    delivery: WebhookDelivery
    url: str
    keys: tuple[str, ...]
    body: bytes


@dataclass(frozen=True)
class Outcome:
    """What came of it: the status, or why there is none; when to come again, if the receiver said so."""

    delivery: WebhookDelivery
    status: int | None
    error: str
    milliseconds: int
    retry_after: timedelta | None = None


class Courier(ThreadedCourier):
    """The courier of webhooks."""

    threads = "WEBHOOK_THREADS"

    def send(self, number: int) -> int:
        """Claim messages and let threads send them; return how many."""
        letters = self._take(number)
        for letter in letters:
            self.submit(send, letter)
        return len(letters)

    def note(self, outcomes: list[Outcome]) -> None:
        """Write down what came of messages."""
        with transaction.atomic():
            # Always in the same order: two workers that lock the same endpoints must not wait for one another.
            for outcome in sorted(outcomes, key=lambda one: one.delivery.endpoint_id):
                note(outcome)

    def take_back(self, living: set[str]) -> int:
        """Make due again what dead workers were sending; return how many. The receiver may have it: it knows the id."""
        rows = WebhookDelivery.objects.filter(state=State.SENDING).exclude(worker__in=[*living, self.worker])
        return rows.update(state=State.WAITING, worker="", next_at=timezone.now())

    def _take(self, number: int) -> list[Letter]:
        """Claim up to ``number`` due messages, of every receiver some; leave out what may no longer be told."""
        ready = list(_ready().distinct())
        if not ready:
            return []
        sending = WebhookDelivery.objects.filter(state=State.SENDING).values_list("endpoint")
        under_way = dict(sending.annotate(Count("pk")).order_by())
        random.shuffle(ready)  # so that none is always last when there are more than threads
        letters: list[Letter] = []
        for position, endpoint in enumerate(ready):
            share = -(-(number - len(letters)) // (len(ready) - position))
            limit = max(1, PARALLEL >> 2 * min(endpoint.failures, FAILING))
            share = min(share, limit - under_way.get(endpoint.pk, 0))
            if share > 0:
                letters += self._claim(endpoint, share)
        return letters

    @transaction.atomic
    def _claim(self, endpoint: WebhookEndpoint, number: int) -> list[Letter]:
        skip = {"skip_locked": True} if connection.features.has_select_for_update_skip_locked else {}
        rows = list(due(endpoint).select_for_update(**skip)[:number])
        allowed = _allowed(endpoint, rows)
        refused = [row for row in rows if row.pk not in allowed]
        if refused:
            _leave_out(endpoint, refused)
        now = timezone.now()
        taken = [row for row in rows if row.pk in allowed]
        WebhookDelivery.objects.filter(pk__in=allowed).update(
            state=State.SENDING, worker=self.worker, claimed_at=now, attempts=F("attempts") + 1
        )
        _mark_told(endpoint, taken)
        try:
            keys = services.keys_of(endpoint, now)
        except Unreadable:
            keys = ()
        for row in taken:
            row.attempts, row.claimed_at = row.attempts + 1, now
        return [
            Letter(row, endpoint.url, keys, json.dumps(row.body(), separators=(",", ":")).encode()) for row in taken
        ]


def _ready() -> QuerySet[WebhookEndpoint]:
    """Return the endpoints that have something due and are not left alone."""
    now = timezone.now()
    waiting = WebhookDelivery.objects.filter(endpoint=OuterRef("pk"), state=State.WAITING, next_at__lte=now)
    return taking().filter(
        Q(held_until=None) | Q(held_until__lte=now), Exists(waiting), state=WebhookEndpoint.State.ACTIVE
    )


def due(endpoint: WebhookEndpoint) -> QuerySet[WebhookDelivery]:
    """Return the messages for ``endpoint`` that may go out now: nothing earlier about the same object is unfinished."""
    unfinished = WebhookDelivery.objects.filter(
        endpoint=endpoint,
        kind=OuterRef("kind"),
        object_id=OuterRef("object_id"),
        state__in=WebhookDelivery.UNFINISHED,
    )
    # "None is earlier" as a join would compare every waiting message with every other while the table has no statistics.
    first = Subquery(unfinished.order_by("version").values("version")[:1])
    rows = WebhookDelivery.objects.filter(endpoint=endpoint, state=State.WAITING, next_at__lte=timezone.now())
    return rows.filter(version=first).order_by("next_at", "id")


def _allowed(endpoint: WebhookEndpoint, rows: list[WebhookDelivery]) -> set[int]:
    """Return the keys of the rows that may be sent now.

    That something is there is told to those who may see it at this moment; that it is gone, to those who know of it.
    """
    by_kind: dict[str, list[WebhookDelivery]] = defaultdict(list)
    for row in rows:
        by_kind[row.kind].append(row)
    allowed = {row.pk for row in by_kind.pop(services.PING_KIND, [])}
    for kind, some in by_kind.items():
        hook = hooks(also_off=True).get(kind)
        if hook is None:
            continue
        ids = [row.object_id for row in some]
        seen = set(visible(hook, endpoint.integration.account).filter(pk__in=ids).values_list("pk", flat=True))
        seen_ids = {str(pk) for pk in seen}
        known = KnownObject.objects.filter(endpoint=endpoint, kind=kind, object_id__in=ids, told=True)
        known_ids = set(known.values_list("object_id", flat=True))
        for row in some:
            if row.object_id in (known_ids if row.verb in ("unpublished", "deleted") else seen_ids):
                allowed.add(row.pk)
    return allowed


def _leave_out(endpoint: WebhookEndpoint, rows: list[WebhookDelivery]) -> None:
    WebhookDelivery.objects.filter(pk__in=[row.pk for row in rows]).update(
        state=State.SKIPPED, done_at=timezone.now(), last_error="Not to be seen by the integration (any more)."
    )
    for row in rows:  # never heard of: should it appear again, it is new
        KnownObject.objects.filter(endpoint=endpoint, kind=row.kind, object_id=row.object_id, told=False).update(
            visible=False
        )


def _mark_told(endpoint: WebhookEndpoint, rows: list[WebhookDelivery]) -> None:
    """Note before sending that the receiver may know the objects: it may have the message even if we hear nothing."""
    things = Q()
    for row in rows:
        things |= Q(kind=row.kind, object_id=row.object_id)
    if things:
        KnownObject.objects.filter(things, endpoint=endpoint, told=False).update(told=True)


def send(letter: Letter) -> Outcome:
    """Send one message and return what came of it; asks nothing of the database."""
    began = time.monotonic()
    row = letter.delivery
    status, error, later = None, "", None
    try:
        if not letter.keys:
            raise OutboundError(
                "the secret can't be read: the key it was sealed with is neither in DATA_KEYS nor in SECRET_KEY_FALLBACKS"
            )
        services.check_target(letter.url)
        signed = signing.headers(letter.keys, row.message_id, int(time.time()), letter.body)
        answer = post(
            letter.url,
            body=letter.body,
            headers={"Content-Type": "application/json", **signed},
            seconds=settings.WEBHOOK_SECONDS,
        )
        status, later = answer.status, _retry_after(answer.headers.get("retry-after", ""))
    except OutboundError as problem:
        error = str(problem)
    # A receiver may answer with anything; whatever happens, the message must not be lost and the others go on.
    except Exception as problem:
        logger.exception("message %s can't be sent", row.pk)
        error = type(problem).__name__
    return Outcome(row, status, error, round((time.monotonic() - began) * 1_000), later)


def _retry_after(value: str) -> timedelta | None:
    """Return what a Retry-After header says (RFC 9110, 10.2.3), at most our longest wait; None when it says nothing."""
    try:
        seconds = float(int(value)) if value.isascii() and value.isdigit() else _until(parsedate_to_datetime(value))
    except (ValueError, TypeError, OverflowError):
        return None
    return timedelta(seconds=min(max(seconds, 0.0), LONGEST_WAIT.total_seconds()))


def _until(moment: datetime) -> float:
    return (moment - timezone.now()).total_seconds()


def wait_after(attempts: int) -> timedelta:
    """Return how long to wait after so many failures: doubled each time, with chance, so that not all come at once."""
    seconds = min(settings.WEBHOOK_FIRST_WAIT * 2 ** (attempts - 1), LONGEST_WAIT.total_seconds())
    return timedelta(seconds=seconds * random.uniform(0.8, 1.2))  # noqa: S311  no secret


def note(outcome: Outcome) -> None:
    """Write down what came of a message. Only if it is still ours to decide: an operator may have been quicker."""
    row, now = outcome.delivery, timezone.now()
    mine = WebhookDelivery.objects.filter(pk=row.pk, state=State.SENDING, claimed_at=row.claimed_at)
    seen = {
        "worker": "",
        "last_status": outcome.status,
        "last_error": outcome.error[:300],
        "milliseconds": outcome.milliseconds,
    }
    if outcome.status is not None and 200 <= outcome.status < 300:
        mine.update(state=State.DONE, done_at=now, **seen)
        WebhookEndpoint.objects.filter(pk=row.endpoint_id, failing_since__isnull=False).update(
            failures=0, failing_since=None, failed_at=None, held_until=None
        )
        return
    if row.attempts >= MAX_ATTEMPTS or outcome.status == 410:
        mine.update(state=State.DEAD, done_at=now, **seen)
    else:
        pause = max(wait_after(row.attempts), outcome.retry_after or timedelta())
        mine.update(state=State.WAITING, next_at=now + pause, **seen)
    _failed(row, outcome, now)


def _failed(row: WebhookDelivery, outcome: Outcome, now: datetime) -> None:
    # A stronger lock would stand against every new message of the endpoint: their foreign keys hold its row.
    endpoint = WebhookEndpoint.objects.select_for_update(no_key=True).get(pk=row.endpoint_id)
    # Messages that were under way together fail together: that is one failure.
    if endpoint.failed_at is None or row.claimed_at is None or row.claimed_at > endpoint.failed_at:
        endpoint.failures += 1
        endpoint.failed_at = now
    endpoint.failing_since = endpoint.failing_since or now
    if endpoint.failures >= FAILING:
        seconds = settings.WEBHOOK_FIRST_WAIT * 2 ** min(endpoint.failures - FAILING, 20)
        endpoint.held_until = now + min(timedelta(seconds=seconds), LONGEST_HOLD)
    if outcome.retry_after and outcome.status in (429, 503):
        endpoint.held_until = max(endpoint.held_until or now, now + outcome.retry_after)
    endpoint.save(update_fields=["failures", "failed_at", "failing_since", "held_until"])
    if outcome.status == 410:
        services.disable(endpoint=endpoint, why="gone")
    elif now - endpoint.failing_since >= DISABLED_AFTER:
        services.disable(endpoint=endpoint, why="failing")
