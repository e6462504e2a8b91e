"""The search for machines that read feeds, and for browsers that offer it in their own search field."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, time

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.utils.feedgenerator import Rss201rev2Feed
from django.utils.html import strip_tags
from django.utils.timezone import make_aware
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from .backends.base import NEWEST
from .forms import SearchForm
from .queries import search

SIZE = 20
#: What XML 1.0 (section 2.2) has no characters for.
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
KEPT_FOR = 300  # seconds


def rss(request: HttpRequest) -> HttpResponse:
    """A search as RSS 2.0, newest first unless another order is asked for. What the public finds, whoever asks."""
    form = SearchForm(request.GET, reader=None)
    if not form.is_valid():
        text = "\n".join(f"{name}: {' '.join(errors)}" for name, errors in form.errors.items())
        return HttpResponse(text, status=400, content_type="text/plain; charset=utf-8")
    query = replace(form.query(), size=SIZE, page=1, order=form.cleaned_data["sort"] or NEWEST)
    found = search(query, reader=None)
    address = request.build_absolute_uri(f"{reverse('search:results')}?{request.GET.urlencode()}")
    feed = Rss201rev2Feed(
        title=_("City of Mainz: %(text)s") % {"text": _clean(found.text) or _("Search")},
        link=address,
        description=_("What is new for “%(text)s”. Only what is public.") % {"text": _clean(found.text)},
        language=get_language(),
        feed_url=request.build_absolute_uri(),
    )
    for hit in found.hits:
        url = request.build_absolute_uri(hit.url)
        feed.add_item(
            title=_clean(hit.title),
            link=url,
            unique_id=f"{hit.kind}:{hit.object_id}:{hit.language}:{hit.page_number}",
            unique_id_is_permalink=False,
            description=_clean(strip_tags(hit.highlight)),
            categories=[str(hit.label)],
            pubdate=make_aware(datetime.combine(hit.date, time())) if hit.date else None,
        )
    response = HttpResponse(feed.writeString("utf-8"), content_type="application/rss+xml; charset=utf-8")
    patch_cache_control(response, public=True, max_age=KEPT_FOR)
    return response


def _clean(text: str) -> str:
    return _NOT_XML.sub("", text)


def opensearch(request: HttpRequest) -> HttpResponse:
    """The OpenSearch 1.1 description document, in the language of its address."""
    context = {
        "results_url": request.build_absolute_uri(reverse("search:results")),
        "suggestions_url": request.build_absolute_uri(reverse("search:suggestions")),
        "rss_url": request.build_absolute_uri(reverse("search:rss")),
    }
    response = render(
        request, "search/opensearch.xml", context, content_type="application/opensearchdescription+xml; charset=utf-8"
    )
    patch_cache_control(response, public=True, max_age=86_400)
    return response
