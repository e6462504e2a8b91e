"""What barrier reports keep about a person."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from cms.contracts.privacy import PersonalData

from .models import BarrierReport


def _own(user: Any) -> Any:
    return BarrierReport.objects.filter(email__iexact=user.email) if user.email else BarrierReport.objects.none()


def _export(user: Any) -> list[dict[str, Any]]:
    return [
        {
            "reference": row.reference,
            "page": row.address,
            "text": row.text,
            "name": row.name,
            "received": row.received_at.isoformat(),
            "answer": row.answer,
        }
        for row in _own(user).order_by("pk")
    ]


def _erase(user: Any) -> int:
    # The barrier is still there; who met it is nobody's business any more.
    BarrierReport.objects.filter(owner=user).update(owner=None)
    return _own(user).update(name="", email="", answer="")


DATA = [
    PersonalData(
        name="barriers",
        title=_("Barrier reports"),
        models=("accessibility.BarrierReport",),
        export=_export,
        erase=_erase,
        retention=_("name, address and answer until half a year after the barrier is gone; the report stays"),
    )
]
