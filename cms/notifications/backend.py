"""Django's mail backend: whatever a library sends goes into the queue."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from typing import Any

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.message import forbid_multi_line_headers
from django.db import transaction

from .models import Mail
from .rendering import Message, one_line
from .services import prepare


class QueueBackend(BaseEmailBackend):
    """Keeps mails as rows; the worker sends them. One row for each recipient, so nobody sees the others."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Put the messages into the queue; return how many. Raises BadHeaderError for a line end in a header."""
        with transaction.atomic():
            for message in email_messages:
                for name, value in (
                    ("Subject", message.subject),
                    *(("To", address) for address in message.recipients()),
                ):
                    forbid_multi_line_headers(name, str(value), "utf-8")
                Mail.objects.bulk_create([_row(message, address) for address in message.recipients()])
        return len(email_messages)


def _row(message: EmailMessage, address: str) -> Mail:
    alternatives = getattr(message, "alternatives", [])
    html = next((str(item[0]) for item in alternatives if item[1] == "text/html"), "")
    plain = message.content_subtype == "plain"
    body = str(message.body)
    rendered = Message(
        subject=one_line(str(message.subject)), text=body if plain else "", html=html or ("" if plain else body)
    )
    attachments = [_attachment(item) for item in message.attachments]
    row = prepare(
        address=address, message=rendered, reply_to=", ".join(message.reply_to)[:254], attachments=attachments
    )
    row.topic = "system"
    row.headers = {"Auto-Submitted": "auto-generated"}
    return row


def _attachment(item: Any) -> list[str]:
    name, content, kind = item
    raw = content if isinstance(content, bytes) else str(content).encode()
    return [name or "attachment", base64.b64encode(raw).decode(), kind or "application/octet-stream"]
