"""Logs hold neither personal data nor secrets, whatever people do."""

from __future__ import annotations

import io
import json
import logging
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.core import mail
from django.test import Client

from cms.logs import json_formatter, mask

SECRETS = {
    "password": "ganz-geheimes-wort-77",
    "wrong": "falsches-wort-88",
    "mail": "erika.mustermann@mainz.example",
    "search": "Schwerbehindertenausweis-Mustermann",
    "address": "198.51.100.23",
}


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """What the JSON handler writes meanwhile, at the lowest level anybody would set in production."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(json_formatter())
    changed = [logging.getLogger(name) for name in ("", "django", "django_structlog", "allauth", "wagtail", "cms")]
    levels = [logger.level for logger in changed]
    logging.getLogger().addHandler(handler)
    for logger in changed:
        logger.setLevel(logging.INFO)
    yield stream
    logging.getLogger().removeHandler(handler)
    for logger, level in zip(changed, levels, strict=True):
        logger.setLevel(level)


@pytest.mark.django_db
def test_journeys_leave_no_personal_data(home: Any, written: io.StringIO, monkeypatch: pytest.MonkeyPatch) -> None:
    from tests.conftest import make_user

    user = make_user("mustermann")
    user.email = SECRETS["mail"]
    user.set_password(SECRETS["password"])
    user.save()
    client = Client(raise_request_exception=False, REMOTE_ADDR=SECRETS["address"])
    client.post("/accounts/login/", {"login": SECRETS["mail"], "password": SECRETS["wrong"]})
    client.post("/accounts/login/", {"login": SECRETS["mail"], "password": SECRETS["password"]})
    session = client.cookies["sessionid"].value
    client.get("/suche/", {"q": SECRETS["search"]})
    client.get("/gibtesnicht/", {"mail": SECRETS["mail"]})
    client.post("/accounts/logout/")
    client.post("/accounts/password/reset/", {"email": SECRETS["mail"]})
    link = re.search(r"(/accounts/password/reset/key/[^/\s]+/)", mail.outbox[-1].body)
    assert link
    client.get(link[1])

    def broken(*args: Any, **kwargs: Any) -> None:
        typed = SECRETS["password"]
        raise ValueError(f"Key (email)=({SECRETS['mail']}) already exists" if typed else "")

    monkeypatch.setattr("search.views.search", broken)
    assert client.get("/suche/", {"q": SECRETS["search"]}).status_code == 500
    text = written.getvalue()
    lines = [json.loads(line) for line in text.splitlines()]
    assert any(line["level"] == "error" and "ValueError" in json.dumps(line) for line in lines), "the test sees logs"
    assert any("/accounts/login/" in json.dumps(line) for line in lines)
    for name, value in {**SECRETS, "session": session, "key": link[1].split("/")[-2]}.items():
        assert value not in text, f"{name}: {next(line for line in text.splitlines() if value in line)[:500]}"


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        ({"event": "mail to a.b+c@d-e.example failed"}, {"event": "mail to <mail address> failed"}),
        ({"event": "GET /suche/?q=Name HTTP/1.1"}, {"event": "GET /suche/?… HTTP/1.1"}),
        ({"headers": {"Authorization": "Bearer x", "Accept": "text/html"}},
         {"headers": {"Authorization": "…", "Accept": "text/html"}}),
        ({"event": "GET /accounts/confirm-email/MTA:x/"}, {"event": "GET /accounts/confirm-email/…/"}),
        ({"event": "ok", "code": 200, "user_id": 7}, {"event": "ok", "code": 200, "user_id": 7}),
        ({"event": ["from 192.0.2.1", ("x@y.example",)]}, {"event": ["from <address>", ["<mail address>"]]}),
        ({"ip": "2001:db8::1"}, {"ip": "…"}),
    ],
)  # fmt: skip
def test_what_is_masked_and_what_stays(event: dict[str, Any], expected: dict[str, Any]) -> None:
    assert mask(None, "info", event) == expected
