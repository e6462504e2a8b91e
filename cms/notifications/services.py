"""Tell people something: the only door to mail."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.conf import settings
from django.core import signing
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from cms.contracts.notifications import Topic
from cms.plugins.registry import collect

from .models import Mail, OptOut, Preference, Undeliverable
from .rendering import Message, render

SALT = "notifications.unsubscribe"
Rhythm = Preference.Rhythm


def topics() -> dict[str, Topic]:
    """Return name -> topic of every app that is not switched off."""
    return {topic.name: topic for _config, items in collect("topics") for topic in items}


def notify(
    *,
    topic: str,
    template: str,
    to: Any,
    context: Mapping[str, Any] | None = None,
    key: str = "",
    language: str = "",
    reply_to: str = "",
    attachments: Iterable[tuple[str, str, str]] = (),
) -> Mail | None:
    """Tell one person: put a mail into the queue, in the transaction that is the occasion.

    ``to``: an account, or an address as text. ``template`` as :mod:`cms.notifications.rendering` says. ``key``: the
    occasion and the recipient in one word; a second call with the same key does nothing, so jobs may be repeated.
    ``attachments``: (name, base64, content type). Returns the row, or None when the key was used before.
    Raises LookupError for an unknown topic, ValidationError for an address given as text that is none; an account without a
    usable address becomes a mail that was given up.
    """
    return notify_many(
        topic=topic,
        template=template,
        to=[to],
        context=context,
        key=lambda _to: key,
        language=language,
        reply_to=reply_to,
        attachments=attachments,
    )[0]


@transaction.atomic
def notify_many(
    *,
    topic: str,
    template: str,
    to: Iterable[Any],
    context: Mapping[str, Any] | None = None,
    key: Any = None,
    language: str = "",
    reply_to: str = "",
    attachments: Iterable[tuple[str, str, str]] = (),
) -> list[Mail | None]:
    """Tell many people the same; see :func:`notify`. ``key``: callable(recipient) -> key. Six queries for any number."""
    about = topics().get(topic)
    if about is None:
        raise LookupError(f"There is no topic {topic!r}.")
    recipients, attached = list(to), [list(item) for item in attachments]
    addresses = [_address(recipient) for recipient in recipients]
    typed = {recipient for recipient in recipients if isinstance(recipient, str)}
    for address in {*typed, *filter(None, [reply_to])}:
        validate_email(address)
    wishes = _wishes(about, recipients)
    unwanted = _unwanted(about, addresses)
    keys = [(key(recipient) if key else "") or None for recipient in recipients]
    used = set(Mail.objects.filter(key__in=[one for one in keys if one]).values_list("key", flat=True))
    rendered: dict[tuple[str, str], Message] = {}
    rows: list[Mail | None] = []
    for recipient, address, own_key in zip(recipients, addresses, keys, strict=True):
        if own_key and own_key in used:
            rows.append(None)
            continue
        used.add(own_key or "")
        spoken = language or getattr(recipient, "language", "") or settings.LANGUAGE_CODE
        links = _links(about, recipient, address)
        message = rendered.get((spoken, links.get("unsubscribe_url", ""))) or render(
            template, {**(context or {}), **links}, spoken
        )
        rendered[(spoken, links.get("unsubscribe_url", ""))] = message
        row = prepare(address=address, message=message, reply_to=reply_to, attachments=attached)
        row.key, row.topic, row.optional, row.language = own_key, topic, about.optional, spoken
        row.recipient = None if isinstance(recipient, str) else recipient
        row.headers = _headers(about, links)
        if not _is_valid(address):  # an account's: one of them must not keep the others from being told
            row.state, row.last_error = Mail.State.FAILED, "This account has no address to which mail can go."
            row.address = (address or "-")[:254]
            rows.append(row)
            continue
        _place(row, wishes.get(getattr(recipient, "pk", None), Rhythm.AT_ONCE), address.lower() in unwanted)
        rows.append(row)
    Mail.objects.bulk_create([row for row in rows if row], ignore_conflicts=True, batch_size=500)
    return rows


def prepare(*, address: str, message: Message, reply_to: str = "", attachments: Iterable[Sequence[str]] = ()) -> Mail:
    """Return an unsaved mail with its final Message-ID, which stays the same over all attempts."""
    domain = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].strip("> ") or "localhost"
    mail = Mail(
        address=address,
        subject=message.subject,
        reply_to=reply_to,
        message_id=f"<{uuid.uuid4().hex}@{domain}>",
    )
    mail.hold(text=message.text, html=message.html, attachments=attachments)
    return mail


def _address(recipient: Any) -> str:
    return recipient if isinstance(recipient, str) else recipient.email


def _is_valid(address: str) -> bool:
    try:
        validate_email(address)
    except ValidationError:
        return False
    return True


def _wishes(topic: Topic, recipients: list[Any]) -> dict[Any, str]:
    if not topic.optional:
        return {}
    users = [recipient.pk for recipient in recipients if not isinstance(recipient, str)]
    rows = Preference.objects.filter(topic=topic.name, user__in=users)
    return dict(rows.values_list("user_id", "rhythm"))


def _unwanted(topic: Topic, addresses: list[str]) -> set[str]:
    if not topic.optional:
        return set()
    lowered = [address.lower() for address in addresses]
    refused = OptOut.objects.filter(topic=topic.name, address__in=lowered).values_list("address", flat=True)
    broken = Undeliverable.objects.filter(address__in=lowered).values_list("address", flat=True)
    return {*refused, *broken}


def _place(row: Mail, rhythm: str, unwanted: bool) -> None:
    if unwanted or rhythm == Rhythm.NEVER:
        row.state, row.sealed = Mail.State.SUPPRESSED, ""
    elif rhythm in (Rhythm.DAILY, Rhythm.WEEKLY):
        row.state, row.rhythm = Mail.State.HELD, rhythm


def _links(topic: Topic, recipient: Any, address: str) -> dict[str, str]:
    links = {}
    if topic.optional and not isinstance(recipient, str):
        links["settings_url"] = settings.SITE_URL + reverse("notification_preferences")
    if topic.advertising:
        links["unsubscribe_url"] = settings.SITE_URL + reverse(
            "unsubscribe", args=[unsubscribe_token(address, topic.name)]
        )
    return links


def _headers(topic: Topic, links: Mapping[str, str]) -> dict[str, str]:
    headers = {"Auto-Submitted": "auto-generated"}  # RFC 3834: no out-of-office replies to us
    if topic.advertising:
        headers["List-Unsubscribe"] = f"<{links['unsubscribe_url']}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return headers


def unsubscribe_token(address: str, topic: str) -> str:
    """Return what the link in a mail carries: nobody can make one for somebody else's address."""
    return signing.dumps([address.lower(), topic], salt=SALT)


