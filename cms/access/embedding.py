"""A page embeds only what its readers may see."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.db.models import Model
from wagtail.models import Page, ReferenceIndex

from .models import AccessRule, CollectionAccess, PageAccess, RestrictedModel
from .rules import Clauses, implies


def hidden_from_readers(page: Page, readers: Clauses | None = None) -> list[Model]:
    """Return the media and records that ``page`` refers to, but that some of its readers may not see.

    ``readers``: clauses of the page's rule; by default those stored for it, for a new page public ones.
    """
    if readers is None:
        rule = PageAccess.objects.filter(page_id=page.pk).values_list("rule__clauses", flat=True).first()
        readers = rule or []
    wanted: dict[type[Model], set[str]] = defaultdict(set)
    for content_type_id, object_id, _model_path, _content_path in _references(page):
        model = _model(content_type_id)
        if model is not None:
            wanted[model].add(object_id)
    found: list[Model] = []
    for model, ids in wanted.items():
        for item, clauses in _with_clauses(model, ids):
            if not implies(readers, clauses):
                found.append(item)
    return found


def _references(page: Page) -> Any:
    # Wagtail offers this for stored pages only; here the page in the editor's hands matters.
    return ReferenceIndex._extract_references_from_object(page)


def _model(content_type_id: int) -> type[Model] | None:
    from django.contrib.contenttypes.models import ContentType

    model = ContentType.objects.get_for_id(content_type_id).model_class()
    if model is None or model is AccessRule or issubclass(model, Page):
        return None  # links to pages are left out for those who may not see them
    has_collection = any(field.name == "collection" for field in model._meta.concrete_fields)
    return model if has_collection or issubclass(model, RestrictedModel) else None


def _with_clauses(model: type[Model], ids: set[str]) -> list[tuple[Model, Clauses]]:
    if issubclass(model, RestrictedModel):
        return [
            (item, item.access_rule.clauses) for item in model.objects.filter(pk__in=ids).select_related("access_rule")
        ]
    items = list(model.objects.filter(pk__in=ids))
    rules = dict(
        CollectionAccess.objects.filter(collection__in={item.collection_id for item in items}).values_list(
            "collection", "rule__clauses"
        )
    )
    return [(item, rules.get(item.collection_id, [[]])) for item in items]
