"""When "open now" becomes wrong."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from cms.contracts.clock import TimedChange

from .models import OpeningException, OpeningHours


def next_at(now: datetime) -> datetime | None:
    """Return the next time of today at which some place opens or closes; None when none does any more."""
    local = timezone.localtime(now)
    clocks = {
        clock
        for model in (OpeningHours, OpeningException)
        for pair in model.objects.order_by().values_list("opens", "closes").distinct()
        for clock in pair
        if clock and clock > local.time()
    }
    return timezone.make_aware(datetime.combine(local.date(), min(clocks))) if clocks else None


TIMED = [TimedChange(name="opening hours", next_at=next_at)]
