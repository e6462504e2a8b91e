"""A signed message to an address of the specialist system (Standard Webhooks 1.0.0)."""

from __future__ import annotations

import time
from base64 import b64decode
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cms.outbound import AddressRefused, OutboundError, post
from cms.webhooks import signing
from cms.webhooks.services import check_target

from ..parcel import Parcel
from .base import FIELDS, FILES, BackEnd, GiveUp, Option, TryAgain

#: The message itself is wrong for the receiver; the same one again will be, too (RFC 9110, 15.5).
USELESS = (400, 406, 410, 413, 415, 422)
LONGEST_PAUSE = 6 * 3600


class SignedWebhook(BackEnd):
    """JSON by POST; 2xx is received, 409 is "I have this key already"."""

    name = "webhook"
    label = gettext_lazy("Signed webhook")
    options = (
        Option(
            name="url", label=gettext_lazy("Web address"), required=True, help=gettext_lazy("Begins with https://.")
        ),
        Option(
            name="secret",
            label=gettext_lazy("Secret"),
            kind="secret",
            required=True,
            help=gettext_lazy("Begins with whsec_; both sides know it. Messages are signed with it."),
        ),
        FIELDS,
        FILES,
    )

    def clean(self, options: Mapping[str, Any], secrets: Mapping[str, str]) -> None:
        """Refuse addresses inside the network, and secrets nobody can sign with."""
        try:
            check_target(options["url"])
        except AddressRefused as error:
            text = _("Messages go only to addresses on the public internet that begin with https://.")
            raise ValidationError({"url": text}) from error
        except OutboundError as error:
            raise ValidationError({"url": _("Nobody knows this address.")}) from error
        if not _is_secret(secrets["secret"]):
            raise ValidationError(
                {"secret": _("A secret begins with whsec_, followed by at least 24 bytes in Base64.")}
            )

    def deliver(self, parcel: Parcel, options: Mapping[str, Any], secrets: Mapping[str, str]) -> None:
        """Post it. Raises TryAgain, GiveUp."""
        body = parcel.written("json")
        headers = signing.headers([secrets["secret"]], parcel.key, int(time.time()), body)
        headers |= {"Content-Type": "application/json", "Idempotency-Key": parcel.key}
        try:
            check_target(options["url"])
            answer = post(options["url"], body=body, headers=headers, seconds=settings.HAND_OVER_SECONDS)
        except OutboundError as error:
            raise TryAgain(str(error)) from error
        if 200 <= answer.status < 300 or answer.status == 409:
            return
        if answer.status in USELESS:
            raise GiveUp(f"HTTP {answer.status}")
        raise TryAgain(f"HTTP {answer.status}", _pause(answer.headers.get("retry-after", "")))


def _is_secret(text: str) -> bool:
    """Return whether it is one as Standard Webhooks has them; a short or empty key signs, too, and proves nothing."""
    try:
        return text.startswith(signing.PREFIX) and len(b64decode(text[len(signing.PREFIX) :], validate=True)) >= 24
    except ValueError:
        return False


def _pause(value: str) -> timedelta | None:
    """Return what Retry-After says in seconds; dates are left to our own pauses."""
    if not (value.isascii() and value.isdigit() and len(value) < 10):
        return None
    return timedelta(seconds=min(int(value), LONGEST_PAUSE))
