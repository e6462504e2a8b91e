"""Who is told what: from an event, or from a difference, to messages that wait."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db import transaction
from django.db.models import CharField, Exists, OuterRef, QuerySet
from django.db.models.functions import Cast
from django.utils import timezone

from cms.contracts.events import Happened, Subscriber
from cms.contracts.webhooks import Hook
from cms.events.models import Delivery, Event
from cms.events.services import record
from cms.plugins.registry import collect
from cms.plugins.switches import is_off

from .models import KnownObject, WebhookDelivery, WebhookEndpoint

#: Recorded for an object that appeared to, or disappeared from, somebody without an event of its own: an audience, a
#: role or the clock changed. It makes a version, so that the order is kept, and is not told as such.
READERS_CHANGED = "readers_changed"
PORTION = 1_000


def hooks(*, also_off: bool = False) -> dict[str, Hook]:
    """Return kind -> hook of what the apps declare."""
    return {hook.kind: hook for _config, found in collect("hooks", also_off=also_off) for hook in found}


def visible(hook: Hook, account: Any) -> QuerySet:
    """Return what ``account`` may see now of the kind; nothing while its plugin is switched off."""
    rows = hook.rows(account)
    return rows.none() if is_off(rows.model._meta.app_label) else rows


class HookedKinds(Subscriber):
    """Wants the kinds that apps declare, and no others: what nobody declared is never told."""

    def wants(self, kind: str, verb: str) -> bool:
        """Return whether webhooks may tell of ``kind``."""
        return kind in hooks(also_off=True)


def told(happened: Happened) -> None:
    """Decide for every endpoint what the event means to it, and put the messages into the queue."""
    hook = hooks(also_off=True)[happened.kind]
    endpoints = [endpoint for endpoint in taking() if endpoint.wants(hook.kind)]
    if not endpoints:
        return
    known = {
        row.endpoint_id: row
        for row in KnownObject.objects.select_for_update().filter(
            endpoint__in=endpoints, kind=happened.kind, object_id=happened.object_id
        )
    }
    gone = happened.verb == "deleted" or _is_deleted_later(happened)
    seen: dict[int, bool] = {}  # by account: several endpoints of an integration ask once
    changed, messages = [], []
    for endpoint in endpoints:
        account = endpoint.integration.account
        if account.pk not in seen:
            seen[account.pk] = not gone and visible(hook, account).filter(pk=happened.object_id).exists()
        row = known.get(endpoint.pk)
        verb = _meaning(happened.verb, hook, endpoint, row, sees=seen[account.pk], gone=gone)
        if verb in ("published", "unpublished", "deleted"):
            row = row or KnownObject(endpoint=endpoint, kind=hook.kind, object_id=happened.object_id, told=False)
            row.visible, row.changed_at = verb == "published", timezone.now()
            # Who does not want to hear of beginnings could have seen it all the same, so it may hear of the end.
            row.told = row.told or (row.visible and not endpoint.wants(hook.kind, verb))
            changed.append(row)
        if verb and endpoint.wants(hook.kind, verb):
            messages.append(
                WebhookDelivery(
                    endpoint=endpoint,
                    kind=hook.kind,
                    object_id=happened.object_id,
                    verb=verb,
                    version=happened.version,
                    happened_at=happened.at,
                )
            )
    KnownObject.objects.bulk_update([row for row in changed if row.pk], ["visible", "told", "changed_at"])
    KnownObject.objects.bulk_create(
        [row for row in changed if not row.pk],
        update_conflicts=True,
        unique_fields=["endpoint", "kind", "object_id"],
        update_fields=["visible", "told", "changed_at"],
    )
    WebhookDelivery.objects.bulk_create(messages, ignore_conflicts=True)


def taking() -> QuerySet[WebhookEndpoint]:
    """Return the endpoints for which messages are kept."""
    return (
        WebhookEndpoint.objects.filter(integration__is_active=True, integration__account__is_active=True)
        .exclude(state=WebhookEndpoint.State.DISABLED)
        .select_related("integration__account")
    )


def _meaning(verb: str, hook: Hook, endpoint: WebhookEndpoint, row: Any, *, sees: bool, gone: bool) -> str:
    """Return what an event is to this receiver, "" for nothing: of what it never could see it hears nothing at all."""
    knew = row is not None and row.visible
    if sees and not knew:
        # Before the first look at what is there, an old object that changes must not seem new.
        return "changed" if hook.kind not in endpoint.known_kinds and verb == "changed" else "published"
    if sees:
        return "" if verb == READERS_CHANGED else verb if verb in hook.verbs else "changed"
    if verb == "deleted":
        return "deleted" if row is not None else ""
    return "unpublished" if knew and not gone else ""


def _is_deleted_later(happened: Happened) -> bool:
    """Return whether the object is gone by now, so that only its end is told: Wagtail withdraws a page before deleting it."""
    later = Event.objects.filter(kind=happened.kind, object_id=happened.object_id, version__gt=happened.version)
    return later.filter(verb="deleted").exists()


SUBSCRIBERS = [HookedKinds(name="messages", handler=told)]


# --- differences that no event tells of -----------------------------------------------------------


def compare_all() -> int:
    """Compare what every endpoint knows with what it may see now; return for how many objects an event was recorded."""
    count = 0
    for endpoint in taking():
        for kind, hook in hooks(also_off=True).items():
            if not endpoint.wants(kind):
                continue
            if kind in endpoint.known_kinds:
                count += _compare(endpoint, hook)
            else:
                _look_first(endpoint, hook)
    return count


def _look_first(endpoint: WebhookEndpoint, hook: Hook) -> None:
    """Note what the endpoint may see already: it is not told of it, but of what happens to it from now on."""
    rows = visible(hook, endpoint.integration.account).order_by("pk").values_list("pk", flat=True)
    for portion in _portions(rows):
        KnownObject.objects.bulk_create(
            [
                KnownObject(endpoint=endpoint, kind=hook.kind, object_id=str(pk), visible=True, told=True)
                for pk in portion
            ],
            ignore_conflicts=True,
        )
    with transaction.atomic():
        locked = WebhookEndpoint.objects.select_for_update(no_key=True).get(pk=endpoint.pk)
        locked.known_kinds = sorted({*locked.known_kinds, hook.kind})
        locked.save(update_fields=["known_kinds"])


def _compare(endpoint: WebhookEndpoint, hook: Hook) -> int:
    """Record an event for each object that appeared or disappeared; what is already under way is left to its event."""
    rows = visible(hook, endpoint.integration.account).order_by().annotate(as_text=Cast("pk", CharField()))
    known = KnownObject.objects.filter(endpoint=endpoint, kind=hook.kind, visible=True)
    appeared = rows.filter(~Exists(known.filter(object_id=OuterRef("as_text")))).values_list("as_text", flat=True)
    disappeared = known.filter(~Exists(rows.filter(as_text=OuterRef("object_id")))).values_list("object_id", flat=True)
    count = 0
    for object_id in [*appeared, *disappeared]:
        with transaction.atomic():
            if not _under_way(hook.kind, object_id):
                record(kind=hook.kind, object_id=object_id, verb=READERS_CHANGED)
                count += 1
    return count


def _under_way(kind: str, object_id: str) -> bool:
    return Delivery.objects.filter(
        subscriber="webhooks.messages", kind=kind, object_id=object_id, state=Delivery.State.WAITING
    ).exists()


def _portions(rows: QuerySet) -> Iterator[list[Any]]:
    last = None
    while portion := list((rows if last is None else rows.filter(pk__gt=last))[:PORTION]):
        yield portion
        last = portion[-1]
