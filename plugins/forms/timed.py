"""When forms open and close: pages that show them change at that moment, and so does what the search says of them."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from cms.contracts.clock import TimedChange

from .models import Form
from .search import mark_forms


def next_at(_now: datetime) -> datetime | None:
    """Return the next moment at which a form opens or closes, or the one that is to be seen to; None for none."""
    rows = Form.objects.filter(is_active=True, changes_at__isnull=False)
    return rows.order_by("changes_at").values_list("changes_at", flat=True).first()


@transaction.atomic
def turn() -> None:
    """Have the search entries of forms that have just opened or closed built again, and those of their services."""
    now = timezone.now()
    due = list(Form.objects.select_for_update().filter(is_active=True, changes_at__lte=now))
    for form in due:
        form.changes_at = form.next_change(now)
    Form.objects.bulk_update(due, ["changes_at"])
    mark_forms(due)


TIMED = [TimedChange(name="forms", next_at=next_at, carry_out=turn)]
