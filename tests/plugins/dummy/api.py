"""Notes by API: as a resource, and an address of its own that goes away."""

from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied
from django.urls import path
from drf_spectacular.utils import extend_schema, inline_serializer
from rest_framework import serializers
from rest_framework.response import Response

from cms.api.serializers import ResourceSerializer
from cms.api.sources import SourceSerializer
from cms.api.views import ReadView
from cms.contracts.api import Deprecation, Resource, Writes

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


class NoteSource(SourceSerializer):
    """A note as integrations write it."""

    resource_kind = "dummynote"

    class Meta:
        model = DummyNote
        fields = [*SourceSerializer.IDENTITY, "title", "text"]


def write(*, by: Any, thing: DummyNote | None = None, **values: str) -> DummyNote:
    """Store a new note, or change one."""
    if not by.has_perm(f"dummy.{'change' if thing else 'add'}_dummynote"):
        raise PermissionDenied
    note = thing or DummyNote(owner=by)
    for name, value in values.items():
        setattr(note, name, value)
    note.save()
    return note


RESOURCES = [
    Resource(
        kind="dummynote",
        path="dummy",
        rows=DummyNote.objects.visible_to,
        serializer=NoteSerializer,
        writes=Writes(
            scope="dummy:write",
            source=NoteSource,
            rows=DummyNote.objects.all,
            may=lambda account, note: account.has_perm("dummy.change_dummynote"),
            create=write,
            change=write,
        ),
    )
]
urlpatterns = [path("dummy-count/", NoteCount.as_view(), name="api_dummy_count")]
SCOPES = {"dummy:write": "Notizen schreiben"}
