"""The search by API, with the same filters as the page."""

from __future__ import annotations

from datetime import date

from django.urls import path
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from .backends import ORDERS
from .forms import SearchForm
from .queries import search
from .scope import FACETS


class HitSerializer(serializers.Serializer):
    """One result."""

    kind = serializers.CharField()
    title = serializers.CharField()
    url = serializers.CharField()
    highlight = serializers.CharField(help_text="HTML with <mark>.")
    language = serializers.CharField()
    page_number = serializers.CharField(allow_blank=True)
    date = serializers.DateField(allow_null=True)


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


class ResultsSerializer(serializers.Serializer):
    """The answer."""

    text = serializers.CharField()
    total = serializers.IntegerField()
    pages = serializers.IntegerField()
    did_you_mean = serializers.CharField(allow_blank=True)
    facets = FacetSerializer(many=True)
    hits = HitSerializer(many=True)


class SearchAPI(APIView):
    """Search everything the caller may see."""

    permission_classes = [AllowAny]

    @extend_schema(
        parameters=[
            OpenApiParameter("q", str),
            *(OpenApiParameter(name, str, many=True) for name in FACETS),
            OpenApiParameter("since", date),
            OpenApiParameter("until", date),
            OpenApiParameter("sort", str, enum=list(ORDERS)),
            OpenApiParameter("page", int),
            OpenApiParameter("size", int),
        ],
        responses={200: ResultsSerializer, 400: dict},
    )
    def get(self, request: Request) -> Response:
        """Return results, or 400 with the reason a parameter is wrong."""
        form = SearchForm(request.query_params)
        if not form.is_valid():
            return Response({"errors": form.errors.get_json_data()}, status=400)
        return Response(ResultsSerializer(search(form.query(), reader=request)).data)


urlpatterns = [path("search/", SearchAPI.as_view(), name="api_search")]
