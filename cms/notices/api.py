"""Notices by API."""

from __future__ import annotations

from typing import Any

import django_filters
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from cms.api.serializers import References, ResourceSerializer
from cms.api.sources import LanguagesField, MomentField, SourceSerializer
from cms.contracts.api import Resource, Writes
from cms.directory.models import OrganisationUnit

from . import services
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


class NoticeSource(SourceSerializer):
    """A notice as it is written, in all languages."""

    resource_kind = "notice"

    headline = LanguagesField(allow_empty=False, max_length=120)
    text = LanguagesField(required=False)
    link_label = LanguagesField(required=False, max_length=120)
    starts = MomentField(required=False, help_text="Missing: at once.")
    ends = MomentField(required=False, allow_null=True, help_text="Null: until somebody ends it.")
    unit_id = serializers.PrimaryKeyRelatedField(
        source="unit", queryset=OrganisationUnit.objects.all(), required=False, allow_null=True,
        error_messages={"does_not_exist": services.NOTHING_THERE}, help_text="The unit, where the place is “unit”.",
    )  # fmt: skip
    target_kind = serializers.CharField(
        source="kind", required=False, allow_blank=True, max_length=40,
        help_text="Kind of the record, where the place is “record”: service, location, page.",
    )  # fmt: skip
    target_id = serializers.CharField(
        source="object_id", required=False, allow_blank=True, max_length=40, help_text="Its number."
    )

    class Meta:
        model = Notice
        fields = [
            *SourceSerializer.IDENTITY, "severity", "headline", "text", "easy_text", "link", "link_label", "starts",
            "ends", "place", "unit_id", "target_kind", "target_id",
        ]  # fmt: skip


def _needs(notice: Notice | None, values: Any) -> list[str]:
    """An emergency is shown to the whole city and mailed around: that is a scope of its own."""
    severities = {values.get("severity"), notice and notice.severity}
    return ["notices:emergency"] if Notice.Severity.EMERGENCY in severities else []


def _end(*, by: Any, thing: Notice) -> Notice:
    """Take a notice off all pages now. It may be over already."""
    services.end_notice(notice=thing, by=by)
    return thing


SCOPES = {
    "notices:write": _("Publish, change and end notices"),
    "notices:emergency": _("Publish, change and end emergency notices"),
}
RESOURCES = [
    Resource(
        kind="notice",
        path="notices",
        rows=_rows,
        serializer=NoticeSerializer,
        filters=NoticeFilters,
        writes=Writes(
            scope="notices:write",
            source=NoticeSource,
            rows=Notice.objects.all,
            may=services.may_place,
            create=services.create_notice,
            change=lambda by, thing, **values: services.change_notice(notice=thing, by=by, **values),
            actions={"end": _end},
            needs=_needs,
        ),
    ),
]
