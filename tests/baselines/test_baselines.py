"""Committed figures whose changes are reviewed: SQL queries a page, and the API schema. ``make baselines`` writes them."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.models import Collection

from cms.content.api.previews import token_for
from cms.directory.models import Person
from cms.integrations.services import all_scopes
from cms.notices.models import Notice
from cms.plugins import switches
from plugins.services.models import LifeSituation
from search.indexing import project_pending
from tests.cms.access.test_media import make_document, make_image
from tests.conftest import make_location, make_page, make_service, make_unit, make_user
from tests.plugins.forms.filled import make_form

#: What an address of the API can't be asked without.
PARAMETERS = {
    "/api/v1/addresses/": "?path=/leistungen/personalausweis-beantragen/",
    "/api/v1/search/": "?q=Ausweis",
    "/api/v1/search/suggestions/": "?q=per",
}
FOLDER = Path(__file__).parent
PATHS = ["/", "/leistungen/", "/leistungen/personalausweis-beantragen/", "/leistungen/lebenslagen/",
         "/leistungen/lebenslagen/umzug/", "/leistungen/nach-aemtern/", "/personen/muster/", "/kultur/", "/aemter/",
         "/aemter/buergeramt/", "/standorte/", "/standorte/buergerservice/", "/suche/?q=Ausweis", "/suche/vorschlaege/?q=per",
    "/formulare/", "/formulare/hund/", "/formulare/hund/papier/"]  # fmt: skip


@pytest.fixture
def city(home: Any, roles: Any, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Twelve services and one of everything else; (path below /api/v1/, what stands in braces) -> an example."""
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
    page = make_page(home, "Kultur")
    page.save_revision()
    notice = Notice.objects.create(headline={"de": "Brücke gesperrt"})
    open_to_all = Collection.get_first_root_node()
    form = make_form(slug="hund")
    project_pending(500)
    return {
        "documents": str(make_document(open_to_all).pk),
        "forms": str(form.pk),
        "images": str(make_image(open_to_all).pk),
        "life-situations": str(situation.pk),
        "locations": str(location.pk),
        "notices": str(notice.pk),
        "pages": str(page.pk),
        "previews": token_for(page, make_user("redaktion", roles["editors"], is_superuser=True)),
        "services": str(service.pk),
        "units": str(unit.pk),
    }


@pytest.mark.django_db
def test_pages_ask_the_database_as_often_as_before(client: Any, city: Any) -> None:
    counts = {path: queries(client, path) for path in PATHS}
    _compare("queries.json", json.dumps(counts, indent=1) + "\n")


@pytest.mark.django_db
def test_the_api_asks_the_database_as_often_as_before(client: Any, city: Any, caller_with: Any) -> None:
    schema = client.get("/api/schema/?format=json").json()
    key = {"authorization": f"Bearer {caller_with(*all_scopes()).key}"}
    counts = {}
    for path in sorted(path for path, methods in schema["paths"].items() if "get" in methods):
        example = re.sub(r"\{\w+\}", city.get(path.split("/")[3], "?"), path) + PARAMETERS.get(path, "")
        counts[path] = queries(client, example, key if path.endswith("/source/") else {})
    assert all(number <= 8 for path, number in counts.items() if "{" not in path), counts
    _compare("queries_api.json", json.dumps(counts, indent=1) + "\n")


def queries(client: Any, path: str, headers: Any = None) -> int:
    """Return how many queries an answer takes that nobody has asked for just before."""
    assert client.get(path, headers=headers).status_code == 200, path
    with CaptureQueriesContext(connection) as captured:
        client.get(path, headers=headers)
    return len(captured)


@pytest.mark.django_db
def test_the_api_schema_is_the_committed_one(client: Any) -> None:
    _compare("openapi.yaml", client.get("/api/schema/", headers={"accept-language": "en"}).content.decode())


def _compare(name: str, text: str) -> None:
    path = FOLDER / name
    if os.environ.get("BASELINES") == "write":
        path.write_text(text, encoding="utf-8")
    assert path.read_text(encoding="utf-8") == text, f"{name} changed; look at it, then run: make baselines"
