"""Notes by API."""

from typing import Any

from django.urls import path
from rest_framework import generics, serializers
from rest_framework.permissions import AllowAny

from .models import DummyNote


class NoteSerializer(serializers.ModelSerializer):
    """A note."""

    class Meta:
        model = DummyNote
        fields = ["title"]


class NoteList(generics.ListAPIView):
    """Notes the caller may see."""

    permission_classes = [AllowAny]
    serializer_class = NoteSerializer
    queryset = DummyNote.objects.none()

    def get_queryset(self) -> Any:
        """Return visible notes."""
        return DummyNote.objects.visible_to(self.request)


urlpatterns = [path("dummy/", NoteList.as_view(), name="api_dummy")]
