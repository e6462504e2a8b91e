"""Notices by API."""

from __future__ import annotations

from typing import Any

from django.urls import path
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import generics, serializers
from rest_framework.permissions import AllowAny

from cms.directory.api import BoundedPagination

from .models import Notice
from .serving import listed


class NoticeSerializer(serializers.ModelSerializer):
    """A notice in the language of the request."""

    title = serializers.CharField(source="title_text", read_only=True)
    text = serializers.CharField(source="body_text", read_only=True)
    unit = serializers.SlugRelatedField(slug_field="slug", read_only=True)

    class Meta:
        model = Notice
        fields = [
            "id", "severity", "title", "text", "easy_text", "link", "starts", "ends", "place", "unit", "kind", "object_id",
        ]  # fmt: skip


class NoticeList(generics.ListAPIView):
    """What is to be noticed now, the worst first; of one record with ``kind`` and ``object_id``."""

    permission_classes = [AllowAny]
    serializer_class = NoticeSerializer
    pagination_class = BoundedPagination
    queryset = Notice.objects.none()

    def get_queryset(self) -> Any:
        """Return the current notices the caller may see, with the places the caller may see."""
        found = listed(getattr(self.request, "_request", self.request))
        kind, object_id = self.request.query_params.get("kind"), self.request.query_params.get("object_id")
        return [
            notice
            for notice in found
            if (not kind or notice.kind == kind) and (not object_id or notice.object_id == object_id)
        ]

    @extend_schema(
        parameters=[
            OpenApiParameter("kind", OpenApiTypes.STR, description="Kind of the record: service, location, page."),
            OpenApiParameter("object_id", OpenApiTypes.STR, description="Its number."),
        ]
    )
    def get(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        """Answer with a page of the list."""
        return super().get(request, *args, **kwargs)


urlpatterns = [path("notices/", NoticeList.as_view(), name="api_notices")]
