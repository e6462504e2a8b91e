"""The views of the API: what all have in common, and lists and things of resources."""

from __future__ import annotations

from datetime import UTC, datetime, time
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.http import http_date
from django.utils.translation import gettext as _
from django_filters.rest_framework import DjangoFilterBackend
from rest_framework import generics
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from cms.contracts.api import Deprecation, Resource

from .conditional import answer_unchanged
from .errors import PROBLEMS, UnknownParameter
from .limits import time_limit
from .paging import ResourcePagination
from .resources import resources
from .serializers import References, read_references

#: What every address takes.
COMMON_PARAMETERS = frozenset({"language"})


class ReadView(APIView):
    """Base of all views of the API that only read: open to everybody, for everybody what he may see.

    Refuses parameters that it doesn't know, for a misspelled filter would return everything. Subclasses add to
    ``parameters``; ``is_conditional`` is False where an answer depends on more than the version of what is shown.
    """

    permission_classes = (AllowAny,)
    parameters: frozenset[str] = frozenset()
    is_conditional = True
    deprecation: Deprecation | None = None

    def known_parameters(self) -> frozenset[str]:
        """Return the names of the parameters this address takes."""
        return COMMON_PARAMETERS | self.parameters

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Choose the language, find out who asks, and end here when the caller has the answer already."""
        choose_language(request)
        super().initial(request, *args, **kwargs)
        if request.method not in ("GET", "HEAD"):
            return
        if unknown := sorted(set(request.query_params) - self.known_parameters()):
            known = ", ".join(sorted(self.known_parameters()))
            raise UnknownParameter(
                {
                    name: _("There is no such parameter here; there are: %(known)s.") % {"known": known}
                    for name in unknown
                }
            )
        if self.is_conditional:
            answer_unchanged(request)

    def finalize_response(self, request: Any, response: Any, *args: Any, **kwargs: Any) -> Any:
        """Add what every answer says of itself: validators, caching, language, deprecation."""
        response = super().finalize_response(request, response, *args, **kwargs)
        for name, value in getattr(request, "validators", {}).items():
            if response.status_code in (200, 304):
                response.headers[name] = value
        if request.method in ("GET", "HEAD") and not response.has_header("Cache-Control"):
            is_person = bool(request.auth) or getattr(request.user, "is_authenticated", False)
            response.headers["Cache-Control"] = "private, no-cache" if is_person else "public, no-cache"
        patch_vary_headers(response, ["Accept-Language", "Authorization", "Cookie"])
        if self.deprecation:
            for name, value in deprecation_headers(self.deprecation):
                response.headers[name] = value
        return response


def choose_language(request: Request) -> None:
    """Answer in the language of the parameter ``language``, without it in that of the header Accept-Language.

    Raises ValidationError for a language that the city doesn't have.
    """
    wanted = request.query_params.get("language")
    if wanted is None:  # on pages the address decides, so the middleware has not looked
        wanted = translation.get_language_from_request(request._request)
    elif wanted not in dict(settings.LANGUAGES):
        known = ", ".join(code for code, _name in settings.LANGUAGES)
        raise ValidationError(
            {"language": _("There is no such language here; there are: %(known)s.") % {"known": known}}
        )
    translation.activate(wanted)
    request._request.LANGUAGE_CODE = wanted  # type: ignore[attr-defined]


def deprecation_headers(deprecation: Deprecation) -> list[tuple[str, str]]:
    """Return the headers that say since when and until when an address should be used (RFC 9745, RFC 8594)."""
    since = datetime.combine(deprecation.since, time(), UTC)
    headers = [("Deprecation", f"@{int(since.timestamp())}")]
    if deprecation.ends:
        headers.append(("Sunset", http_date(datetime.combine(deprecation.ends, time(), UTC).timestamp())))
    if deprecation.successor:
        headers.append(("Link", f'<{deprecation.successor}>; rel="successor-version"'))
    return headers


class ResourceView(ReadView):
    """Base of the two views of a resource."""

    resource: Resource
    pagination_class: Any = None

    def words(self, name: str) -> list[str] | None:
        """Return the words of a parameter that are separated by commas, None when it is missing."""
        value = self.request.query_params.get(name)
        return None if value is None else [word.strip() for word in value.split(",") if word.strip()]

    def get_serializer_context(self) -> dict[str, Any]:
        """Return what serializers of resources need (cms.api.serializers)."""
        context = super().get_serializer_context()  # type: ignore[misc]
        if self.request is None:  # while the schema is made
            return context
        return {**context, "fields": self.words("fields"), "expand": self.words("expand") or (), "referenced": {}}

    def show(self, rows: list[Any], *, many: bool) -> Any:
        """Return the serialized ``rows``, or the only one. Raises ValidationError for wrong ``fields`` or ``expand``."""
        serializer = self.get_serializer(rows if many else rows[0], many=many)  # type: ignore[attr-defined]
        one = serializer.child if many else serializer
        expandable = [name for name, field in one.fields.items() if isinstance(field, References)]
        if unknown := [name for name in one.context["expand"] if name not in expandable]:
            raise ValidationError(
                {"expand": _("%(unknown)s can't be expanded here; what can: %(known)s.")
                 % {"unknown": ", ".join(unknown), "known": ", ".join(expandable) or "–"}}
            )  # fmt: skip
        read_references(rows, one, self.request)
        return serializer.data


class ResourceList(ResourceView, generics.GenericAPIView):
    """A list of one resource."""

    pagination_class = ResourcePagination
    filter_backends = (DjangoFilterBackend,)
    parameters = frozenset({"fields", "expand", "size", "cursor"})

    @property
    def ordering(self) -> str:
        """The column the list is paged by."""
        return self.resource.ordering

    def known_parameters(self) -> frozenset[str]:
        """Return those of all lists and the filters."""
        filters = self.resource.filters.get_filters() if self.resource.filters else {}  # type: ignore[attr-defined]
        return super().known_parameters() | frozenset(filters)

    def get_queryset(self) -> Any:
        """Return what the caller may see."""
        return self.resource.rows(self.request)

    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Answer with a page of the list."""
        with time_limit():
            rows = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
            return self.get_paginated_response(self.show(rows or [], many=True))


