"""What a role is limited to: the city, a unit and below, a page and below, one record."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from wagtail.models import Page

from cms.directory.models import OrganisationUnit

from .models import RoleAssignment

Scope = RoleAssignment.Scope


def name_of(scope: str, scope_id: str) -> str:
    """Return what a scope is called; "deleted …" for something that is gone."""
    if scope == Scope.UNIT:
        unit = OrganisationUnit.objects.with_texts().filter(pk=scope_id).first()
        return str(unit) if unit else _("deleted unit")
    if scope == Scope.PAGE:
        page = Page.objects.filter(pk=scope_id).first()
        return _("page “%(title)s”") % {"title": page.title} if page else _("deleted page")
    return scope_id


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
