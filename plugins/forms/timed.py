"""When forms open and close: pages that show them change at that moment."""

from __future__ import annotations

from datetime import datetime

from cms.contracts.clock import TimedChange

from .models import Form


def next_at(now: datetime) -> datetime | None:
    """Return the next moment at which a form opens or closes; None when none does."""
    moments = [
        Form.objects.filter(is_active=True, **{f"{name}__gt": now}).order_by(name).values_list(name, flat=True).first()
        for name in ("open_from", "open_until")
    ]
    return min((moment for moment in moments if moment), default=None)


TIMED = [TimedChange(name="forms", next_at=next_at)]
