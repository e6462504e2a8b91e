"""Write down what happened, and tell the subscribers."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import Exists, F, OuterRef, QuerySet
from django.utils import timezone

from cms.contracts.events import Happened, Subscriber
from cms.plugins.registry import collect
from cms.plugins.switches import switched_off

from .models import Delivery, Event, ObjectVersion

logger = logging.getLogger(__name__)
#: After so many failures a delivery waits for a person. With the waits below that is about a day.
MAX_ATTEMPTS = 10
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=30), timedelta(hours=6)


def subscribers(*, also_off: bool = True) -> Iterator[tuple[str, Subscriber]]:
    """Yield (stored name, subscriber) of every app; those of switched-off plugins too, so that they miss nothing."""
    for config, items in collect("events", also_off=also_off):
        for item in items:
            yield f"{config.label}.{item.name}", item


@transaction.atomic
def record(*, kind: str, object_id: Any, verb: str, actor: Any = None, data: Mapping[str, Any] | None = None) -> Event:
    """Write down that ``verb`` happened to (kind, object_id), in the transaction that changes the object.

    ``actor``: the account that did it, or None. ``data``: JSON without personal values. Subscribers are told after
    the commit. The object's counter stays locked until then: whoever changes the same object waits, so the versions
    are in the order of the commits.
    """
    number = _next_version(kind, str(object_id))
    actor_id = getattr(actor, "pk", None)
    event = Event.objects.create(
        kind=kind, object_id=str(object_id), verb=verb, version=number, actor_id=actor_id, data=dict(data or {})
    )
    Delivery.objects.bulk_create(
        Delivery(event=event, subscriber=name, kind=kind, object_id=event.object_id, version=number, next_at=event.at)
        for name, subscriber in subscribers()
        if subscriber.wants(kind, verb)
    )
    return event


def _next_version(kind: str, object_id: str) -> int:
    row = ObjectVersion(kind=kind, object_id=object_id)
    ObjectVersion.objects.bulk_create([row], ignore_conflicts=True)
    mine = ObjectVersion.objects.filter(kind=kind, object_id=object_id)
    mine.update(version=F("version") + 1)
    return mine.values_list("version", flat=True).get()


def due(at: datetime | None = None) -> QuerySet[Delivery]:
    """Return the deliveries that may be made now: nothing earlier of the same object is unfinished for the subscriber."""
    earlier = Delivery.objects.filter(
        subscriber=OuterRef("subscriber"),
        kind=OuterRef("kind"),
        object_id=OuterRef("object_id"),
        version__lt=OuterRef("version"),
        state__in=[Delivery.State.WAITING, Delivery.State.DEAD],
    )
    rows = Delivery.objects.filter(~Exists(earlier), state=Delivery.State.WAITING, next_at__lte=at or timezone.now())
    for label in switched_off():
        rows = rows.exclude(subscriber__startswith=f"{label}.")
    return rows.order_by("next_at", "id")


def deliver_one() -> bool:
    """Make one delivery that is due; return whether there was one. A failure is kept with the delivery."""
    handlers = dict(subscribers())
    problem: Exception | None = None
    with transaction.atomic():
        locked = due().select_for_update(skip_locked=True, of=("self",)) if _can_skip() else due()
        delivery = locked.select_related("event").first()
        if delivery is None:
            return False
        subscriber = handlers.get(delivery.subscriber)
        try:
            with transaction.atomic():
                if subscriber is None:
                    raise LookupError(f"There is no subscriber {delivery.subscriber!r} any more.")
                subscriber.handler(_happened(delivery.event))
        # A subscriber may fail in any way; its error is kept for the operators, the others go on.
        except Exception as error:
            problem = error
            _failed(delivery, error)
        else:
            delivery.state, delivery.done_at, delivery.last_error = Delivery.State.DONE, timezone.now(), ""
            delivery.attempts += 1
        delivery.save(update_fields=["state", "done_at", "attempts", "next_at", "last_error"])
    if problem:
        logger.warning("delivery %s to %s failed: %s", delivery.pk, delivery.subscriber, type(problem).__name__)
    return True


def _can_skip() -> bool:
    return connection.features.has_select_for_update_skip_locked


def _failed(delivery: Delivery, error: Exception) -> None:
    delivery.attempts += 1
    delivery.last_error = f"{type(error).__name__}: {error}"[:500]
    delivery.next_at = timezone.now() + min(FIRST_WAIT * 2 ** (delivery.attempts - 1), LONGEST_WAIT)
    if delivery.attempts >= MAX_ATTEMPTS:
        delivery.state = Delivery.State.DEAD


def _happened(event: Event) -> Happened:
    return Happened(
        kind=event.kind,
        object_id=event.object_id,
        verb=event.verb,
        version=event.version,
        at=event.at,
        actor_id=event.actor_id,
        data=event.data,
    )


def retry(*, delivery_id: int) -> bool:
    """Make a delivery that was given up due again. Return False when it is not given up (any more)."""
    rows = Delivery.objects.filter(pk=delivery_id, state=Delivery.State.DEAD)
    return bool(rows.update(state=Delivery.State.WAITING, attempts=0, next_at=timezone.now()))


def skip(*, delivery_id: int) -> bool:
    """Leave a delivery out for good, so that later ones of the same object go on. Return False when it is not given up."""
    rows = Delivery.objects.filter(pk=delivery_id, state=Delivery.State.DEAD)
    return bool(rows.update(state=Delivery.State.SKIPPED, done_at=timezone.now()))


@transaction.atomic
def replay(*, subscriber: str, kind: str = "", since: datetime | None = None) -> int:
    """Tell a subscriber again, in order, of what it wants and is still kept; return of how many events.

    Also of events older than the subscriber. Raises LookupError for an unknown name.
    """
    found = dict(subscribers()).get(subscriber)
    if found is None:
        raise LookupError(f"There is no subscriber {subscriber!r}. Known: {', '.join(n for n, _s in subscribers())}")
    events = Event.objects.order_by("pk")
    if wanted := kind or found.kind:
        events = events.filter(kind=wanted)
    if since:
        events = events.filter(at__gte=since)
    wanted_events = [event for event in events.iterator(chunk_size=1_000) if found.wants(event.kind, event.verb)]
    again = {"state": Delivery.State.WAITING, "attempts": 0, "next_at": timezone.now(), "last_error": ""}
    Delivery.objects.bulk_create(
        [
            Delivery(
                event=event,
                subscriber=subscriber,
                kind=event.kind,
                object_id=event.object_id,
                version=event.version,
                **again,
            )
            for event in wanted_events
        ],
        update_conflicts=True,
        unique_fields=["event", "subscriber"],
        update_fields=list(again),
        batch_size=500,
    )
    return len(wanted_events)


def forget(*, older_than: timedelta) -> int:
    """Delete events whose deliveries are all finished; return how many. What was given up stays for the operators."""
    unfinished = Delivery.objects.filter(event=OuterRef("pk"), state__in=[Delivery.State.WAITING, Delivery.State.DEAD])
    old = Event.objects.filter(~Exists(unfinished), at__lt=timezone.now() - older_than)
    return old.delete()[1].get("events.Event", 0)
