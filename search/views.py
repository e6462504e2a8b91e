"""The results page, suggestions, and the page that compares readers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Page, Paginator
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import render
from django.utils import formats, timezone
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cms.access.rules import reader_levels
from cms.headers import permissions_policy

from .forms import SearchForm
from .learning import log
from .learning.related import popular, related
from .places import is_position
from .queries import MAX_PAGE, SearchQuery, SearchResults, search, suggest
from .ways_out import ways_out

#: Filters by date that need no calendar: days back, and what it is called.
PERIODS = ((7, gettext_lazy("last week")), (31, gettext_lazy("last month")), (365, gettext_lazy("last year")))


@dataclass(frozen=True)
class Chip:
    """A filter in use, and the address without it."""

    label: str
    url: str


def results(request: HttpRequest) -> HttpResponse:
    """What the reader finds; 400 with the reason beside each wrong field, 404 for a page beyond the last."""
    response = _results(request)
    # "Use my position", which the browser asks the reader about.
    response.headers["Permissions-Policy"] = permissions_policy("geolocation")
    return response


def _results(request: HttpRequest) -> HttpResponse:
    form = SearchForm(request.GET, reader=request)
    more = [form[name] for name in ("sort", "since", "until", "near", "km")]
    if not form.is_valid():
        query = SearchQuery(text=request.GET.get("q", ""))
        # The filters that are no fields of the page and that are right stay as they are.
        kept = [(name, value) for name in query.chosen() for value in form.cleaned_data.get(name, ())]
        nothing = SearchResults(query=query, text=query.text)
        context = {"form": form, "results": nothing, "more_fields": more, "kept": kept}
        return render(request, "search/results.html", context, status=400)
    query = form.query()
    found = search(query, reader=request)
    if query.page > 1 and query.page > found.pages:
        raise Http404
    facet_links = [
        (facet, [(option, _switched_url(request, facet.name, option.value)) for option in facet.options])
        for facet in found.facets
    ]
    page = _page(found)
    context = {
        "form": form,
        "results": found,
        "page_of_hits": page,
        "page_numbers": list(page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)),
        "page_query": _kept(request, without=("page",)),
        "facet_links": facet_links,
        "chips": _chips(request, form, facet_links),
        "periods": _periods(request, query),
        "unfiltered_url": f"?{urlencode({'q': found.text})}",
        "more_fields": more,
        "kept": [(name, value) for name, values in query.chosen().items() for value in values],
        "rss_query": _kept(request, without=("page", "size")).rstrip("&"),
        "log_token": log.note(found, request),
        "related": related(found, request) if found.text else [],
        "popular": popular(request) if not found.text or not found.total else [],
    }
    if found.text and not found.total:
        context["ways_out"] = ways_out(found, reader=request)
    return render(request, "search/results.html", context)


def _page(found: SearchResults) -> Page:
    paginator = Paginator(range(min(found.total, MAX_PAGE * found.query.size)), found.query.size)
    return paginator.get_page(found.query.page)


def _kept(request: HttpRequest, *, without: tuple[str, ...]) -> str:
    """Return the query string without some parameters, ending in "&"."""
    parameters = request.GET.copy()
    for name in without:
        parameters.pop(name, None)
    return parameters.urlencode() + "&" if parameters else ""


def _changed(request: HttpRequest) -> QueryDict:
    parameters = request.GET.copy()
    parameters.pop("page", None)
    return parameters


def _with(request: HttpRequest, **values: str) -> str:
    """Return the address with parameters set, or removed where the value is empty."""
    parameters = _changed(request)
    for name, value in values.items():
        parameters.pop(name, None)
        if value:
            parameters[name] = value
    return f"?{parameters.urlencode()}"


def _switched_url(request: HttpRequest, name: str, value: str) -> str:
    """Return the address with one value of a filter switched on or off."""
    parameters = _changed(request)
    values = parameters.getlist(name)
    parameters.setlist(name, [item for item in values if item != value] if value in values else [*values, value])
    return f"?{parameters.urlencode()}"


def _chips(request: HttpRequest, form: SearchForm, facet_links: list[Any]) -> list[Chip]:
    chips = [
        Chip(str(option.label), url) for _facet, options in facet_links for option, url in options if option.selected
    ]
    data = form.cleaned_data
    for name, text in (("since", _("from %(day)s")), ("until", _("until %(day)s"))):
        if data[name]:
            day = formats.date_format(data[name], "SHORT_DATE_FORMAT")
            chips.append(Chip(text % {"day": day}, _with(request, **{name: ""})))
    if data["near"]:
        place = _("the position chosen") if is_position(data["near"]) else data["near"]
        label = _("%(km)d km around %(place)s") % {"km": data["km"], "place": place}
        chips.append(Chip(label, _with(request, near="", km="")))
    return chips


def _periods(request: HttpRequest, query: SearchQuery) -> list[tuple[str, str, bool]]:
    """Return (label, address, chosen) of the filters by date."""
    today = timezone.localdate()
    return [
        (
            str(label),
            _with(request, since=str(today - timedelta(days)), until=""),
            query.since == today - timedelta(days),
        )
        for days, label in PERIODS
    ]


def suggestions(request: HttpRequest) -> JsonResponse:
    """Titles that fit what was typed so far: as JSON for our pages, as OpenSearch suggestions with format=opensearch."""
    text = request.GET.get("q", "")[:200]
    hits = suggest(text, reader=request)
    answer: Any = {
        "suggestions": [{"title": hit.title, "url": hit.url, "kind": hit.kind, "label": str(hit.label)} for hit in hits]
    }
    if request.GET.get("format") == "opensearch":
        urls = [request.build_absolute_uri(hit.url) for hit in hits]
        answer = [text, [hit.title for hit in hits], [str(hit.label) for hit in hits], urls]
    response = JsonResponse(answer, json_dumps_params={"ensure_ascii": False}, safe=False)
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
