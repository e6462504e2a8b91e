"""Notes by API: as a resource, and an address of its own that goes away."""

from datetime import date
from typing import Any

from django.urls import path
from drf_spectacular.utils import extend_schema, inline_serializer
from rest_framework import serializers
from rest_framework.response import Response

from cms.api.serializers import ResourceSerializer
from cms.api.views import ReadView
from cms.contracts.api import Deprecation, Resource

from .models import DummyNote


class NoteSerializer(ResourceSerializer):
    """A note."""

    class Meta:
        model = DummyNote
        fields = [*ResourceSerializer.IDENTITY]


class NoteCount(ReadView):
    """How many notes the caller may see. Deprecated: count the list."""

    deprecation = Deprecation(since=date(2026, 1, 1), ends=date(2027, 1, 1), successor="/api/v1/dummy/")

    @extend_schema(responses=inline_serializer("NoteCount", {"notes": serializers.IntegerField()}))
    def get(self, request: Any) -> Response:
        """Return the number."""
        return Response({"notes": DummyNote.objects.visible_to(request).count()})


RESOURCES = [Resource(kind="dummynote", path="dummy", rows=DummyNote.objects.visible_to, serializer=NoteSerializer)]
urlpatterns = [path("dummy-count/", NoteCount.as_view(), name="api_dummy_count")]
