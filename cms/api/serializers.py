"""What the answers of all resources have in common: identity, choice of fields, references to other resources."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any

from django.db.models import Model
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field, inline_serializer
from rest_framework import serializers
from rest_framework.exceptions import ValidationError

from cms.contracts.api import Resource

from .resources import resource_of, resources


@extend_schema_field({"type": "string", "pattern": "^([01][0-9]|2[0-3]):[0-5][0-9]$"})
class ClockField(serializers.TimeField):
    """A time of the city's clock: "08:30"."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(format="%H:%M", **kwargs)


@extend_schema_field({"type": ["string", "null"], "pattern": "^([01][0-9]|2[0-3]):[0-5][0-9]$"})
class OptionalClockField(ClockField):
    """A time of the city's clock, or null."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(allow_null=True, **kwargs)


class ResourceSerializer(serializers.ModelSerializer):
    """Base of what a resource says: kind, number, title and addresses, and the fields of the subclass.

    The view puts into the context: ``request``; ``resource``; ``fields``, the names that the caller chose (None: all);
    ``expand``, the names of references shown in full; what :func:`read_references` has read. A subclass names its
    model, and in ``Meta.fields`` what it shows: ``[*ResourceSerializer.IDENTITY, "phone"]``.
    """

    IDENTITY = ("kind", "id", "title", "url", "api_url")

    kind = serializers.SerializerMethodField(help_text="What it is; the same word in events and in the search.")
    id = serializers.CharField(source="pk", read_only=True)
    title = serializers.SerializerMethodField()
    url = serializers.SerializerMethodField(help_text="The page for people.")
    api_url = serializers.SerializerMethodField(help_text="This thing in the API.")

    def get_kind(self, obj: Any) -> str:
        """Return the kind."""
        return self._resource(obj).kind

    def get_title(self, obj: Any) -> str:
        """Return what it is called in the language of the answer."""
        return str(obj.title)

    @extend_schema_field(OpenApiTypes.URI)
    def get_url(self, obj: Any) -> str:
        """Return the address of its page."""
        return self.absolute(obj.get_absolute_url())

    @extend_schema_field(OpenApiTypes.URI)
    def get_api_url(self, obj: Any) -> str:
        """Return its address in the API."""
        return self.absolute(f"/api/v1/{self._resource(obj).path}/{obj.pk}/")

    def absolute(self, path: str) -> str:
        """Return ``path`` with the host that the caller asked."""
        if "origin" not in self.context:
            request = self.context["request"]
            self.context["origin"] = f"{request.scheme}://{request.get_host()}"
        return f"{self.context['origin']}{path}" if path.startswith("/") else path

    def _resource(self, obj: Any) -> Resource:
        known = self.context.setdefault("resources", {})
        model = type(obj)
        if model not in known:
            known[model] = next(
                item for item in resources(also_off=True) if issubclass(model, item.serializer.Meta.model)
            )
        return known[model]

    def get_fields(self) -> dict[str, Any]:
        """Return the fields that the caller chose. Raises ValidationError for names that don't exist."""
        fields = super().get_fields()
        chosen = self.context.get("fields")
        if chosen is None or self.context.get("nested"):
            return fields
        if unknown := [name for name in chosen if name not in fields]:
            raise ValidationError(
                {"fields": _("There is no %(unknown)s here; there are: %(known)s.")
                 % {"unknown": ", ".join(unknown), "known": ", ".join(fields)}}
            )  # fmt: skip
        return {name: field for name, field in fields.items() if name in chosen}


#: A thing of another resource; with ``expand`` all that it says itself.
REFERENCE = inline_serializer(
    "Reference",
    {
        "kind": serializers.CharField(),
        "id": serializers.CharField(),
        "title": serializers.CharField(),
        "url": serializers.URLField(),
        "api_url": serializers.URLField(),
    },
    many=True,
)


@extend_schema_field(REFERENCE)
class References(serializers.Field):
    """Things of another resource that the caller may see: in short, or in full when the caller asks to ``expand`` them.

    ``kind``: of that resource; ``ids(obj)`` returns their numbers, in order. What the caller may not see is left out.
    """

    def __init__(self, kind: str, ids: Callable[[Any], Iterable[Any]], **kwargs: Any) -> None:
        super().__init__(source="*", read_only=True, **kwargs)
        self.reference_kind, self.ids = kind, ids

    def to_representation(self, obj: Any) -> list[Any]:
        """Return the list of references of ``obj``."""
        found = self.context["referenced"].get(self.reference_kind, {})
        in_full = self.field_name in self.context.get("expand", ())
        return [self._shown(found[pk], in_full) for pk in self.ids(obj) if pk in found]

    def _shown(self, thing: Model, in_full: bool) -> dict[str, Any]:
        cache = self.context.setdefault("shown", {})
        key = (self.reference_kind, thing.pk, in_full)
        if key not in cache:
            serializer_class = self.context["reference_serializers"][self.reference_kind]
            names = None if in_full else ResourceSerializer.IDENTITY
            cache[key] = shown_with(serializer_class, thing, self.context["request"], names)
        return cache[key]


def shown_with(
    serializer_class: type, thing: Model, request: Any, names: Iterable[str] | None = None
) -> dict[str, Any]:
    """Return what ``serializer_class`` says of ``thing``, which the reader may see: the fields ``names``, or all (None)."""
    serializer = serializer_class(thing, context={"request": request, "nested": True, "referenced": {}})
    chosen = serializer.fields if names is None else names
    shown = {}
    for name in chosen:
        value = serializer.fields[name].get_attribute(thing)
        shown[name] = None if value is None else serializer.fields[name].to_representation(value)
    return shown


def read_references(rows: list[Any], serializer: Any, reader: Any) -> None:
    """Read what ``rows`` refer to, of what ``reader`` may see, into the serializer's context. Two queries a kind.

    ``referenced``: kind -> number -> thing; ``reference_serializers``: kind -> class.
    """
    wanted: dict[str, set[Any]] = defaultdict(set)
    for field in serializer.fields.values():
        if isinstance(field, References):
            for row in rows:
                wanted[field.reference_kind].update(field.ids(row))
    found, serializers_of = serializer.context["referenced"], serializer.context.setdefault("reference_serializers", {})
    for kind, ids in wanted.items():
        resource = resource_of(kind)
        if resource and ids:
            found[kind] = {thing.pk: thing for thing in resource.rows(reader).filter(pk__in=ids)}
            serializers_of[kind] = resource.serializer
