"""The parameters of the results page and of the API, checked once."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from .backends.base import DISTANCE, NEWEST, RELEVANCE, TITLE
from .documents import documents
from .facets import AUDIENCES
from .places import RADII, find_place
from .queries import MAX_PAGE, PAGE_SIZES, SearchQuery

MAX_VALUES = 50


class AnyValuesField(forms.MultipleChoiceField):
    """Values that come and go with the content: one that is gone finds nothing, it is no mistake of the reader."""

    def validate(self, value: list[str]) -> None:
        """Refuse only what nobody can have chosen."""
        if len(value) > MAX_VALUES or any(len(item) > 100 for item in value):
            raise forms.ValidationError(_("These are too many values, or one of them is too long."))


class SearchForm(forms.Form):
    """Parameters q, page, size, sort, since, until, near, km; kind, topic, unit, district, language, audience (each repeatable)."""

    q = forms.CharField(required=False, label=_("Search"), strip=True, empty_value="")
    kind = forms.MultipleChoiceField(required=False, label=_("Kind"))
    topic = AnyValuesField(required=False, label=_("Topic"))
    unit = AnyValuesField(required=False, label=_("Office"))
    district = AnyValuesField(required=False, label=_("District"))
    language = forms.MultipleChoiceField(required=False, choices=settings.LANGUAGES, label=_("Language"))
    audience = forms.MultipleChoiceField(required=False, choices=list(AUDIENCES.items()), label=_("Audience"))
    since = forms.DateField(required=False, label=_("Beginning"), widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(required=False, label=_("Until"), widget=forms.DateInput(attrs={"type": "date"}))
    near = forms.CharField(
        required=False,
        max_length=100,
        label=_("Near"),
        help_text=_("A district, a street or a postcode with a place of the city."),
    )
    km = forms.TypedChoiceField(
        required=False,
        coerce=int,
        empty_value=RADII[1],
        choices=[(n, f"{n} km") for n in RADII],
        label=_("Up to how far"),
    )
    sort = forms.ChoiceField(
        required=False,
        choices=[
            (RELEVANCE, _("best first")),
            (NEWEST, _("newest first")),
            (TITLE, _("by title")),
            (DISTANCE, _("nearest first")),
        ],
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

    def __init__(self, data: QueryDict, *, reader: Any, **kwargs: Any) -> None:
        data = data.copy()
        data.setdefault("km", str(RADII[1]))  # a select shows its first choice otherwise
        super().__init__(data, **kwargs)
        self.reader = reader
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
            near=data.get("place"),
            order=data["sort"] or RELEVANCE,
            page=data["page"] or 1,
            size=data["size"],
        )

    def clean(self) -> dict[str, Any]:
        """Refuse a time that ends before it begins, and a place nobody knows. ``place`` becomes the point of "near"."""
        data = super().clean() or self.cleaned_data
        if data.get("near"):
            data["place"] = find_place(data["near"], self.reader, data.get("km") or RADII[1])
            if data["place"] is None:
                self.add_error(
                    "near",
                    _("We don't know this place. Enter a district, a street with one of our offices, or its postcode."),
                )
        if data.get("since") and data.get("until") and data["until"] < data["since"]:
            self.add_error("until", _("The end lies before the beginning."))
        return data
