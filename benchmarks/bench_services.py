"""The service page against a bare view that runs the same queries and renders the same template."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.template.loader import get_template
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from benchmarks.figure import Figure
from cms.content.context import navigation
from cms.theming.context import theme
from plugins.services.models import Service
from plugins.services.presentation import service_context
from plugins.services.views import service as service_view

ROUNDS, PER_ROUND = 9, 20


def figures(*, full: bool) -> Iterator[Figure]:
    """Measure on the database of the settings; needs the demo city (``manage.py load_demo``)."""
    service = (
        Service.objects.visible_to(None).filter(slug="personalausweis-beantragen").first()
        or Service.objects.visible_to(None).first()
    )
    if service is None:
        raise SystemExit("No services: run make demo once, or manage.py load_demo.")
    path = reverse("services:service", args=[service.slug])
    client = Client(headers={"host": "localhost"})
    client.get(path)
    with CaptureQueriesContext(connection) as captured:
        client.get(path)
    statements = [query["sql"] for query in captured]
    print(f"services.page.queries {len(statements)}")
    bare = _bare_view(service.slug, statements)
    ratios = []
    for _round in range(ROUNDS):  # in turn, so that both see the same machine
        ratios.append(_rate(lambda: client.get(path)) / _rate(bare))
    rate = _rate(lambda: client.get(path))
    print(f"services.page.requests_per_second {rate:.0f}")
    yield Figure("services.page.throughput_vs_bare_view", statistics.median(ratios), 0.6)  # the bound of editors' pages


def _bare_view(slug: str, statements: list[str]) -> Callable[[], object]:
    """Return a call that sends the page's own SQL and renders its template with a ready context."""
    request: HttpRequest = RequestFactory().get("/", headers={"host": "localhost"})
    from django.contrib.auth.models import AnonymousUser

    request.user = AnonymousUser()
    response: HttpResponse = service_view(request, slug=slug)
    assert response.status_code == 200
    service = Service.objects.visible_to(None).with_texts().get(slug=slug)
    context = {**service_context(service, request), **navigation(request), **theme(request)}
    template = get_template("services/service.html")
    template.render(context, request)

    def call() -> HttpResponse:
        with connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement.replace("%", "%%") if connection.vendor == "postgresql" else statement)
                cursor.fetchall()
        return HttpResponse(template.render(context, request))

    call()
    return call


def _rate(call: Callable[[], object]) -> float:
    began = time.perf_counter()
    for _index in range(PER_ROUND):
        call()
    return PER_ROUND / (time.perf_counter() - began)
