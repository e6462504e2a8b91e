"""The parameters of the results page and of the API, checked once."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from .backends.base import NEWEST, RELEVANCE, TITLE
from .documents import documents
from .facets import AUDIENCES
from .queries import MAX_PAGE, PAGE_SIZES, SearchQuery

MAX_VALUES = 50


class AnyValuesField(forms.MultipleChoiceField):
    """Values that come and go with the content: one that is gone finds nothing, it is no mistake of the reader."""

    def validate(self, value: list[str]) -> None:
        """Refuse only what nobody can have chosen."""
        if len(value) > MAX_VALUES or any(len(item) > 100 for item in value):
            raise forms.ValidationError(_("These are too many values, or one of them is too long."))


class SearchForm(forms.Form):
    """Parameters q, page, size, sort, from, until; kind, topic, unit, district, language, audience (each repeatable)."""

    q = forms.CharField(required=False, label=_("Search"), strip=True, empty_value="")
    kind = forms.MultipleChoiceField(required=False, label=_("Kind"))
    topic = AnyValuesField(required=False, label=_("Topic"))
    unit = AnyValuesField(required=False, label=_("Office"))
    district = AnyValuesField(required=False, label=_("District"))
    language = forms.MultipleChoiceField(required=False, choices=settings.LANGUAGES, label=_("Language"))
    audience = forms.MultipleChoiceField(required=False, choices=list(AUDIENCES.items()), label=_("Audience"))
    since = forms.DateField(required=False, label=_("From"), widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(required=False, label=_("Until"), widget=forms.DateInput(attrs={"type": "date"}))
    sort = forms.ChoiceField(
        required=False,
        choices=[(RELEVANCE, _("best first")), (NEWEST, _("newest first")), (TITLE, _("by title"))],
        label=_("Order"),
    )
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
        return SearchQuery(
            text=data["q"],
            kinds=tuple(data["kind"]),
            topics=tuple(data["topic"]),
            units=tuple(data["unit"]),
            districts=tuple(data["district"]),
            languages=tuple(data["language"]),
            audiences=tuple(data["audience"]),
            since=data["since"],
            until=data["until"],
            order=data["sort"] or RELEVANCE,
            page=data["page"] or 1,
            size=data["size"],
        )

    def clean(self) -> dict[str, Any]:
        """Refuse a time that ends before it begins."""
        data = super().clean() or self.cleaned_data
        if data.get("since") and data.get("until") and data["until"] < data["since"]:
            self.add_error("until", _("The end lies before the beginning."))
        return data
