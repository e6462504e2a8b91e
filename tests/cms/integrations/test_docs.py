"""The recipes of docs/api.md about writing, one after another as a new integrator would send them."""

from __future__ import annotations

import argparse
import re
import shlex
from base64 import b64encode
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.test import Client

from cms.integrations import services
from cms.integrations.models import Integration
from cms.notices.models import Notice
from tests.conftest import make_location, make_unit

pytestmark = pytest.mark.django_db
GUIDE = (Path(settings.BASE_DIR) / "docs" / "api.md").read_text(encoding="utf-8").partition("## Writing")[2]
CALLS = [line for block in re.findall(r"```sh\n(.*?)```", GUIDE, re.S) for line in block.splitlines()]
CURL = argparse.ArgumentParser()
for short, name in (("-X", "method"), ("-u", "user"), ("-d", "data")):
    CURL.add_argument(short, dest=name)
CURL.add_argument("-H", dest="headers", action="append", default=[])
CURL.add_argument("address")


def send(call: str, values: dict[str, str], numbers: dict[str, int]) -> Any:
    """Return the answer to a line with curl."""
    words = shlex.split(re.sub(r"\$(\w+)", lambda found: values[found[1]].replace('"', '\\"'), call))
    assert words[0] == "curl"
    asked = CURL.parse_args(words[1:])
    path = re.sub(
        r"/(locations|units)/1/", lambda found: f"/{found[1]}/{numbers[found[1]]}/", urlsplit(asked.address).path
    )
    headers = dict(header.split(": ", 1) for header in asked.headers)
    if asked.user:
        headers["Authorization"] = f"Basic {b64encode(asked.user.encode()).decode()}"
    kind = headers.pop("Content-Type", "application/x-www-form-urlencoded")
    return Client().generic(asked.method or "GET", path, (asked.data or "").encode(), kind, headers=headers)


def test_every_recipe_works_as_it_stands(integration: Integration) -> None:
    key = services.create_key(integration=integration, name="x", scopes=services.all_scopes())[1]
    client, secret = services.create_client(integration=integration, name="x", scopes=["notices:write"])
    values = {"SITE": "http://testserver", "KEY": key, "CLIENT": client.pk, "SECRET": secret}
    numbers = {"units": make_unit().pk, "locations": make_location().pk}
    assert len(CALLS) >= 8
    for call in CALLS:
        answer = send(call, values, numbers)
        assert answer.status_code in (200, 201), (call, answer.content)
        values["ETAG"] = answer.headers.get("ETag", "")
        values["TOKEN"] = answer.json().get("access_token", "")
    assert Notice.objects.count() == 3


def test_every_scope_and_error_is_in_the_guide() -> None:
    for name in services.all_scopes():
        if not name.startswith("webhooks"):
            assert f"`{name}`" in GUIDE, name
    for code in ("insufficient-scope", "changed-meanwhile", "idempotency-key-reused", "too-large"):
        assert f"`{code}`" in GUIDE
