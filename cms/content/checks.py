"""What an operator must know before the site goes on the net."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register

#: RFC 9116 (2.5.5) recommends less than a year.
LONGEST, SOON = timedelta(days=366), timedelta(days=30)
SCHEMES = ("mailto:", "https://", "tel:")


@register(Tags.security, deploy=True)
def check_security_txt(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Say when nobody is named for reports of security holes, or the statement runs out (content.W001-W004)."""
    contacts, expires = settings.SECURITY_TXT_CONTACT, settings.SECURITY_TXT_EXPIRES
    if not contacts:
        return [
            Warning(
                "Nobody is named to whom security holes can be reported.",
                hint="Set SECURITY_TXT_CONTACT (mailto:, https: or tel:) and SECURITY_TXT_EXPIRES.",
                id="content.W001",
            )
        ]
    found: list[CheckMessage] = [
        Error(f"SECURITY_TXT_CONTACT: {contact!r} is no mailto:, https: or tel: address.", id="content.E001")
        for contact in contacts
        if not contact.startswith(SCHEMES)
    ]
    now = datetime.now(UTC)
    if expires is None or expires <= now:
        found.append(Warning("SECURITY_TXT_EXPIRES is missing or over: security.txt is not shown.", id="content.W002"))
    elif expires < now + SOON:
        found.append(Warning(f"security.txt expires on {expires:%Y-%m-%d}.", id="content.W003"))
    elif expires > now + LONGEST:
        found.append(Warning("SECURITY_TXT_EXPIRES is more than a year away (RFC 9116, 2.5.5).", id="content.W004"))
    return found
