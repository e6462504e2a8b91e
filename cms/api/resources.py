"""Which resources there are."""

from __future__ import annotations

from collections.abc import Iterator

from django.conf import settings
from django.http import Http404
from django.urls import resolve
from django.utils import translation

from cms.contracts.api import Resource
from cms.plugins.registry import collect


def resources(*, also_off: bool = False) -> Iterator[Resource]:
    """Yield what the apps contribute; ``also_off``: of switched-off plugins, too."""
    for _config, found in collect("resources", also_off=also_off):
        yield from found


def resource_of(kind: str) -> Resource | None:
    """Return the resource of ``kind`` ("service"), or None when no app has one (any more)."""
    return next((resource for resource in resources() if resource.kind == kind), None)


def resource_listed_at(path: str) -> Resource | None:
    """Return the resource whose list is at ``path`` of the site, in whatever language, or None."""
    with translation.override(translation.get_language_from_path(path) or settings.LANGUAGE_CODE):
        try:
            name = resolve(path).view_name
        except Http404:
            return None
    return next((resource for resource in resources() if resource.page and resource.page == name), None)


def resource_for(model: type) -> Resource | None:
    """Return the resource that shows rows of ``model``, or None when there is none."""
    return next((item for item in resources() if issubclass(model, item.serializer.Meta.model)), None)  # type: ignore[attr-defined]


def api_path(kind: str, object_id: object) -> str:
    """Return the API's address of (kind, object_id) as a path, "" for kinds that the API doesn't have."""
    resource = resource_of(kind)
    return f"/api/v1/{resource.path}/{object_id}/" if resource else ""
