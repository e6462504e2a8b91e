"""A program: lists of the API against a plain view, and in a table of a million rows. Prints JSON."""

from __future__ import annotations

import json
import statistics
import time
from collections.abc import Callable
from typing import Any

import django

django.setup()

from django.db import connection
from django.test import Client, override_settings
from django.urls import path
from rest_framework import generics, serializers
from rest_framework.permissions import AllowAny

from cms import urls as site_urls
from cms.access.models import AccessRule
from plugins.services.models import Service, ServiceFee
from plugins.services.presentation import fee_summary, processing_time

SERVICES, SHOWN, ROWS, ROUNDS, PER_ROUND = 200, 50, 1_000_000, 11, 10


class PlainSerializer(serializers.ModelSerializer):
    """The same fields as in our list, as one writes them without our base class."""

    kind = serializers.CharField(default="service")
    title = serializers.SerializerMethodField()
    summary = serializers.SerializerMethodField()
    fee = serializers.SerializerMethodField()
    processing_time = serializers.SerializerMethodField()
    url = serializers.SerializerMethodField()
    api_url = serializers.HyperlinkedIdentityField(view_name="api_service")

    class Meta:
        model = Service
        fields = ["kind", "id", "title", "url", "api_url", "slug", "summary", "fee", "processing_time",
                  "processing_days_min", "processing_days_max", "leika_key", "is_sample", "updated_at"]  # fmt: skip

    def _text(self, obj: Service, field: str) -> str:
        return next((row.value for row in obj.texts.all() if row.field == field and row.language == "de"), "")

    def get_title(self, obj: Service) -> str:
        """Return the title."""
        return self._text(obj, "title")

    def get_summary(self, obj: Service) -> str:
        """Return the summary."""
        return self._text(obj, "summary")

    def get_fee(self, obj: Service) -> str:
        """Return the fee."""
        return fee_summary(obj)

    def get_processing_time(self, obj: Service) -> str:
        """Return the time."""
        return processing_time(obj)

    def get_url(self, obj: Service) -> str:
        """Return the page."""
        return self.context["request"].build_absolute_uri(obj.get_absolute_url())


class PlainList(generics.ListAPIView):
    """The first 50 published services: no rights, no cursor, no choice of fields, no validators."""

    permission_classes = (AllowAny,)
    throttle_classes = ()
    serializer_class = PlainSerializer
    queryset = Service.objects.filter(live=True).prefetch_related("texts", "imported_texts", "fees", "online_services")

    def get_queryset(self) -> Any:
        """Return the rows."""
        return super().get_queryset().order_by("pk")[:SHOWN]


urlpatterns = [path("plain/", PlainList.as_view()), *site_urls.urlpatterns]


def main() -> None:
    """Measure and print."""
    _services()
    client = Client(headers={"host": "localhost"})
    with override_settings(ROOT_URLCONF="benchmarks.api_lists", API_REQUESTS_A_MINUTE=0):
        ours, plain = f"/api/v1/services/?size={SHOWN}", "/plain/"
        first = {name: client.get(name).json() for name in (ours, plain)}
        shown, same = first[ours]["results"], first[plain]
        wrong = [key for key in same[0] if str(shown[0][key]) != str(same[0][key])]
        assert len(shown) == len(same) == SHOWN
        assert not wrong, wrong
        share = statistics.median(
            _rate(lambda: client.get(ours)) / _rate(lambda: client.get(plain)) for _round in range(ROUNDS)
        )
        found = {"services_vs_plain": share} | _million(client)
    print(json.dumps(found))


def _services() -> None:
    for number in range(SERVICES):
        service = Service(slug=f"leistung-{number}", processing_days_min=7, processing_days_max=14)
        service.set_texts({
            ("title", "de"): f"Leistung {number}",
            ("summary", "de"): "Was Sie brauchen, wie lange es dauert und was es kostet.",
            ("body", "de"): "<p>Kommen Sie mit einem Termin vorbei.</p>" * 20,
        })  # fmt: skip
        service.fees.set([ServiceFee(label={"de": "Gebühr"}, amount_cents=1_000 + number)])
        service.save()


def _million(client: Client) -> dict[str, float]:
    """Compare pages of 50 at the beginning, in the middle and at the end of a million locations."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO directory_location (slug, kind, street, house_number, postal_code, city, phone, email, source,"
            " source_id, is_active, access_rule_id)"
            " SELECT 'ort-' || n, 'office', 'Rheinstraße', n, '55116', 'Mainz', '', '', '', '', true, %s"
            " FROM generate_series(1, %s) n",
            [AccessRule.objects.public().pk, ROWS],
        )
        cursor.execute(
            "INSERT INTO directory_locationtext (language, field, value, record_id)"
            " SELECT 'de', 'name', 'Ort ' || id, id FROM directory_location"
        )
        cursor.execute("ANALYZE")
    first = client.get("/api/v1/locations/?size=50")
    links = {part.split("; ")[1]: part.split("; ")[0].strip(" <>") for part in first["Link"].split(",")}
    last = links['rel="last"'].removeprefix("http://localhost")
    assert len(client.get(last).json()["results"]) == 50
    middle = "/api/v1/locations/?size=50&cursor=cD01MDAwMDA%3D"  # p=500000
    begin = "/api/v1/locations/?size=50"
    times = {name: [] for name in (begin, middle, last)}
    for _round in range(ROUNDS):  # in turn, so that all see the same machine
        for name in times:
            times[name].append(1 / _rate(lambda name=name: client.get(name)))
    took = {name: statistics.median(found) for name, found in times.items()}
    return {
        "last_vs_first": took[last] / took[begin],
        "middle_vs_first": took[middle] / took[begin],
        "first_milliseconds": took[begin] * 1000,
    }


def _rate(call: Callable[[], Any]) -> float:
    began = time.perf_counter()
    for _index in range(PER_ROUND):
        assert call().status_code == 200
    return PER_ROUND / (time.perf_counter() - began)


if __name__ == "__main__":
    main()
