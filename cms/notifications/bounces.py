"""Mails that came back: delivery status notifications (RFC 3464)."""

from __future__ import annotations

import email
import email.policy
from dataclasses import dataclass
from email.message import EmailMessage

from django.db import transaction

from .models import Mail
from .postman import mark_undeliverable


@dataclass(frozen=True)
class Bounce:
    """``status`` as RFC 3463 ("5.1.1"), ``address`` and ``message_id`` of the mail that came back."""

    message_id: str
    address: str
    status: str
    reason: str

    @property
    def is_permanent(self) -> bool:
        """Whether trying again is useless."""
        return self.status.startswith("5")


def read(raw: bytes) -> Bounce | None:
    """Return what a mail reports, or None when it is no report about a failure (an out-of-office reply, a success)."""
    message = email.message_from_bytes(raw, policy=email.policy.default)
    if message.get_content_type() != "multipart/report":
        return None
    fields: dict[str, str] = {}
    original = ""
    for part in message.walk():
        kind = part.get_content_type()
        if kind == "message/delivery-status":
            for block in part.get_payload() if isinstance(part.get_payload(), list) else []:
                fields |= {name.lower(): str(value) for name, value in block.items()}  # type: ignore[union-attr]
        elif kind in ("message/rfc822", "text/rfc822-headers", "message/rfc822-headers"):
            original = original or _message_id(part)
    if fields.get("action", "").strip().lower() != "failed":
        return None
    return Bounce(
        message_id=original,
        address=fields.get("final-recipient", "").rpartition(";")[2].strip(),
        status=fields.get("status", "").strip() or "5.0.0",
        reason=fields.get("diagnostic-code", "").strip()[:300],
    )


def _message_id(part: EmailMessage) -> str:
    inner = part.get_payload()
    if isinstance(inner, list) and inner:
        return str(inner[0].get("Message-ID", "")).strip()  # type: ignore[union-attr]
    headers = email.message_from_string(part.get_content() if part.get_content_maintype() == "text" else str(inner))
    return str(headers.get("Message-ID", "")).strip()


@transaction.atomic
def note(bounce: Bounce) -> bool:
    """Note a bounce with its mail. Return False for mails that are not ours: anybody can send us a report."""
    mail = Mail.objects.select_for_update().filter(message_id=bounce.message_id or "-").first()
    if mail is None or mail.address.lower() != bounce.address.lower():
        return False
    mail.state = Mail.State.BOUNCED
    mail.last_error = f"{bounce.status} {bounce.reason}"[:500]
    mail.sealed = ""
    mail.save(update_fields=["state", "last_error", "sealed"])
    if bounce.is_permanent and bounce.status[2:3] == "1":  # RFC 3463: x.1.x is about the address
        mark_undeliverable(mail.address, mail.last_error)
    return True
