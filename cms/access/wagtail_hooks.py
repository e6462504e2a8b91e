"""What the admin changes without a signal."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest
from wagtail import hooks
from wagtail.models import Collection

from .admin import AudienceViewSet, audiences
from .signals import collection_rules_changed


@hooks.register("after_bulk_action")
def media_moved_together(request: HttpRequest, action_type: str, objects: Iterable[Any], action: Any) -> None:
    """Documents or images put into another collection: Wagtail moves them by ``update()``, which sends no signal."""
    if action_type == "add_to_collection":
        collection = action.cleaned_form.cleaned_data["collection"]
        collection_rules_changed.send(sender=Collection, collection_ids=[collection.pk])


@hooks.register("register_admin_viewset")
def audiences_in_the_admin() -> AudienceViewSet:
    """Offer the audiences in the settings menu."""
    return audiences
