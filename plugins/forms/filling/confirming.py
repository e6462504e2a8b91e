"""E-mail addresses that are confirmed by a code before a form is sent (setting ``confirm_by_code`` of the field)."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.crypto import constant_time_compare

from cms.notifications.services import notify

from ..definition.logic import Evaluated
from ..definition.structure import Definition, Field
from ..models import Channel, Filling
from . import content as contents
from .content import Content, hashed

#: A code of six digits holds so long and so many tries: guessing it succeeds once in 200,000 codes.
VALID, TRIES = timedelta(minutes=30), 5


def waiting(filling: Filling, content: Content, definition: Definition, found: Evaluated) -> list[tuple[Field, str]]:
    """Return the fields whose address must still be confirmed, with the address. None where staff fill in for somebody."""
    if filling.channel != Channel.ONLINE:
        return []
    answers = [
        (field, found.answers.get(field.key))
        for _step, field in definition.walk()
        if field.type == "email" and field.settings.get("confirm_by_code")
    ]
    return [(field, mail) for field, mail in answers if mail and content.confirmed.get(field.key) != mail]


def is_sent(content: Content, key: str, mail: str) -> bool:
    """Return whether a code that still works has gone to this address."""
    asked = content.confirming.get(key)
    return bool(
        asked
        and asked["mail"] == mail
        and asked["tries"] < TRIES
        and timezone.now() < datetime.fromisoformat(asked["until"])
    )


def send_code(*, filling: Filling, content: Content, field: Field, mail: str, language: str) -> None:
    """Mail a new code; the one before no longer works. Raises ValidationError for an address that takes no mail."""
    code = f"{secrets.randbelow(1_000_000):06}"
    until = timezone.now() + VALID
    content.confirming[field.key] = {"mail": mail, "code": hashed(code), "until": until.isoformat(), "tries": 0}
    _store(filling, content)
    notify(
        topic="forms",
        template="forms/mail/code.txt",
        to=mail,
        language=language,
        context={"title": filling.version.form.title, "code": code, "minutes": VALID // timedelta(minutes=1)},
    )


def confirm(*, filling: Filling, content: Content, field: Field, mail: str, typed: str) -> bool:
    """Note that the person reads mail at ``mail`` when ``typed`` is the code that went there; return whether it is."""
    if not is_sent(content, field.key, mail):
        return False
    asked = content.confirming[field.key]
    digits = "".join(letter for letter in typed if letter.isdigit())
    if constant_time_compare(hashed(digits), asked["code"]):
        content.confirmed[field.key] = mail
        del content.confirming[field.key]
    else:
        asked["tries"] += 1
    _store(filling, content)
    return field.key in content.confirmed and content.confirmed[field.key] == mail


def _store(filling: Filling, content: Content) -> None:
    contents.write(filling, content)
    filling.save(update_fields=["sealed", "updated_at"])
