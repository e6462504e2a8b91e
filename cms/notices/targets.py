"""What a notice can be about: records of every app, as (kind, id)."""

from __future__ import annotations

from typing import Any

from django.db.models import Model, QuerySet
from wagtail.models import Page

from cms.access.models import RestrictedModel
from cms.access.pages import visible_pages
from cms.directory.models import OrganisationUnit
from cms.events.receivers import kind_of
from cms.plugins.registry import collect


def target_models() -> dict[str, type[Model]]:
    """Return kind -> model of the records that can have a notice: pages, and what has an audience and can be found.

    Offices are not among them: they have a place of their own, with what is below them.
    """
    found: dict[str, type[Model]] = {"page": Page}
    for _config, documents in collect("search", also_off=True):
        for document in documents:
            if issubclass(document.model, RestrictedModel) and document.model is not OrganisationUnit:
                found[kind_of(document.model)] = document.model
    return found


def kind_of_results(kind: str) -> str:
    """Return the kind of the records whose results in the search are of ``kind``; any other kind stays as it is."""
    documents = (document for _config, items in collect("search", also_off=True) for document in items)
    return next((kind_of(document.model) for document in documents if document.kind == kind), kind)


def target_of(kind: str, object_id: str) -> Any:
    """Return the record, or None when it is gone."""
    model = target_models().get(kind)
    return model._default_manager.filter(pk=object_id).first() if model and object_id.isdigit() else None


def visible_ids(reader: Any, kind: str, ids: set[str]) -> set[str]:
    """Return those of ``ids`` whose record ``reader`` may see."""
    model = target_models().get(kind)
    if model is None:
        return set()
    rows: QuerySet[Any] = visible_pages(reader) if model is Page else model._default_manager.visible_to(reader)  # type: ignore[attr-defined]
    return {str(pk) for pk in rows.filter(pk__in=[pk for pk in ids if pk.isdigit()]).values_list("pk", flat=True)}
