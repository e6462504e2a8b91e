"""The recipes of docs/api.md work as they stand there."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings

from plugins.services.models import LifeSituation
from tests.conftest import make_location, make_service, make_unit

pytestmark = pytest.mark.django_db
GUIDE = (Path(settings.BASE_DIR) / "docs" / "api.md").read_text(encoding="utf-8").partition("## Writing")[0]
CALLS = [
    line
    for block in re.findall(r"```sh\n(.*?)```", GUIDE, re.S)
    for line in block.splitlines()
    if line.startswith("curl ")
]


@pytest.fixture
def city(home: Any) -> dict[str, int]:
    """Things the recipes ask for."""
    unit, location = make_unit(), make_location()
    situation = LifeSituation(slug="umzug")
    situation.set_texts({("title", "de"): "Umzug"})
    situation.save()
    service = make_service(unit=unit, location=location)
    service.life_situations.set([situation])
    service.save()
    return {"services": service.pk, "locations": location.pk, "units": unit.pk}


def test_there_are_recipes() -> None:
    assert len(CALLS) >= 5


@pytest.mark.parametrize("call", CALLS)
def test_a_recipe_works(client: Any, city: dict[str, int], call: str) -> None:
    *options, address = shlex.split(call)[1:]
    parts = urlsplit(address.replace("$SITE", "http://testserver"))
    path = re.sub(r"/(services|locations|units)/1/", lambda m: f"/{m[1]}/{city[m[1]]}/", parts.path)
    headers = dict(option.split(": ", 1) for option in options if ": " in option)
    answer = client.get(f"{path}?{parts.query}", headers=headers)
    assert answer.status_code == 200, answer.content
    found = answer.json()
    assert found.get("results") or found.get("title") or found.get("kind"), found


def test_an_unchanged_answer_is_304_as_the_recipe_says(client: Any, city: dict[str, int]) -> None:
    path = f"/api/v1/locations/{city['locations']}/"
    assert client.get(path, headers={"if-none-match": client.get(path)["ETag"]}).status_code == 304


def test_every_address_stands_in_the_docs(client: Any, home: Any) -> None:
    paths = client.get("/api/schema/?format=json").json()["paths"]
    reading = [path.removeprefix("/api/v1/") for path, methods in paths.items() if "get" in methods]
    said = GUIDE.replace("`GET ", "`")
    assert [path for path in reading if not path.endswith("/source/") and f"`{path}`" not in said] == []
