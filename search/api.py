"""The search by API, with the same features as the page."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.urls import path
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from cms.api.views import ReadView

from .backends import ORDERS
from .forms import SearchForm
from .learning.related import related
from .places import RADII
from .queries import search, suggest
from .scope import FACETS
from .ways_out import WaysOut, ways_out


class FactSerializer(serializers.Serializer):
    """One short statement about a result, such as its fee."""

    name = serializers.CharField()
    label = serializers.CharField()
    text = serializers.CharField()


class CardSerializer(serializers.Serializer):
    """What a result shows besides title and text; ``is_open`` as of now, null when no hours are known."""

    facts = FactSerializer(many=True)
    action_label = serializers.CharField(allow_blank=True)
    action_url = serializers.CharField(allow_blank=True)
    phone = serializers.CharField(allow_blank=True)
    place = serializers.CharField(allow_blank=True)
    is_open = serializers.BooleanField(allow_null=True)
    opening = serializers.CharField(allow_blank=True)


class HitSerializer(serializers.Serializer):
    """One result."""

    kind = serializers.CharField()
    label = serializers.CharField()
    title = serializers.CharField()
    url = serializers.CharField()
    highlight = serializers.CharField(help_text="HTML with <mark>.")
    language = serializers.CharField()
    page_number = serializers.CharField(allow_blank=True)
    date = serializers.DateField(allow_null=True)
    is_recommended = serializers.BooleanField()
    distance = serializers.FloatField(allow_null=True, help_text="Kilometres from the place of `near`.")
    card = CardSerializer()


class OptionSerializer(serializers.Serializer):
    """A value of a filter with its number of results."""

    value = serializers.CharField()
    label = serializers.CharField()
    count = serializers.IntegerField()
    selected = serializers.BooleanField()


class FacetSerializer(serializers.Serializer):
    """A filter: its parameter and its values."""

    name = serializers.CharField()
    label = serializers.CharField()
    options = OptionSerializer(many=True)


class BroaderSerializer(serializers.Serializer):
    """A broader question with its number of results."""

    text = serializers.CharField()
    total = serializers.IntegerField()
    without_filters = serializers.BooleanField()


class LinkSerializer(serializers.Serializer):
    """A title and where it leads."""

    title = serializers.CharField()
    url = serializers.CharField()


class WaysOutSerializer(serializers.Serializer):
    """What to do when nothing was found."""

    broader = BroaderSerializer(many=True)
    popular = LinkSerializer(many=True)


class ResultsSerializer(serializers.Serializer):
    """The answer."""

    text = serializers.CharField(allow_blank=True)
    total = serializers.IntegerField()
    page = serializers.IntegerField()
    pages = serializers.IntegerField()
    did_you_mean = serializers.CharField(allow_blank=True)
    related = serializers.ListField(child=serializers.CharField())
    facets = FacetSerializer(many=True)
    hits = HitSerializer(many=True)
    ways_out = WaysOutSerializer()


class SuggestionSerializer(serializers.Serializer):
    """A title that fits what was typed."""

    title = serializers.CharField()
    url = serializers.CharField()
    kind = serializers.CharField()
    label = serializers.CharField()


class SearchAPI(ReadView):
    """Search everything the caller may see."""

    parameters = frozenset({"q", *FACETS, "since", "until", "near", "km", "sort", "page", "size"})
    is_conditional = False  # the index follows the changes, and what people open moves the results

    @extend_schema(
        parameters=[
            OpenApiParameter("q", str),
            *(OpenApiParameter(name, str, many=True) for name in FACETS),
            OpenApiParameter("since", date),
            OpenApiParameter("until", date),
            OpenApiParameter("near", str, description="A district, street, postcode or “latitude, longitude”."),
            OpenApiParameter("km", int, enum=list(RADII)),
            OpenApiParameter("sort", str, enum=list(ORDERS)),
            OpenApiParameter("page", int),
            OpenApiParameter("size", int),
        ],
        responses=ResultsSerializer,
    )
    def get(self, request: Request) -> Response:
        """Return results, or 400 with the reason a parameter is wrong."""
        form = SearchForm(request.query_params, reader=request)
        if not form.is_valid():
            raise ValidationError(
                {
                    name: [ErrorDetail(reason["message"], reason["code"] or "invalid") for reason in reasons]
                    for name, reasons in form.errors.get_json_data().items()
                }
            )
        query = form.query()
        found = search(query, reader=request)
        out = ways_out(found, reader=request) if found.text and not found.total else WaysOut()
        answer: dict[str, Any] = {
            **{name: getattr(found, name) for name in ("text", "total", "pages", "did_you_mean", "facets", "hits")},
            "page": query.page,
            "related": related(found, request) if found.hits else [],
            "ways_out": out,
        }
        return Response(ResultsSerializer(answer).data)


class SuggestionsAPI(ReadView):
    """Titles that fit what was typed so far, of what the caller may see."""

    parameters = frozenset({"q"})
    is_conditional = False

    @extend_schema(parameters=[OpenApiParameter("q", str)], responses={200: SuggestionSerializer(many=True)})
    def get(self, request: Request) -> Response:
        """Return up to eight titles, kind by kind, the most popular first."""
        hits = suggest(request.query_params.get("q", "")[:200], reader=request)
        return Response(SuggestionSerializer(hits, many=True).data)


urlpatterns = [
    path("search/", SearchAPI.as_view(), name="api_search"),
    path("search/suggestions/", SuggestionsAPI.as_view(), name="api_search_suggestions"),
]
