"""Health, metrics and the tour of the demo."""

from __future__ import annotations

import hmac

from django.conf import settings
from django.core.cache import cache
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django_prometheus.exports import ExportToDjangoView

from .tour import tour_steps


@never_cache
def live(request: HttpRequest) -> JsonResponse:
    """The process answers. Asks nothing else, so that a broken database doesn't restart healthy servers."""
    return JsonResponse({"status": "ok"})


@never_cache
def ready(request: HttpRequest) -> JsonResponse:
    """The process can serve: database reachable and migrated, cache working. 503 with the names of what fails."""
    checks = {"database": _database(), "migrations": _migrations(), "cache": _cache()}
    healthy = all(checks.values())
    body = {"status": "ok" if healthy else "unavailable", "checks": checks}
    return JsonResponse(body, status=200 if healthy else 503)


def _database() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        return True
    except DatabaseError:
        connection.close()
        return False


def _migrations() -> bool:
    try:
        executor = MigrationExecutor(connection)
        return not executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError:
        return False


def _cache() -> bool:
    try:
        cache.set("health", "1", 10)
        return cache.get("health") == "1"
    # A cache client raises its own errors (redis, sockets); whatever it is, the cache is not working.
    except Exception:
        return False


@never_cache
def metrics(request: HttpRequest) -> HttpResponse:
    """Prometheus figures, for whoever knows METRICS_TOKEN (sent as bearer token); without a token set, only locally."""
    if settings.METRICS_TOKEN:
        given = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if not hmac.compare_digest(given.encode(), settings.METRICS_TOKEN.encode()):
            raise Http404
    elif request.META.get("REMOTE_ADDR") not in {"127.0.0.1", "::1"} or "HTTP_X_FORWARDED_FOR" in request.META:
        raise Http404
    return ExportToDjangoView(request)


def tour(request: HttpRequest) -> HttpResponse:
    """The five-minute tour of the demo. Exists only where the demo accounts are shown."""
    if not getattr(settings, "DEMO_ACCOUNTS_VISIBLE", False):
        raise Http404
    from .demo import demo_accounts

    return render(request, "operations/tour.html", {"steps": tour_steps(), "accounts": demo_accounts()})
