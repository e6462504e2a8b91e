"""The parameters of the results page and of the API, checked once."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from .documents import documents
from .queries import MAX_PAGE, PAGE_SIZES, SearchQuery


class SearchForm(forms.Form):
    """Parameters q, kind (repeatable), page, size."""

    q = forms.CharField(required=False, label=_("Search"), strip=True, empty_value="")
    kind = forms.MultipleChoiceField(required=False, label=_("Kind"))
    page = forms.IntegerField(required=False, min_value=1, max_value=MAX_PAGE, label=_("Page"))
    size = forms.TypedChoiceField(
        required=False,
        coerce=int,
        empty_value=PAGE_SIZES[0],
        choices=[(n, str(n)) for n in PAGE_SIZES],
        label=_("Results a page"),
    )

    def __init__(self, data: QueryDict, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.fields["kind"].choices = [(kind, document.label) for kind, document in documents().items()]  # type: ignore[attr-defined]

    def query(self) -> SearchQuery:
        """Return the query; call only when the form is valid."""
        data = self.cleaned_data
        return SearchQuery(text=data["q"], kinds=tuple(data["kind"]), page=data["page"] or 1, size=data["size"])
