"""Set up webhooks, and decide about what was given up."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Max, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from cms.contracts.webhooks import LIFE
from cms.integrations.models import Integration
from cms.notifications.services import notify
from cms.outbound import AddressRefused, OutboundError, allowed_inside, public_address
from cms.sealing import seal, unseal

from .models import KnownObject, WebhookDelivery, WebhookEndpoint
from .sealed import PURPOSE
from .signing import new_secret
from .telling import hooks

State = WebhookDelivery.State
RIGHT = "webhooks.change_webhookendpoint"
PING_KIND = "webhook"
#: So long messages are signed with the secret before, too.
OLD_SECRET_DAYS = 7


def check_target(url: str) -> None:
    """Raise AddressRefused for an address that no message goes to, OutboundError for a name that nobody knows.

    Only https, so that nobody reads along; http to networks of OUTBOUND_ALLOWS, which are the city's own.
    """
    if not url.isprintable() or " " in url:  # urlsplit leaves line breaks out, others may not
        raise AddressRefused("no address")
    try:
        parts = urlsplit(url)
        port = parts.port or (443 if parts.scheme == "https" else 80)
    except ValueError as error:
        raise AddressRefused("no address") from error
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username or parts.password:
        raise AddressRefused("no https address")
    address = public_address(parts.hostname, port)
    if parts.scheme == "http" and not allowed_inside(address):
        raise AddressRefused("no https address")


def choices() -> list[tuple[str, str]]:
    """Return (pattern, words) of everything that can be chosen."""
    words = {
        "published": _("published"),
        "changed": _("changed"),
        "unpublished": _("withdrawn"),
        "deleted": _("deleted"),
    }
    found = [("*", _("everything"))]
    for kind, hook in sorted(hooks().items(), key=lambda item: str(item[1].title)):
        found.append((f"{kind}.*", f"{hook.title}: {_('everything')}"))
        found += [(f"{kind}.{verb}", f"{hook.title}: {words.get(verb, verb)}") for verb in (*LIFE, *hook.verbs)]
    return found


def clean_endpoint(endpoint: WebhookEndpoint) -> None:
    """Raise ValidationError unless messages may go to the address, and what it is told of exists."""
    endpoint.full_clean(exclude=["secret"])
    try:
        check_target(endpoint.url)
    except AddressRefused as error:
        raise ValidationError(
            {"url": _("Messages go only to addresses on the public internet that begin with https://.")}
        ) from error
    except OutboundError as error:
        raise ValidationError({"url": _("Nobody knows this address.")}) from error
    known = {pattern for pattern, _words in choices()}
    if not isinstance(endpoint.events, list) or not endpoint.events or not set(endpoint.events) <= known:
        raise ValidationError({"events": _("Choose what it is told of.")})


@transaction.atomic
def create_endpoint(
    *, integration: Integration, url: str, events: Iterable[str], description: str = "", by: Any = None
) -> WebhookEndpoint:
    """Create a webhook with a new secret. ``by`` None: the system. Raises PermissionDenied, ValidationError."""
    if by is not None and not by.has_perm("webhooks.add_webhookendpoint"):
        raise PermissionDenied
    endpoint = WebhookEndpoint(integration=integration, url=url, events=list(events), description=description)
    clean_endpoint(endpoint)
    endpoint.secret = seal(new_secret(), PURPOSE)
    endpoint.save()
    log(endpoint, "wagtail.create", user=by, content_changed=True)
    return endpoint


@transaction.atomic
def change_endpoint(*, endpoint: WebhookEndpoint, by: Any = None) -> WebhookEndpoint:
    """Store a changed webhook. In use again, its failures are forgotten. Raises PermissionDenied, ValidationError."""
    _may(by)
    clean_endpoint(endpoint)
    before = WebhookEndpoint.objects.select_for_update(no_key=True).get(pk=endpoint.pk)
    columns = ["integration", "url", "description", "events", "state"]  # workers write the others meanwhile
    if endpoint.integration_id != before.integration_id:  # another account sees other things
        KnownObject.objects.filter(endpoint=endpoint).delete()
        endpoint.known_kinds = []
        columns += ["known_kinds"]
    if endpoint.state == WebhookEndpoint.State.ACTIVE:
        endpoint.why_disabled, endpoint.failures = "", 0
        endpoint.failing_since = endpoint.failed_at = endpoint.held_until = None
        columns += ["why_disabled", "failures", "failing_since", "failed_at", "held_until"]
    endpoint.save(update_fields=columns)
    log(endpoint, "wagtail.edit", user=by, content_changed=True)
    return endpoint


def _may(by: Any) -> None:
    if by is not None and not by.has_perm(RIGHT):
        raise PermissionDenied


def keys_of(endpoint: WebhookEndpoint, at: datetime) -> tuple[str, ...]:
    """Return the secrets that are valid at ``at``, the newest first. Raises Unreadable."""
    keys = [unseal(endpoint.secret, PURPOSE)]
    if endpoint.old_secret and endpoint.old_secret_until and endpoint.old_secret_until > at:
        keys.append(unseal(endpoint.old_secret, PURPOSE))
    return tuple(keys)


@transaction.atomic
def show_secret(*, endpoint: WebhookEndpoint, by: Any) -> str:
    """Return the secret for whoever sets the receiver up; the log says who looked. Raises PermissionDenied, Unreadable."""
    _may(by)
    log(endpoint, "webhooks.secret_shown", user=by)
    return unseal(endpoint.secret, PURPOSE)


@transaction.atomic
def rotate_secret(*, endpoint: WebhookEndpoint, by: Any = None, days: int = OLD_SECRET_DAYS) -> str:
    """Make a new secret and return it; for so many days messages are signed with both. Raises PermissionDenied."""
    _may(by)
    locked = WebhookEndpoint.objects.select_for_update(no_key=True).get(pk=endpoint.pk)
    secret = new_secret()
    locked.old_secret, locked.secret = locked.secret, seal(secret, PURPOSE)
    locked.old_secret_until = timezone.now() + timedelta(days=days)
    locked.save(update_fields=["secret", "old_secret", "old_secret_until"])
    log(locked, "webhooks.secret_changed", user=by)
    return secret


@transaction.atomic
def disable(*, endpoint: WebhookEndpoint, why: str) -> None:
    """Switch an endpoint off that is gone ("gone") or has failed for days ("failing"), and tell the contact once."""
    rows = WebhookEndpoint.objects.filter(pk=endpoint.pk).exclude(state=WebhookEndpoint.State.DISABLED)
    if not rows.update(state=WebhookEndpoint.State.DISABLED, why_disabled=why):
        return
    log(endpoint, "webhooks.disabled")
    notify(
        topic="webhooks",
        template="webhooks/mail/disabled.txt",
        to=endpoint.integration.contact,
        context={
            "endpoint": endpoint,
            "gone": why == "gone",
            "url": settings.SITE_URL + reverse("webhooks:inspect", args=[endpoint.pk]),
        },
    )


@transaction.atomic
def ping(*, endpoint: WebhookEndpoint, by: Any = None) -> WebhookDelivery:
    """Put a message that means nothing into the queue, to try the receiver. Raises PermissionDenied."""
    _may(by)
    earlier = WebhookDelivery.objects.filter(endpoint=endpoint, kind=PING_KIND).aggregate(last=Max("version"))["last"]
    return WebhookDelivery.objects.create(
        endpoint=endpoint,
        kind=PING_KIND,
        object_id=str(endpoint.pk),
        verb="ping",
        version=(earlier or 0) + 1,
        happened_at=timezone.now(),
    )


def retry(*, rows: QuerySet[WebhookDelivery], by: Any = None) -> int:
    """Make messages that were given up due again; return how many. Raises PermissionDenied."""
    _may(by)
    return _again(rows.filter(state=State.DEAD))


def skip(*, rows: QuerySet[WebhookDelivery], by: Any = None) -> int:
    """Leave messages that were given up, or wait, out for good; return how many. Raises PermissionDenied."""
    _may(by)
    return rows.filter(state__in=[State.DEAD, State.WAITING]).update(state=State.SKIPPED, done_at=timezone.now())


def replay(
    *,
    endpoint: WebhookEndpoint,
    since: datetime,
    until: datetime | None = None,
    kind: str = "",
    by: Any = None,
) -> int:
    """Send everything of a time again, with the same ids, in order; return how many messages.

    What the integration may not see any more is left out when its turn comes. Raises PermissionDenied.
    """
    _may(by)
    rows = WebhookDelivery.objects.filter(endpoint=endpoint, happened_at__gte=since).exclude(kind=PING_KIND)
    if until:
        rows = rows.filter(happened_at__lte=until)
    if kind:
        rows = rows.filter(kind=kind)
    number = _again(rows.exclude(state__in=WebhookDelivery.UNFINISHED))
    log(endpoint, "webhooks.replayed", user=by)
    return number


def _again(rows: QuerySet[WebhookDelivery]) -> int:
    return rows.update(
        state=State.WAITING, attempts=0, next_at=timezone.now(), done_at=None, last_error="", last_status=None
    )


def forget(*, older_than: timedelta) -> int:
    """Delete finished messages, and what is known of objects long gone; return how many messages."""
    before = timezone.now() - older_than
    KnownObject.objects.filter(visible=False, changed_at__lt=before).delete()
    finished = WebhookDelivery.objects.exclude(state__in=WebhookDelivery.UNFINISHED)
    return finished.filter(happened_at__lt=before).delete()[0]
