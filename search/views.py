"""The results page, suggestions, and the page that compares readers."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import render
from django.utils.cache import patch_cache_control

from cms.access.rules import reader_levels

from .forms import SearchForm
from .queries import SearchQuery, search, suggest


def results(request: HttpRequest) -> HttpResponse:
    """What the reader finds; 400 with the reason for wrong parameters, 404 for a page beyond the last."""
    form = SearchForm(request.GET)
    if not form.is_valid():
        return render(request, "search/invalid.html", {"form": form}, status=400)
    query = form.query()
    found = search(query, reader=request)
    if query.page > 1 and query.page > found.pages:
        raise Http404
    context = {
        "form": form,
        "results": found,
        "previous_url": _page_url(request, query.page - 1) if query.page > 1 else "",
        "next_url": _page_url(request, query.page + 1) if query.page < found.pages else "",
        "facet_links": [(facet, _kind_url(request, facet.kind)) for facet in found.facets],
    }
    return render(request, "search/results.html", context)


def _changed(request: HttpRequest) -> QueryDict:
    parameters = request.GET.copy()
    parameters.pop("page", None)
    return parameters


def _page_url(request: HttpRequest, page: int) -> str:
    parameters = _changed(request)
    parameters["page"] = str(page)
    return f"?{parameters.urlencode()}"


def _kind_url(request: HttpRequest, kind: str) -> str:
    """Return the address with ``kind`` switched on or off."""
    parameters = _changed(request)
    kinds = parameters.getlist("kind")
    parameters.setlist("kind", [item for item in kinds if item != kind] if kind in kinds else [*kinds, kind])
    return f"?{parameters.urlencode()}"


def suggestions(request: HttpRequest) -> JsonResponse:
    """Titles that fit what was typed so far, as JSON."""
    hits = suggest(request.GET.get("q", "")[:200], reader=request)
    response = JsonResponse(
        {
            "suggestions": [
                {"title": hit.title, "url": hit.url, "kind": hit.kind, "label": str(hit.label)} for hit in hits
            ]
        },
        json_dumps_params={"ensure_ascii": False},
    )
    patch_cache_control(response, private=True, max_age=60)
    return response


@login_required
def compare(request: HttpRequest) -> HttpResponse:
    """The same search side by side: what the public finds, and what this member of staff finds."""
    if "staff" not in reader_levels(request):
        raise PermissionDenied
    query = SearchQuery(text=request.GET.get("q", "Dienstreise")[:400], size=20)
    public, own = search(query, reader=None), search(query, reader=request)
    seen = {(hit.kind, hit.object_id) for hit in public.hits}
    own_hits = [(hit, (hit.kind, hit.object_id) not in seen) for hit in own.hits]
    return render(request, "search/compare.html", {"public": public, "own": own, "own_hits": own_hits, "query": query})