@transaction.atomic
def unsubscribe(*, token: str) -> Topic | None:
    """Heed an objection. Returns the topic, or None when it no longer exists. Raises signing.BadSignature."""
    address, name = signing.loads(token, salt=SALT)
    OptOut.objects.get_or_create(address=address, topic=name)
    return topics().get(name)


@transaction.atomic
def set_preference(*, user: Any, topic: str, rhythm: str) -> None:
    """Note how ``user`` wants to be told. Raises ValueError for a topic that can't be chosen or an unknown rhythm."""
    about = topics().get(topic)
    if about is None or not about.optional or rhythm not in Rhythm.values:
        raise ValueError(f"{topic!r} can't be set to {rhythm!r}.")
    Preference.objects.update_or_create(user=user, topic=topic, defaults={"rhythm": rhythm})
    if rhythm != Rhythm.NEVER:  # who asks for it again has withdrawn the objection
        OptOut.objects.filter(address=user.email.lower(), topic=topic).delete()


def retry(*, mail_id: int) -> bool:
    """Send a mail again that was given up or perhaps sent. Return False when it is in another state or has no text."""
    rows = Mail.objects.filter(pk=mail_id, state__in=[Mail.State.FAILED, Mail.State.UNSURE]).exclude(sealed="")
    return bool(rows.update(state=Mail.State.WAITING, attempts=0, next_at=timezone.now(), last_error=""))


def settle(*, mail_id: int) -> bool:
    """Take a mail that was perhaps sent, or given up, off the list without sending it. False in any other state."""
    rows = Mail.objects.filter(pk=mail_id, state__in=[Mail.State.FAILED, Mail.State.UNSURE])
    return bool(rows.update(state=Mail.State.SUPPRESSED, sealed=""))
