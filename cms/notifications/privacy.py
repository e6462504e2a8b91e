"""What notifications keep about a person."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cms.contracts.privacy import ColumnTracer, PersonalData, Trace

from .models import Mail, OptOut, Preference, Undeliverable


def _mails(user: Any) -> Any:
    return Mail.objects.filter(Q(recipient=user) | Q(address__iexact=user.email))


def _export_mails(user: Any) -> list[dict[str, Any]]:
    return [_data(mail) for mail in _mails(user).order_by("pk")]


def _data(mail: Mail) -> dict[str, Any]:
    return {
        "subject": mail.subject,
        "address": mail.address,
        "state": mail.state,
        "created": mail.created_at.isoformat(),
    }


def _trace(mail: Mail) -> Trace:
    waits = mail.state in (Mail.State.WAITING, Mail.State.SENDING)
    return Trace(
        title=mail.subject,
        at=mail.created_at,
        rows=[(str(_("address")), mail.address), (str(_("state")), mail.get_state_display())],
        data=_data(mail),
        needed=str(_("It is still on its way.")) if waits else "",
    )


def _export_wishes(user: Any) -> list[dict[str, Any]]:
    wishes = [
        {"topic": row.topic, "rhythm": row.rhythm} for row in Preference.objects.filter(user=user).order_by("topic")
    ]
    objections = OptOut.objects.filter(address__iexact=user.email).order_by("topic")
    broken = Undeliverable.objects.filter(address__iexact=user.email)
    return [
        *wishes,
        *({"objection": row.topic, "since": row.since.isoformat()} for row in objections),
        *({"undeliverable_since": row.since.isoformat(), "reason": row.reason} for row in broken),
    ]


def _erase_wishes(user: Any) -> int:
    # Objections stay: they forbid us to write to the address, whoever it belongs to.
    count = Preference.objects.filter(user=user).delete()[0]
    return count + Undeliverable.objects.filter(address__iexact=user.email).delete()[0]


DATA = [
    PersonalData(
        name="mails",
        title=_("Mails"),
        models=("notifications.Mail",),
        export=_export_mails,
        erase=lambda user: _mails(user).delete()[0],
        retention=_("texts until sent; the fact of sending 90 days"),
        tracer=ColumnTracer(
            rows=lambda: Mail.objects.all(), columns=("address",), trace=_trace, forget=lambda rows: rows.delete()
        ),
    ),
    PersonalData(
        name="wishes",
        title=_("What one wants to be told"),
        models=("notifications.Preference", "notifications.OptOut", "notifications.Undeliverable"),
        export=_export_wishes,
        erase=_erase_wishes,
        retention=_("as long as the account; objections until withdrawn"),
    ),
]
