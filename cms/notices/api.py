"""Notices by API."""

from __future__ import annotations

from typing import Any

import django_filters
from rest_framework import serializers

from cms.api.serializers import References, ResourceSerializer
from cms.contracts.api import Resource

from .models import Notice
from .serving import listed


class NoticeSerializer(ResourceSerializer):
    """A notice in the language of the answer."""

    title = serializers.CharField(source="title_text", read_only=True)
    text = serializers.CharField(source="body_text", read_only=True)
    target_kind = serializers.CharField(source="kind", read_only=True, help_text="Kind of the record it stands with.")
    target_id = serializers.CharField(source="object_id", read_only=True)
    url = serializers.SerializerMethodField(help_text="Where it leads.")
    link_label = serializers.SerializerMethodField(help_text="Text of the link.")
    units = References("unit", lambda notice: [notice.unit_id] if notice.unit_id else [])

    class Meta:
        model = Notice
        fields = [
            *ResourceSerializer.IDENTITY, "severity", "text", "easy_text", "link", "link_label", "starts", "ends", "place", "units",
            "target_kind", "target_id",
        ]  # fmt: skip

    def get_link_label(self, obj: Notice) -> str:
        """Return what the link says, "" without a link."""
        return obj.label_text if obj.link else ""

    def get_url(self, obj: Notice) -> str:
        """Return where it leads, else the start page: it has no page of its own."""
        return self.absolute(obj.link or "/")


class NoticeFilters(django_filters.FilterSet):
    """Which notices."""

    target_kind = django_filters.CharFilter(field_name="kind", help_text="Kind of the record: service, location, page.")
    target_id = django_filters.CharFilter(field_name="object_id", help_text="Its number.")

    class Meta:
        model = Notice
        fields = ["severity", "place", "target_kind", "target_id"]


def _rows(reader: Any) -> Any:
    """Return the current notices the reader may see, at places the reader may see."""
    return Notice.objects.filter(pk__in=[notice.pk for notice in listed(getattr(reader, "_request", reader))])


RESOURCES = [
    Resource(kind="notice", path="notices", rows=_rows, serializer=NoticeSerializer, filters=NoticeFilters),
]
