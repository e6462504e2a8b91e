"""What follows from Wagtail's own saving and deleting of media."""

from __future__ import annotations

from typing import Any

from wagtail.models import Page

from cms.accounts.models import DerivedGroup

from .models import DocumentDetails, delete_after_commit
from .sections import give_collection


def document_saved(sender: Any, instance: Any, raw: bool = False, **kwargs: Any) -> None:
    """Give a new document its lasting address: the name of its first file."""
    if not raw and instance.file and not DocumentDetails.objects.filter(document=instance).exists():
        instance.details = DocumentDetails.objects.create(document=instance, address=instance.file.name)


def version_deleted(sender: Any, instance: Any, **kwargs: Any) -> None:
    """Delete the file of an earlier version together with its document."""
    delete_after_commit(instance.file)


def migrated(app_config: Any, **kwargs: Any) -> None:
    """After the migrations: roles limited to a page that were given before have a collection, too."""
    if app_config.label != "media":
        return
    for derived in DerivedGroup.objects.filter(group__collection_permissions=None).select_related("group"):
        if page := Page.objects.filter(pk=derived.page_id).first():
            give_collection(group=derived.group, page=page)
