"""The register of forms by API, with the JSON Schema of what each one asks."""

from __future__ import annotations

from typing import Any

import django_filters
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from cms.api.serializers import References, ResourceSerializer
from cms.contracts.api import Resource
from cms.records.richtext import rendered
from cms.records.texts import current_language

from .definition.schema import schema
from .filling.opening import definition_of, state_of
from .models import Form


class FormSerializer(ResourceSerializer):
    """A form in the language of the answer."""

    summary = serializers.SerializerMethodField()
    way = serializers.CharField(source="kind", help_text='"own" (filled in here), "pdf" or "link".', read_only=True)
    unit = References("unit", lambda form: [form.unit_id] if form.unit_id else [])
    target = serializers.SerializerMethodField(help_text="Where people go: the form's page, another site, or the PDF.")

    class Meta:
        model = Form
        fields = [
            *ResourceSerializer.IDENTITY, "slug", "number", "summary", "way", "purpose", "requirement",
            "requirement_source", "legal_basis", "digital_level", "open_from", "open_until", "unit", "target", "updated_at",
        ]  # fmt: skip

    def get_target(self, obj: Form) -> str:
        """Return the address."""
        if obj.kind == Form.Kind.LINK:
            return obj.url
        path = obj.document.url if obj.kind == Form.Kind.PDF and obj.document else obj.get_absolute_url()
        return self.absolute(path)

    def get_summary(self, obj: Form) -> str:
        """Return what it is for."""
        return obj.text("summary")


class FormDetailSerializer(FormSerializer):
    """A form with what it asks. Texts with headings and lists are HTML."""

    body = serializers.SerializerMethodField()
    services = serializers.SerializerMethodField(help_text="Services it applies for: kind and number.")
    version = serializers.SerializerMethodField(help_text="The version people fill in now, null for none.")
    is_open = serializers.SerializerMethodField(help_text="Whether it can be filled in now.")
    answers_schema = serializers.SerializerMethodField(help_text="JSON Schema (2020-12) of the answers, null for none.")

    class Meta(FormSerializer.Meta):
        fields = [*FormSerializer.Meta.fields, "body", "services", "version", "is_open", "answers_schema"]

    def get_body(self, obj: Form) -> str:
        """Return what to know about it."""
        return rendered(obj.text("body"))

    def get_services(self, obj: Form) -> list[str]:
        """Return the keys of the services."""
        return [row.key for row in obj.services.all()]

    def get_version(self, obj: Form) -> int | None:
        """Return its number."""
        return version.number if (version := self._version(obj)) else None

    def get_is_open(self, obj: Form) -> bool:
        """Return whether it is open."""
        return state_of(obj, version=self._version(obj)) == "open"

    @extend_schema_field({"type": "object", "nullable": True})
    def get_answers_schema(self, obj: Form) -> dict[str, Any] | None:
        """Return the schema."""
        version = self._version(obj)
        return schema(definition_of(version), title=obj.title, language=current_language()) if version else None

    def _version(self, obj: Form) -> Any:
        if not hasattr(obj, "_published"):
            obj._published = obj.published()
        return obj._published


class FormFilters(django_filters.FilterSet):
    """Which forms."""

    service = django_filters.CharFilter(field_name="services__key", help_text='Kind and number, such as "service:12".')

    class Meta:
        model = Form
        fields = ["slug", "number", "kind", "purpose", "unit", "requirement", "digital_level"]


RESOURCES = [
    Resource(
        kind="form",
        path="forms",
        rows=lambda reader: Form.objects.visible_to(reader).offered().with_texts().select_related("document"),
        serializer=FormSerializer,
        detail_rows=lambda reader: (
            Form.objects.visible_to(reader)
            .offered()
            .with_texts()
            .select_related("document")
            .prefetch_related("services")
        ),
        detail_serializer=FormDetailSerializer,
        filters=FormFilters,
        page="forms:index",
    )
]