class ResourceDetail(ResourceView, generics.GenericAPIView):
    """One thing of a resource."""

    parameters = frozenset({"fields", "expand"})

    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Answer with the thing; 404 when there is none that the caller may see."""
        with time_limit():
            rows = (self.resource.detail_rows or self.resource.rows)(self.request)
            found = rows.filter(pk=kwargs["pk"]).first() if kwargs["pk"] < 2**63 else None
            if found is None:
                raise NotFound
            if self.resource.prepare:
                found = self.resource.prepare(found, request)
            return Response(self.show([found], many=False))


def patterns_of(resource: Resource) -> list[URLPattern]:
    """Return the addresses of a resource: "api_<path>" and "api_<kind>", and what is written below it."""
    from . import writing  # its views build on those above

    writes = resource.writes
    # Views count as written where the serializer is: so the addresses of a plugin that is off lead nowhere.
    common = {
        "resource": resource,
        "__module__": resource.serializer.__module__,
        "filterset_class": resource.filters,
        "queryset": resource.serializer.Meta.model._default_manager.none(),  # type: ignore[attr-defined]
    }
    many = type(
        f"{resource.serializer.__name__}List",
        (writing.CreatingList if writes and writes.create else ResourceList,),
        {**common, "serializer_class": resource.serializer, "__doc__": f"List of {resource.path}."},
    )
    one = type(
        f"{resource.serializer.__name__}Detail",
        (writing.ChangingDetail if writes and writes.change else ResourceDetail,),
        {
            **common,
            "serializer_class": resource.detail_serializer or resource.serializer,
            "filterset_class": None,
            "__doc__": f"One of {resource.path}.",
        },
    )
    return [
        path(f"{resource.path}/", many.as_view(), name=f"api_{resource.path}"),
        path(f"{resource.path}/<int:pk>/", one.as_view(), name=f"api_{resource.kind}"),
        *(writing.patterns_of(resource, common) if writes else ()),
    ]


class UnknownAddress(ReadView):
    """What is at all other addresses below the API: nothing."""

    is_conditional = False

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Raise NotFound, or Throttled."""
        self.check_throttles(request)
        raise NotFound


def resource_patterns() -> list[URLPattern]:
    """Return the addresses of all resources, of switched-off plugins, too."""
    return [pattern for resource in resources(also_off=True) for pattern in patterns_of(resource)]


def problems(request: HttpRequest) -> HttpResponse:
    """Show what each kind of problem means, where the ``type`` of an error leads."""
    return render(request, "api/problems.html", {"problems": PROBLEMS.items()})
