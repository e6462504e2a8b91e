"""Lists of records in the Wagtail admin."""

from __future__ import annotations

from typing import Any

from django.db.models import CharField, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest

from cms.accounts.admin import ScopedSnippetViewSet

from .texts import default_language


class RecordViewSet(ScopedSnippetViewSet):
    """A list of records: all titles with one query, and a search field that looks into titles and addresses."""

    search_fields = ["title_text", "slug"]

    def get_queryset(self, request: HttpRequest) -> Any:
        """Return the rows with their texts and, as ``title_text``, the title shown in the list."""
        titles = [self._title(self.model._meta.get_field("texts").related_model)]
        if self.model.HAS_IMPORTED_TEXTS:
            titles.append(self._title(self.model._meta.get_field("imported_texts").related_model))
        shown = Coalesce(*titles) if titles[1:] else titles[0]
        return self.model.objects.with_texts().annotate(title_text=shown)

    def _title(self, texts: Any) -> Subquery:
        own = texts.objects.filter(record=OuterRef("pk"), field=self.model.title_field, language=default_language())
        return Subquery(own.values("value")[:1], output_field=CharField())
