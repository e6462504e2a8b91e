"""What a role is limited to: the city, a unit and below, a page and below, one record."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _
from wagtail.models import Page

from cms.directory.models import OrganisationUnit

from .models import RoleAssignment

Scope = RoleAssignment.Scope


def name_of(scope: str, scope_id: str) -> str:
    """Return what a scope is called; "deleted …" for something that is gone."""
    return names_of([(scope, scope_id)])[(scope, scope_id)]


def names_of(scopes: Iterable[tuple[str, str]]) -> dict[tuple[str, str], str]:
    """Return (scope, id) -> what it is called, for lists: three queries for any number."""
    wanted = set(scopes)
    units = OrganisationUnit.objects.with_texts().filter(pk__in=[pk for scope, pk in wanted if scope == Scope.UNIT])
    pages = Page.objects.filter(pk__in=[pk for scope, pk in wanted if scope == Scope.PAGE])
    unit_names = {str(unit.pk): str(unit) for unit in units}
    page_names = {str(page.pk): _("page “%(title)s”") % {"title": page.title} for page in pages}
    found = {}
    for scope, pk in wanted:
        if scope == Scope.UNIT:
            found[(scope, pk)] = unit_names.get(pk, _("deleted unit"))
        elif scope == Scope.PAGE:
            found[(scope, pk)] = page_names.get(pk, _("deleted page"))
        else:
            found[(scope, pk)] = pk or str(Scope.CITY.label)
    return found


def covers(assignment: RoleAssignment, record: Any) -> bool:
    """Return whether the scope of ``assignment`` contains a record (not a page: Wagtail's permissions know those)."""
    if assignment.scope == Scope.CITY:
        return True
    if assignment.scope == Scope.RECORD:
        return assignment.scope_id == f"{record._meta.model_name}:{record.pk}"
    if assignment.scope == Scope.UNIT:
        paths = record.scope_units() if hasattr(record, "scope_units") else []
        return any(assignment.scope_id in path.split("/") for path in paths)
    return False
