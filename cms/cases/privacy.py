"""What cases keep about a person."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from cms.contracts.privacy import PersonalData

from . import services
from .models import Case, EntryText


def _export(user: Any) -> list[dict[str, Any]]:
    rows = Case.objects.of_person(user).prefetch_related("entries__words").order_by("pk")
    return [
        {
            "reference": case.reference,
            "title": case.title,
            "state": case.state,
            "opened": case.opened_at.isoformat(),
            "email": services.mail_of(case),
            "history": [
                {"at": entry.at.isoformat(), "what": entry.verb, "text": services.text_of(entry)}
                for entry in case.entries.all()
                if entry.public
            ],
        }
        for case in rows
    ]


@transaction.atomic
def _erase(user: Any) -> int:
    """Finished cases lose everything personal; in open ones the office still needs the address, only the account goes."""
    number = 0
    for case in Case.objects.of_person(user):
        if case.state in (Case.State.DONE, Case.State.WITHDRAWN):
            services.erase(case=case)
        number += 1
    Case.objects.of_person(user).update(account=None)
    return number


def _written(user: Any) -> list[dict[str, Any]]:
    rows = EntryText.objects.filter(by=user).select_related("entry__case").order_by("pk")
    return [{"case": row.entry.case.reference, "at": row.entry.at.isoformat(), "what": row.entry.verb} for row in rows]


DATA = [
    PersonalData(
        name="cases",
        title=_("Cases"),
        models=("cases.Case",),
        export=_export,
        erase=_erase,
        retention=_("address and texts until the time the law sets for the case is over; what happened when stays"),
    ),
    PersonalData(
        name="entries",
        title=_("What was written in cases"),
        models=("cases.EntryText",),
        export=_written,
        erase=lambda user: EntryText.objects.filter(by=user).update(by=None),
        retention=_("as long as the texts of the case, without the name once the account is gone"),
    ),
]
