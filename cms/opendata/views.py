"""Open data for people and for machines: the same for everybody, signed in or not."""

from __future__ import annotations

from collections.abc import Iterator

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from cms.caching.pages import public_page
from cms.feeds.conditional import answer, unchanged_since_version
from cms.records.texts import current_language, default_language

from .catalogue import SERIALIZATIONS, described, graph
from .files import FORMATS, datasets, languages, write


@require_safe
@public_page
def index(request: HttpRequest) -> HttpResponse:
    """All datasets with their files and how to call them."""
    context = {
        "datasets": described(),
        "origin": f"{request.scheme}://{request.get_host()}",
        "licence": settings.OPENDATA_LICENCE,
        "contact": settings.OPENDATA_CONTACT,
        "catalogues": [(form.upper(), reverse(f"opendata:catalogue_{form}")) for form in SERIALIZATIONS],
    }
    return render(request, "opendata/index.html", context)


@require_safe
@public_page
def catalogue(request: HttpRequest, form: str) -> HttpResponse:
    """The catalogue by DCAT-AP.de 3.0."""
    name, media_type = SERIALIZATIONS[form]
    return answer(request, graph().serialize(format=name, encoding="utf-8"), f"{media_type}; charset=utf-8")


@require_safe
def download(request: HttpRequest, name: str, form: str) -> HttpResponseBase:
    """A dataset as a whole, in the language of its address. Raises Http404 for one that nobody declares."""
    resource = next((resource for dataset, resource in datasets() if dataset.name == name), None)
    if resource is None:
        raise Http404
    language = current_language()
    if language not in languages():
        language = default_language()
    response: HttpResponseBase

    def parts() -> Iterator[bytes]:
        return (text.encode() for text, _number in write(resource, form, language))

    extra = "; header=present" if form == "csv" else ""
    response = StreamingHttpResponse(parts(), content_type=f"{FORMATS[form]}; charset=utf-8{extra}")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}-{language}.{form}"'
    response.headers["Content-Language"] = language
    return unchanged_since_version(request, response)


def smoke_paths() -> list[str]:
    """Return the page, the catalogue and all files."""
    paths = [reverse("opendata:index"), *(reverse(f"opendata:catalogue_{form}") for form in SERIALIZATIONS)]
    return paths + [reverse(f"opendata:{form}", args=[item.name]) for item, _resource in datasets() for form in FORMATS]
