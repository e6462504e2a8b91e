"""Uploaded documents."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.documents.models import AbstractDocument
from wagtail.documents.models import Document as WagtailDocument


class CityDocument(AbstractDocument):
    """An uploaded document with its text, page by page, for the search."""

    extracted_pages = models.JSONField(_("text by page"), default=list, editable=False)
    extraction_error = models.CharField(_("why no text was read"), max_length=300, blank=True, editable=False)
    extracted_hash = models.CharField(max_length=40, blank=True, editable=False)

    admin_form_fields = WagtailDocument.admin_form_fields

    class Meta(AbstractDocument.Meta):
        permissions = [("choose_document", "Can choose document")]

    @property
    def url(self) -> str:
        """The one address of the file: the checked view."""
        return self.file.url if self.file else ""
