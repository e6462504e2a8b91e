"""The state of the search as operators see it, with a button for what failed."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from . import tasks
from .backends import EngineAway
from .backends.elasticsearch import ElasticsearchBackend
from .documents import documents
from .elastic.client import FAILURES, get_breaker, get_client
from .elastic.mapping import schema
from .elastic.shipping import lag, retry_dead
from .health import problems
from .models import PendingObject, SearchEntry, SearchIndex, Shipment
from .models.shipping import MAX_ATTEMPTS

RIGHT = "search.operate_search"
SHOWN = 50


def operating(request: HttpRequest) -> HttpResponse:
    """Show entries, indexes, what is behind, refused or failed. Raises PermissionDenied without the right."""
    if not request.user.has_perm(RIGHT):
        raise PermissionDenied
    counted = dict(SearchEntry.objects.values_list("kind").annotate(Count("pk")).order_by())
    dead = Shipment.objects.filter(attempts__gte=MAX_ATTEMPTS).select_related("index")
    refused = list(dead.order_by("pk")[:SHOWN])
    entries = SearchEntry.objects.only("kind", "object_id", "language").in_bulk([row.entry_id for row in refused])
    failed = PendingObject.objects.filter(attempts__gt=0)
    indexes = [_shown(index) for index in SearchIndex.objects.order_by("-live_since", "name")]
    context = {
        "problems": problems(),
        "uses_elasticsearch": settings.SEARCH_BACKEND == "elasticsearch",
        "answers": _answers(),
        "breaker": get_breaker().reason if settings.ELASTICSEARCH_URL else "",
        "version": _version(),
        "kinds": [(document.label, counted.get(kind, 0)) for kind, document in documents().items()],
        "total": sum(counted.values()),
        "waiting": PendingObject.objects.filter(attempts=0).count(),
        "indexes": indexes,
        "is_building": any(item["index"].state != SearchIndex.State.LIVE for item in indexes),
        "dead": [(row, entries.get(row.entry_id)) for row in refused],
        "dead_count": dead.count(),
        "failed": failed.order_by("pk")[:SHOWN],
        "failed_count": failed.count(),
    }
    return render(request, "search/admin/operating.html", context)


def _shown(index: SearchIndex) -> dict[str, Any]:
    return {
        "index": index,
        "is_ours": index.schema == schema(),
        "behind": index.shipments.count(),
        "lag": round(lag(index).total_seconds()),
    }


def _answers() -> str:
    if settings.SEARCH_BACKEND != "elasticsearch":
        return _("the database")
    try:
        ElasticsearchBackend().ready()
    except EngineAway:
        return _("the database, because Elasticsearch can't")
    return "Elasticsearch"


def _version() -> str:
    if not settings.ELASTICSEARCH_URL or not get_breaker().closed:
        return ""
    try:
        return str(get_client().options(request_timeout=1, max_retries=0).info()["version"]["number"])
    except FAILURES:
        return ""


@require_POST
def operate(request: HttpRequest) -> HttpResponse:
    """Do what a button says ("deed": retry, rebuild, compare) and go back. Raises PermissionDenied, Http404."""
    if not request.user.has_perm(RIGHT):
        raise PermissionDenied
    deed = request.POST.get("deed")
    if deed == "retry":
        again = retry_dead() + PendingObject.objects.filter(attempts__gt=0).update(attempts=0)
        tasks.project_all.enqueue()
        tasks.ship_all.enqueue()
        messages.success(request, _("%(n)d will be tried again at once.") % {"n": again})
    elif deed == "rebuild":
        tasks.rebuild_all.enqueue()
        messages.success(request, _("A worker builds the index anew; searches go on meanwhile."))
    elif deed == "compare":
        tasks.look_after.enqueue()
        messages.success(request, _("A worker compares the index with the entries and sends what differs."))
    else:
        raise Http404
    return redirect("search_operating")
