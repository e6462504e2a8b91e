"""What barrier reports keep about a person."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from cms.contracts.privacy import ColumnTracer, PersonalData, Trace

from .models import BarrierReport


def _own(user: Any) -> Any:
    return BarrierReport.objects.filter(email__iexact=user.email) if user.email else BarrierReport.objects.none()


def _export(user: Any) -> list[dict[str, Any]]:
    return [_data(row) for row in _own(user).order_by("pk")]


def _data(row: BarrierReport) -> dict[str, Any]:
    return {
        "reference": row.reference,
        "page": row.address,
        "text": row.text,
        "name": row.name,
        "received": row.received_at.isoformat(),
        "answer": row.answer,
    }


def _erase(user: Any) -> int:
    BarrierReport.objects.filter(owner=user).update(owner=None)
    return _forget(_own(user))


def _forget(rows: Any) -> int:
    # The barrier is still there; who met it is nobody's business any more.
    return rows.update(name="", email="", answer="")


def _trace(row: BarrierReport) -> Trace:
    rows = ((_("name"), row.name), (_("email"), row.email), (_("what hinders"), row.text), (_("answer"), row.answer))
    return Trace(
        title=row.reference,
        at=row.received_at,
        rows=[(str(label), value) for label, value in rows],
        data={**_data(row), "email": row.email},
        needed="" if row.answered_at or not row.email else str(_("Nobody has answered yet.")),
    )


DATA = [
    PersonalData(
        name="barriers",
        title=_("Barrier reports"),
        models=("accessibility.BarrierReport",),
        export=_export,
        erase=_erase,
        retention=_("name, address and answer until half a year after the barrier is gone; the report stays"),
        tracer=ColumnTracer(
            rows=lambda: BarrierReport.objects.exclude(name="", email=""),
            columns=("email", "name", "text"),
            trace=_trace,
            forget=_forget,
        ),
    )
]
