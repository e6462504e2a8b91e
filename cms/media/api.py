"""Images and documents by API."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import django_filters
from django.db.models import Q
from django.utils import timezone
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from cms.access.pages import visible_in_collections
from cms.api.filters import MomentFilter
from cms.api.serializers import ResourceSerializer
from cms.content.models import CityDocument
from cms.contracts.api import Resource

from .facts import facts_of
from .models import CityImage
from .pictures import Gallery, show

_TEXT = {"type": "string"}
SOURCE_SCHEMA = {
    "type": "object",
    "required": ["type", "srcset", "media"],
    "properties": {"type": _TEXT, "srcset": _TEXT, "media": _TEXT},
}
IMAGE_SCHEMA = {
    "type": "object",
    "required": ["id", "api_url", "src", "width", "height", "alt", "caption", "credit", "licence", "source_url", "sources",
                 "focal_point"],
    "properties": {
        **{name: _TEXT for name in ("id", "api_url", "src", "alt", "caption", "credit", "licence", "source_url")},
        "width": {"type": "integer"},
        "height": {"type": "integer"},
        "sources": {"type": "array", "items": SOURCE_SCHEMA},
        "focal_point": {
            "description": "Centre of what matters, as shares of width and height.",
            "type": ["object", "null"],
            "required": ["x", "y"],
            "properties": {"x": {"type": "number"}, "y": {"type": "number"}},
        },
    },
}  # fmt: skip
DOCUMENT_SCHEMA = {
    "type": "object",
    "required": ["id", "api_url", "title", "url", "file_type", "size", "changed", "version", "version_note", "is_barrier",
                 "other_form_url"],
    "properties": {
        **{name: _TEXT for name in ("id", "api_url", "title", "url", "file_type", "version_note")},
        "version": {"type": "integer"},
        "is_barrier": {"type": "boolean", "description": "Known not to be accessible."},
        "other_form_url": {**_TEXT, "description": "Where to ask for another form of a file that is a barrier."},
        "size": {"type": ["integer", "null"], "description": "Bytes."},
        "changed": {"type": "string", "format": "date-time"},
    },
}  # fmt: skip


def image_data(
    request: Any, image: Any, absolute: Callable[[str], str], *, page: Any = None, **texts: Any
) -> dict[str, Any] | None:
    """Return an image with its sizes as pages show it; None when the reader may not see it, it expired or is broken.

    ``texts``: ``alt``, ``decorative`` and ``caption`` of the place where it stands. ``absolute(path)`` adds the host.
    """
    known = Gallery.of(request, page).get(image)
    shown = show(request, known, page=page, **texts) if known else None
    if known is None or shown is None or not shown.src:
        return None
    point = known.get_focal_point()
    return {
        "id": str(known.pk),
        "api_url": absolute(f"/api/v1/images/{known.pk}/"),
        "src": absolute(shown.src),
        "width": shown.width,
        "height": shown.height,
        "alt": shown.alt,
        "caption": shown.caption,
        "credit": shown.credit,
        "licence": str(shown.licence or ""),
        "source_url": shown.source_url,
        "sources": [
            {"type": source.type, "srcset": _absolute_set(source.srcset, absolute), "media": source.media}
            for source in shown.sources
        ],
        "focal_point": {"x": round(point.centroid_x / known.width, 4), "y": round(point.centroid_y / known.height, 4)}
        if point
        else None,
    }


def _absolute_set(srcset: str, absolute: Callable[[str], str]) -> str:
    return ", ".join(absolute(part) for part in srcset.split(", ") if part)


def document_data(document: CityDocument, absolute: Callable[[str], str]) -> dict[str, Any]:
    """Return a document the reader may see. ``absolute(path)`` adds the host."""
    facts = facts_of(document)
    return {
        "id": str(document.pk),
        "api_url": absolute(f"/api/v1/documents/{document.pk}/"),
        "title": document.title,
        "url": absolute(document.url),
        "file_type": document.file_extension.lower(),
        "size": document.get_file_size(),
        "changed": facts.changed.isoformat(),
        "version": facts.version,
        "version_note": facts.note,
        "is_barrier": facts.is_barrier,
        "other_form_url": absolute(facts.contact),
    }


class ImageSerializer(ResourceSerializer):
    """An image with its sizes, rights and focal point."""

    title = serializers.CharField(read_only=True)
    url = serializers.SerializerMethodField(help_text="The image in a size for pages.")
    image = serializers.SerializerMethodField()

    class Meta:
        model = CityImage
        fields = [*ResourceSerializer.IDENTITY, "image", "created_at"]

    def get_url(self, obj: CityImage) -> str:
        """Return the address of the file."""
        data = self._facts(obj)
        return data["src"] if data else ""

    @extend_schema_field({"oneOf": [IMAGE_SCHEMA, {"type": "null"}]})
    def get_image(self, obj: CityImage) -> dict[str, Any] | None:
        """Return sizes, texts and rights; null for a file that can't be read."""
        return self._facts(obj)

    def _facts(self, obj: CityImage) -> dict[str, Any] | None:
        known = self.context.setdefault("images", {})
        if obj.pk not in known:
            request = getattr(self.context["request"], "_request", self.context["request"])
            gallery = Gallery.of(request)
            gallery.found[obj.pk] = obj  # read with the list, visible and with its sizes
            known[obj.pk] = image_data(request, obj, self.absolute)
        return known[obj.pk]


class DocumentSerializer(ResourceSerializer):
    """A document to download."""

    title = serializers.CharField(read_only=True)
    url = serializers.SerializerMethodField(help_text="The file.")
    file_type = serializers.SerializerMethodField(help_text="The ending of its name: pdf, csv, docx.")
    size = serializers.IntegerField(source="file_size", read_only=True, allow_null=True, help_text="Bytes.")

    class Meta:
        model = CityDocument
        fields = [*ResourceSerializer.IDENTITY, "file_type", "size", "created_at"]

    def get_url(self, obj: CityDocument) -> str:
        """Return the lasting address of the file."""
        return self.absolute(obj.url)

    def get_file_type(self, obj: CityDocument) -> str:
        """Return the ending of the file's name."""
        return obj.file_extension.lower()


class ImageFilters(django_filters.FilterSet):
    """Which images."""

    created_since = MomentFilter(field_name="created_at", lookup_expr="gte")

    class Meta:
        model = CityImage
        fields = ["created_since"]


class DocumentFilters(django_filters.FilterSet):
    """Which documents."""

    created_since = MomentFilter(field_name="created_at", lookup_expr="gte")

    class Meta:
        model = CityDocument
        fields = ["created_since"]


def _images(reader: Any) -> Any:
    """Return what the reader may see and what has not expired."""
    today = timezone.localdate()
    rows = CityImage.objects.filter(Q(expires_on=None) | Q(expires_on__gte=today))
    return visible_in_collections(reader, rows).select_related("licence").prefetch_related("renditions")


RESOURCES = [
    Resource(kind="image", path="images", rows=_images, serializer=ImageSerializer, filters=ImageFilters),
    Resource(
        kind="document",
        path="documents",
        # The text of a document, page by page, is for the search alone.
        rows=lambda reader: visible_in_collections(reader, CityDocument.objects.defer("extracted_pages")),
        serializer=DocumentSerializer,
        filters=DocumentFilters,
    ),
]
