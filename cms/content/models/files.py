"""Uploaded documents."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.documents.models import AbstractDocument, DocumentQuerySet
from wagtail.documents.models import Document as WagtailDocument


class CityDocumentManager(models.Manager.from_queryset(DocumentQuerySet)):  # type: ignore[misc]
    """Documents with what ``cms.media`` knows of them: each has to tell its address."""

    def get_queryset(self) -> Any:
        """Return all documents."""
        return super().get_queryset().select_related("details")


class CityDocument(AbstractDocument):
    """An uploaded document with its text, page by page, for the search."""

    extracted_pages = models.JSONField(_("text by page"), default=list, editable=False)
    extraction_error = models.CharField(_("why no text was read"), max_length=300, blank=True, editable=False)
    extracted_hash = models.CharField(max_length=40, blank=True, editable=False)

    objects = CityDocumentManager()
    admin_form_fields = WagtailDocument.admin_form_fields

    class Meta(AbstractDocument.Meta):
        permissions = [("choose_document", "Can choose document")]

    @property
    def url(self) -> str:
        """The lasting address of the document: it leads to the current file, whatever that is called."""
        if not self.file:
            return ""
        details = getattr(self, "details", None)
        return self.file.storage.url(details.address if details else self.file.name)
