"""Shared by the tests of the builder and of hand-overs."""

from __future__ import annotations

import json
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import override_settings
from django.utils import timezone

from cms.cases.services import open_case
from cms.jobs.worker import CityWorker
from cms.sealing import seal
from plugins.forms.building import services
from plugins.forms.definition.structure import from_json
from plugins.forms.handover.services import queue, save_target
from plugins.forms.models import Form, HandOver, HandOverTarget, Submission
from plugins.forms.models.fillings import SUBMISSION
from plugins.forms.roles import FORM_EDITORS_GROUP
from tests.conftest import client_of, make_user
from tests.plugins.forms.filled import make_form
from tests.plugins.forms.fit_connect_fixtures import city
from tests.plugins.forms.specialist_system import SECRET, Running

__all__ = ["city"]

ANSWERS = {
    "number": 7,
    "name": "Erika Bei-Spiel",
    "dogs": [{"dog_name": "=Bello", "since": "2026-10-01"}],
    "chipped": False,
}


#: A form for the builder.
DOGS: dict[str, Any] = {
    "format": 1,
    "languages": ["de", "en"],
    "steps": [
        {
            "key": "dog",
            "title": {"de": "Der Hund", "en": "The dog"},
            "fields": [
                {
                    "key": "breed", "type": "choice", "label": {"de": "Rasse", "en": "Breed"}, "required": True,
                    "options": [
                        {"value": "dachshund", "label": {"de": "Dackel", "en": "Dachshund"}},
                        {"value": "other", "label": {"de": "andere", "en": "other"}},
                    ],
                },
                {"key": "breed_name", "type": "text", "label": {"de": "Welche Rasse?", "en": "Which breed?"}},
                {"key": "keeper", "type": "fieldset", "label": {"de": "Halterin", "en": "Keeper"}, "fields": [
                    {"key": "name", "type": "text", "label": {"de": "Name", "en": "Name"}, "required": True},
                ]},
            ],
        },
        {"key": "end", "title": {"de": "Abschluss", "en": "End"}, "fields": []},
    ],
    "rules": [
        {"key": "r1", "tests": [{"field": "breed", "op": "equals", "value": "other"}],
         "effects": [{"do": "show", "target": "breed_name"}]},
    ],
}  # fmt: skip


@pytest.fixture
def person(roles: Any, home: Any) -> Any:
    """Somebody who builds forms."""
    return make_user("formular", roles[FORM_EDITORS_GROUP])


@pytest.fixture
def editor(person: Any) -> Any:
    """Their browser."""
    return client_of(person)


@pytest.fixture
def begun(home: Any) -> Callable[[dict[str, Any]], Form]:
    """Make a form whose draft asks what the JSON says."""

    def make(data: dict[str, Any]) -> Form:
        made = Form(slug="hund")
        made.set_texts({("title", "de"): "Hund anmelden", ("title", "en"): "Register a dog"})
        made.save()
        services.new_draft(form=made, definition=from_json(data), by=None, words="Begun")
        return made

    return make


@pytest.fixture
def dog_form(roles: Any) -> Form:
    return make_form()


def submitted(form: Form, **values: Any) -> Submission:
    """Store a submission with its case, as submit() does, and queue its hand-overs."""
    case = open_case(
        kind="submission", object_id="1", title={"de": "Hund"}, unit=form.unit, steps=[], language="de"
    ).case
    given = {
        "version": form.published(),
        "case": case,
        "sealed": seal(json.dumps(ANSWERS), SUBMISSION),
        "language": "de",
    }
    row = Submission.objects.create(**{**given, **values})
    queue(submission=row)
    return row


@pytest.fixture
def system(tmp_path: Path) -> Iterator[Callable[..., Running]]:
    """Start the specialist system with moods."""
    started: list[Running] = []

    def start(*moods: str) -> Running:
        started.append(Running(tmp_path / f"stored-{len(started)}", *moods))
        return started[-1]

    with override_settings(OUTBOUND_ALLOWS=["127.0.0.1/32"], HAND_OVER_SECONDS=1.0, HAND_OVER_FIRST_WAIT=0.01):
        yield start
    for one in started:
        one.end()


def webhook_to(form: Form, url: str, **values: Any) -> HandOverTarget:
    """Hand the form over to an address."""
    given = {"name": "fach", "back_end": "webhook", "options": {"url": url}, "secrets": {"secret": SECRET}}
    return save_target(form=form, **{**given, **values})


@pytest.fixture
def work() -> Callable[[], None]:
    """Send what is due, also after the pauses of the target."""

    def run() -> None:
        for _round in range(12):
            CityWorker(lanes=("couriers",), interval=0.01, until_idle=True).run()
            HandOverTarget.objects.update(held_until=None)
            waiting = HandOver.objects.filter(state__in=HandOver.UNFINISHED)
            if not waiting.exists():
                return
            waiting.update(next_at=timezone.now())

    return run


@pytest.fixture
def clamd(settings: Any) -> Iterator[list[bytes]]:
    """A scanner on a real socket that speaks clamd's INSTREAM: finds what contains "virus"."""
    server = socket.create_server(("127.0.0.1", 0))
    settings.FORMS_CLAMAV = f"127.0.0.1:{server.getsockname()[1]}"
    settings.FORMS_VIRUS_SCANNER = "plugins.forms.filling.scanning.clamav"
    got: list[bytes] = []

    def serve() -> None:
        while True:
            try:
                link, _address = server.accept()
            except OSError:
                return
            with link, link.makefile("rb") as stream:
                assert stream.read(10) == b"zINSTREAM\0"
                content = b""
                while size := struct.unpack("!L", stream.read(4))[0]:
                    content += stream.read(size)
                if b"huge" in content:
                    link.sendall(b"INSTREAM size limit exceeded. ERROR\0")
                    continue
                got.append(content)
                link.sendall(b"stream: Eicar FOUND\0" if b"virus" in content else b"stream: OK\0")

    threading.Thread(target=serve, daemon=True).start()
    yield got
    server.close()
