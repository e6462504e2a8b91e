"""Who stands in for whom. The one place that knows; tasks and rights ask here."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils import timezone

from .models import Absence, Person


def represented_by(account: Any, day: date | None = None) -> set[Person]:
    """Return the people for whom ``account`` stands in on ``day`` (default: today), also in a chain.

    When the deputy is absent, too, the deputy's deputy stands in for both. The person of the account is not in it.
    """
    day = day or timezone.localdate()
    own = Person.objects.filter(account=account).first()
    if own is None:
        return set()
    rows = Absence.objects.filter(first_day__lte=day, last_day__gte=day, deputy__isnull=False)
    away: dict[int, list[Person]] = {}
    for absence in rows.select_related("person"):
        away.setdefault(absence.deputy_id, []).append(absence.person)
    found: dict[int, Person] = {}
    waiting = [own.pk]
    while waiting:
        for person in away.get(waiting.pop(), []):
            if person.pk != own.pk and person.pk not in found:
                found[person.pk] = person
                waiting.append(person.pk)
    return set(found.values())


def deputies_of(account: Any, day: date | None = None) -> list[Any]:
    """Return the accounts that stand in for ``account`` on ``day`` (default: today); none when the person is present.

    A deputy who is absent, too, is replaced by the deputy's deputy. Deputies without an active account are left out.
    """
    day = day or timezone.localdate()
    rows = Absence.objects.filter(first_day__lte=day, last_day__gte=day, deputy__isnull=False)
    away: dict[int, list[Person]] = {}
    for absence in rows.select_related("deputy__account"):
        away.setdefault(absence.person_id, []).append(absence.deputy)
    own = Person.objects.filter(account=account).values_list("pk", flat=True).first() if away else None
    found: dict[int, Any] = {}
    seen, waiting = {own}, [own] if own in away else []
    while waiting:
        for deputy in away.get(waiting.pop(), []):
            if deputy.pk in seen:
                continue
            seen.add(deputy.pk)
            if deputy.pk in away:
                waiting.append(deputy.pk)
            elif deputy.account and deputy.account.is_active and deputy.account != account:
                found[deputy.account.pk] = deputy.account
    return list(found.values())


def next_change(after: datetime) -> datetime | None:
    """Return the next midnight at which an absence with a deputy begins or ends, None when none is known."""
    today = timezone.localtime(after).date()
    days = []
    rows = Absence.objects.filter(deputy__isnull=False)
    if (first := rows.filter(first_day__gt=today).order_by("first_day").first()) is not None:
        days.append(first.first_day)
    if (last := rows.filter(last_day__gte=today).order_by("last_day").first()) is not None:
        days.append(last.last_day + timedelta(days=1))
    return datetime.combine(min(days), time(), tzinfo=timezone.get_default_timezone()) if days else None
