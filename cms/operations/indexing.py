"""Many saves at once: what Wagtail notes for each of them is written once, at the end."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.management import call_command
from django.db.models import Model
from django.db.models.signals import post_save
from modelsearch.index import get_indexed_models
from modelsearch.signal_handlers import post_save_signal_handler
from wagtail.models import ReferenceIndex
from wagtail.signal_handlers import disable_reference_index_auto_update


@contextmanager
def indexed_afterwards() -> Iterator[None]:
    """Index once what is saved within: the admin's search and "what leads here" answer as soon as this ends.

    Each save would otherwise leave a task to the worker, about 1,800 for the demo city, and editors would search
    in vain until it is through. For commands: it concerns the whole process. When an error ends it, nothing is indexed.
    """
    indexed = [model for model in get_indexed_models() if getattr(model, "search_auto_update", True)]
    noted: set[type[Model]] = set()

    def note(sender: type[Model], **_signal: Any) -> None:
        noted.add(sender)

    post_save.connect(note, weak=False)
    for model in indexed:
        post_save.disconnect(post_save_signal_handler, sender=model)
    try:
        with disable_reference_index_auto_update():
            yield
    finally:
        post_save.disconnect(note)
        for model in indexed:
            post_save.connect(post_save_signal_handler, sender=model)
    if noted & {*indexed, *ReferenceIndex.tracked_models}:
        call_command("rebuild_references_index", verbosity=0)
        call_command("update_index", verbosity=0)
