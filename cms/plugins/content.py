"""What a plugin has stored: the reason not to uninstall it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from typing import Any

from django.apps import apps
from django.db.models import TextField
from django.db.models.functions import Cast
from wagtail.fields import StreamField

from .config import PluginConfig


def content_of(config: PluginConfig) -> dict[str, int]:
    """Return what there is of the plugin: name of a model or block -> number of rows, without empty ones."""
    found: Counter[str] = Counter()
    for model in config.get_models(include_auto_created=False):
        found[str(model._meta.verbose_name_plural)] += model._default_manager.count()
    names = {name for name, _block in config.contribution("blocks") or []}
    if names:
        for values in (_stored_streams(), _revisions()):
            for value in values:
                for name in names & set(_block_types(value)):
                    found[f"block {name}"] += 1
    return {name: number for name, number in found.items() if number}


def _stored_streams() -> Iterable[Any]:
    """Yield the raw JSON of every StreamField of every row."""
    for model in apps.get_models():
        fields = [field for field in model._meta.local_fields if isinstance(field, StreamField)]
        for field in fields:
            # Not through the field: it drops blocks it doesn't know.
            raw = model._base_manager.values_list(Cast(field.attname, TextField()), flat=True)
            for text in raw.iterator(chunk_size=500):
                if text:
                    yield json.loads(text)


def _revisions() -> Iterable[Any]:
    from wagtail.models import Revision

    yield from Revision.objects.values_list("content", flat=True).iterator(chunk_size=200)


def _block_types(value: Any) -> Iterable[str]:
    """Yield the type of every block in raw JSON, at any depth; revisions hold streams as text in JSON."""
    if isinstance(value, str) and value.startswith("[{"):
        try:
            value = json.loads(value)
        except ValueError:
            return
    if isinstance(value, list):
        for item in value:
            yield from _block_types(item)
    elif isinstance(value, dict):
        if isinstance(value.get("type"), str) and "value" in value:
            yield value["type"]
        for item in value.values():
            yield from _block_types(item)
