"""The results page, suggestions, and the page that compares readers."""

from __future__ import annotations

from urllib.parse import urlencode

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
        "facet_links": [
            (facet, [(option, _switched_url(request, facet.name, option.value)) for option in facet.options])
            for facet in found.facets
        ],
        "is_filtered": any(query.chosen().values()) or query.since or query.until,
        "unfiltered_url": f"?{urlencode({'q': found.text})}",
        "more_fields": [form["sort"], form["since"], form["until"]],
        "kept": [(name, value) for name, values in query.chosen().items() for value in values],
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


def _switched_url(request: HttpRequest, name: str, value: str) -> str:
    """Return the address with one value of a filter switched on or off."""
    parameters = _changed(request)
    values = parameters.getlist(name)
    parameters.setlist(name, [item for item in values if item != value] if value in values else [*values, value])
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
