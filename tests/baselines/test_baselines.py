"""Committed figures whose changes are reviewed: SQL queries a page, and the API schema. ``make baselines`` writes them."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cms.directory.models import Person
from cms.plugins import switches
from plugins.services.models import LifeSituation
from search.indexing import project_pending
from tests.conftest import make_location, make_page, make_service, make_unit

FOLDER = Path(__file__).parent
PATHS = ["/", "/leistungen/", "/leistungen/personalausweis-beantragen/", "/leistungen/lebenslagen/",
         "/leistungen/lebenslagen/umzug/", "/leistungen/nach-aemtern/", "/personen/muster/", "/kultur/", "/aemter/",
         "/aemter/buergeramt/", "/standorte/", "/standorte/buergerservice/", "/suche/?q=Ausweis", "/suche/vorschlaege/?q=per",
         "/api/v1/services/", "/api/v1/units/", "/api/v1/locations/", "/api/v1/search/?q=Ausweis"]  # fmt: skip


@pytest.mark.django_db
def test_pages_ask_the_database_as_often_as_before(client: Any, home: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(switches, "NOTICED_AFTER", 3600)  # or a slow machine asks once more, now here, now there
    unit, location = make_unit(), make_location()
    for number in range(12):
        make_service(f"Leistung {number}", unit=unit, location=location)
    situation = LifeSituation(slug="umzug")
    situation.set_texts({("title", "de"): "Umzug"})
    situation.save()
    service = make_service(unit=unit, location=location)
    service.life_situations.set([situation])
    service.save()
    Person.objects.create(slug="muster", last_name="Muster", unit=unit, location=location)
    make_page(home, "Kultur")
    project_pending(500)
    counts = {}
    for path in PATHS:
        client.get(path)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(path).status_code == 200
        counts[path] = len(captured)
    _compare("queries.json", json.dumps(counts, indent=1) + "\n")


@pytest.mark.django_db
def test_the_api_schema_is_the_committed_one(client: Any) -> None:
    _compare("openapi.yaml", client.get("/api/schema/", headers={"accept-language": "en"}).content.decode())


def _compare(name: str, text: str) -> None:
    path = FOLDER / name
    if os.environ.get("BASELINES") == "write":
        path.write_text(text, encoding="utf-8")
    assert path.read_text(encoding="utf-8") == text, f"{name} changed; look at it, then run: make baselines"
