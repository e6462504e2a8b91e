"""What follows from saving and publishing pages."""

from __future__ import annotations

from typing import Any

from django.db.models.signals import pre_save
from wagtail.models import Page
from wagtail.signals import page_published

from .release import withhold
from .services import note_published


def connect() -> None:
    """Connect the receivers; called once by the app's ``ready``."""
    pre_save.connect(_saving, dispatch_uid="languages.saving")
    page_published.connect(_published, dispatch_uid="languages.published")


def _saving(sender: type, instance: Any, raw: bool = False, **kwargs: Any) -> None:
    if not raw and isinstance(instance, Page):
        withhold(instance)


def _published(instance: Page, **kwargs: Any) -> None:
    note_published(instance)
