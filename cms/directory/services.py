"""Changing units and locations by program. The admin has forms of Wagtail's for the same."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from wagtail.log_actions import log

from cms.accounts import rights

from .models import Location, OpeningException, OpeningHours, OrganisationUnit

Rows = Iterable[Mapping[str, Any]]
Texts = Mapping[tuple[str, str], str]


def may_change(user: Any, thing: Location | OrganisationUnit) -> bool:
    """Return whether ``user`` may change this unit or location, by a role here or in the whole city."""
    return rights.may(user, f"directory.change_{thing._meta.model_name}", thing)


@transaction.atomic
def change_location(
    *,
    location: Location,
    by: Any,
    hours: Rows | None = None,
    exceptions: Rows | None = None,
    **values: Any,
) -> Location:
    """Set the ``values`` of fields; ``hours`` and ``exceptions`` take the place of all there were.

    Raises PermissionDenied and ValidationError.
    """
    if hours is not None:
        location.hours.set([OpeningHours(**row) for row in hours])
    if exceptions is not None:
        location.exceptions.set([OpeningException(**row) for row in exceptions])
    _save(location, by, values)
    return location


@transaction.atomic
def change_unit(*, unit: OrganisationUnit, by: Any, texts: Texts | None = None, **values: Any) -> OrganisationUnit:
    """Set texts, (field, language) -> text, and the ``values`` of fields. Raises PermissionDenied and ValidationError."""
    unit.set_texts(dict(texts or {}))
    _save(unit, by, values)
    return unit


def _save(thing: Any, by: Any, values: Mapping[str, Any]) -> None:
    if not may_change(by, thing):
        raise PermissionDenied
    for name, value in values.items():
        setattr(thing, name, value)
    thing.full_clean()
    thing.save()
    log(thing, "wagtail.edit", user=by, content_changed=True)
