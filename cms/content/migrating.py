"""Migrations of block data: rename a block or rewrite its values in everything that is stored.

Wagtail's ``MigrateStreamData`` asks the field for its blocks. A PluginStreamField keeps them out of migrations, so
this operation works on the raw JSON, of rows and of all revisions (drafts, scheduled and earlier versions).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

from django.db.migrations import RunPython
from django.db.models import F, JSONField, TextField, Value
from django.db.models.functions import Cast

from .fields import PluginStreamField

Change = Callable[[Any], Any]


def unchanged(value: Any) -> Any:
    """Return the value as it is."""
    return value


class ChangeBlocks(RunPython):
    """Rename the block ``name`` to ``to`` (default: keep) and pass each of its values through ``value``.

    ``value`` and ``back`` take and return what the JSON holds under "value": pure functions that may meet a value
    twice. Without ``back`` a changed value can't be restored: the migration is irreversible. The migration has to
    depend on the newest migrations of the apps whose pages have the field (``content``) and of ``wagtailcore``.
    """

    def __init__(
        self, name: str, *, to: str = "", value: Change | None = None, back: Change | None = None, **kwargs: Any
    ) -> None:
        self.name, self.to, self.value, self.back = name, to or name, value, back
        reversible = value is None or back is not None
        super().__init__(
            code=lambda apps, editor: rewrite(apps, self.name, self.to, value or unchanged),
            reverse_code=(lambda apps, editor: rewrite(apps, self.to, self.name, back or unchanged))
            if reversible
            else None,
            **kwargs,
        )

    def deconstruct(self) -> Any:
        """Return what writes this operation down again."""
        kwargs = {"to": self.to, "value": self.value, "back": self.back}
        return type(self).__qualname__, [self.name], {key: found for key, found in kwargs.items() if found}

    def describe(self) -> str:
        """Return the line ``migrate --plan`` shows."""
        return f"Change the block {self.name!r}" + (f" to {self.to!r}" if self.to != self.name else "")


def rewrite(apps: Any, name: str, to: str, value: Change) -> int:
    """Change the block in all rows and revisions; return how many of them changed."""
    changed = 0
    for model, field in plugin_stream_fields(apps):
        rows = model._base_manager.annotate(raw=Cast(F(field), TextField())).values_list("pk", "raw")
        for pk, raw in rows.iterator(chunk_size=500):
            new = _changed_text(raw, name, to, value)
            if new is not None:
                # An expression, or the field would drop what it doesn't know.
                model._base_manager.filter(pk=pk).update(**{field: Cast(Value(new), JSONField())})
                changed += 1
        changed += _rewrite_revisions(apps, model, field, name, to, value)
    return changed


def plugin_stream_fields(apps: Any) -> Iterator[tuple[Any, str]]:
    """Yield (model, name of the field) for every PluginStreamField among ``apps``."""
    for model in apps.get_models():
        for field in model._meta.local_fields:
            if isinstance(field, PluginStreamField):
                yield model, field.attname


def _rewrite_revisions(apps: Any, model: Any, field: str, name: str, to: str, value: Change) -> int:
    changed = 0
    revisions = apps.get_model("wagtailcore", "Revision").objects.filter(
        content_type__app_label=model._meta.app_label, content_type__model=model._meta.model_name
    )
    for revision in revisions.iterator(chunk_size=100):
        new = _changed_text(revision.content.get(field), name, to, value)
        if new is not None:
            revision.content[field] = new
            revision.save(update_fields=["content"])
            changed += 1
    return changed


def _changed_text(raw: str | None, name: str, to: str, value: Change) -> str | None:
    """Return the JSON with the change, None when there is nothing to change."""
    if not raw or f'"{name}"' not in raw:
        return None
    stream = json.loads(raw)
    if isinstance(stream, str):  # SQLite keeps some streams as a JSON text in JSON
        stream = json.loads(stream)
    before = json.dumps(stream)
    after = json.dumps(_changed(stream, name, to, value), ensure_ascii=False)
    return None if json.loads(after) == json.loads(before) else after


def _changed(item: Any, name: str, to: str, value: Change) -> Any:
    """Return ``item`` with the block changed at any depth."""
    if isinstance(item, list):
        return [_changed(child, name, to, value) for child in item]
    if not isinstance(item, dict):
        return item
    inside = {key: _changed(child, name, to, value) for key, child in item.items()}
    if inside.get("type") == name and "value" in inside:
        inside["type"], inside["value"] = to, value(inside["value"])
    return inside
