"""What is at an address of the site: so that a front end of its own finds every page and record, and follows redirects."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from wagtail.models import Page, Site

from cms.access.pages import visible_pages
from cms.api.resources import resource_listed_at, resource_of
from cms.api.views import ReadView
from cms.plugins.registry import providers

from ..redirects import target_of
from ..short_links import short_target

LONGEST = 2_000


class AddressSerializer(serializers.Serializer):
    """What is there: a thing, or where the address leads now."""

    kind = serializers.CharField(allow_blank=True)
    id = serializers.CharField(allow_blank=True, help_text="Empty where all things of the kind are listed.")
    api_url = serializers.CharField(allow_blank=True)
    redirect_to = serializers.CharField(
        allow_blank=True, help_text="Where the address leads now; then the rest is empty."
    )


class AddressView(ReadView):
    """The page or record at an address of the site, as far as the caller may see it."""

    parameters = frozenset({"path"})

    @extend_schema(
        parameters=[OpenApiParameter("path", str, required=True, description="Path of the site, such as /kultur/.")],
        responses=AddressSerializer,
    )
    def get(self, request: Request) -> Response:
        """Return kind and number, or where it leads now; 404 when there is nothing."""
        path = request.query_params.get("path", "")
        if not path.startswith("/") or path.startswith("//") or len(path) > LONGEST:
            raise ValidationError({"path": _("A path of this site, which begins with /.")})
        parts = urlsplit(path)
        found = page_at(request, parts.path) or _record_at(request, parts.path)
        if found:
            kind, object_id = found
            resource = resource_of(kind)
            api_url = request.build_absolute_uri(f"/api/v1/{resource.path}/{object_id}/") if resource else ""
            return Response({"kind": kind, "id": object_id, "api_url": api_url, "redirect_to": ""})
        if listed := resource_listed_at(parts.path):
            api_url = request.build_absolute_uri(f"/api/v1/{listed.path}/")
            return Response({"kind": listed.kind, "id": "", "api_url": api_url, "redirect_to": ""})
        target = _leads_to(request, path, parts.path)
        if not target:
            raise NotFound
        return Response({"kind": "", "id": "", "api_url": "", "redirect_to": request.build_absolute_uri(target)})


def _leads_to(request: Request, address: str, path: str) -> str:
    """Return where an address leads that is none of a page or record: a short link, a missing slash, a redirect."""
    if path.startswith("/@"):
        return short_target(request._request, path[2:].strip("/"))
    if not path.endswith("/") and (page_at(request, f"{path}/") or _record_at(request, f"{path}/")):
        return f"{path}/"
    return target_of(request._request, address)


def page_at(reader: Any, path: str) -> tuple[str, str] | None:
    """Return ("page", id) of the page at ``path``, if ``reader`` may see it."""
    language = translation.get_language_from_path(path) or settings.LANGUAGE_CODE
    prefix = "/" if language == settings.LANGUAGE_CODE else f"/{language}/"
    root = next((item for item in Site.get_site_root_paths() if item.language_code == language), None)
    if root is None or not path.startswith(prefix):
        return None
    pages = Page.objects.filter(url_path=root.root_path + path.removeprefix(prefix))
    pk = visible_pages(reader, pages).values_list("pk", flat=True).first()
    return ("page", str(pk)) if pk else None


def _record_at(reader: Any, path: str) -> tuple[str, str] | None:
    for provider in providers("record_at").values():
        if found := provider(getattr(reader, "_request", reader), path):
            return found
    return None
