"""What cases keep about a person."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db import transaction
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from cms.contracts.privacy import PersonalData, Sought, Trace, Tracer

from . import services
from .models import Case, EntryText


def _export(user: Any) -> list[dict[str, Any]]:
    rows = Case.objects.of_person(user).prefetch_related("entries__words").order_by("pk")
    return [_data(case) for case in rows]


def _data(case: Case, *, internal: bool = False) -> dict[str, Any]:
    return {
        "reference": case.reference,
        "title": case.title,
        "state": case.state,
        "opened": case.opened_at.isoformat(),
        "email": services.mail_of(case),
        "history": [
            {"at": entry.at.isoformat(), "what": entry.verb, "text": services.text_of(entry)}
            for entry in case.entries.all()
            if entry.public or internal
        ],
    }


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


class CaseTracer(Tracer):
    """Cases by their reference or the address of who applied; what was written in one is found with it."""

    def find(self, sought: Sought) -> Iterator[int]:
        """Yield cases that still hold something personal."""
        rows = Case.objects.filter(erased_at=None)
        if not sought.is_written:
            rows = rows.filter(reference=sought.reference)
        for case in rows.order_by("pk").iterator(chunk_size=500):
            if case.reference == sought.reference or sought.is_in(services.mail_of(case)):
                yield case.pk

    def read(self, number: int) -> Trace | None:
        """Return a case with its history; one that is not finished is still needed (Art. 17 (3) b DSGVO)."""
        case = Case.objects.filter(pk=number, erased_at=None).prefetch_related("entries__words").first()
        if case is None:
            return None
        rows = [
            (_("Reference"), case.reference),
            (_("State"), case.get_state_display()),
            (_("Email"), services.mail_of(case)),
        ]
        for entry in case.entries.all():
            if text := services.text_of(entry):
                rows.append((date_format(localtime(entry.at), "SHORT_DATETIME_FORMAT"), text))
        running = case.state not in (Case.State.DONE, Case.State.WITHDRAWN)
        return Trace(
            title=f"{case.title_text} ({case.reference})",
            at=case.opened_at,
            rows=[(str(label), str(value)) for label, value in rows],
            data=_data(case, internal=True),
            reference=case.reference,
            needed=str(_("The case is not finished: the office still needs this.")) if running else "",
        )

    def forget(self, number: int) -> None:
        """Take everything personal out of it."""
        for case in Case.objects.filter(pk=number):
            services.erase(case=case)


DATA = [
    PersonalData(
        name="cases",
        title=_("Cases"),
        models=("cases.Case",),
        export=_export,
        erase=_erase,
        retention=_("address and texts until the time the law sets for the case is over; what happened when stays"),
        tracer=CaseTracer(),
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
