"""Files that go along with a hand-over: inside the message, or as links that end."""

from __future__ import annotations

import base64
import hashlib
import uuid
from typing import Any

import pytest
from django.core import signing
from django.core.files.base import ContentFile
from django.test import Client
from django.utils import timezone

from cms.jobs.worker import CityWorker
from cms.logs import _masked
from cms.sealing import seal, seal_bytes
from plugins.forms.handover import packing
from plugins.forms.handover.packing import pack
from plugins.forms.models import Filling, FillingFile, HandOver
from plugins.forms.models.fillings import FILE
from tests.plugins.forms.conftest import submitted, webhook_to

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("home")]
CONTENT = b"%PDF-1.4 Impfpass von Bello"


@pytest.fixture
def row(dog_form: Any) -> HandOver:
    """A hand-over with a file."""
    webhook_to(dog_form, "https://93.184.216.34/", options={"url": "https://93.184.216.34/", "files": "links"})
    filling = Filling.objects.create(version=dog_form.published(), token_hash="x", expires_at=timezone.now())
    FillingFile.objects.create(
        filling=filling,
        identifier=uuid.uuid4(),
        field="dogs.0.vaccination",
        sealed_name=seal("Impfpaß.pdf", FILE),
        content=ContentFile(seal_bytes(CONTENT, FILE), name="a"),
        size=len(CONTENT),
        kind="application/pdf",
        sha256=hashlib.sha256(CONTENT).hexdigest(),
    )
    return submitted(dog_form, filling=filling).deliveries.get()


def path_of(row: HandOver) -> str:
    (entry,) = pack(row, files="links", with_pdf=False).payload["files"]
    assert "content" not in entry
    return entry["url"].partition("8000")[2]


def test_inside_the_message(row: HandOver) -> None:
    parcel = pack(row, files="inline", with_pdf=False)
    (entry,) = parcel.payload["files"]
    assert base64.b64decode(entry["content"]) == CONTENT
    assert (entry["name"], entry["sha256"]) == ("Impfpaß.pdf", hashlib.sha256(CONTENT).hexdigest())
    assert parcel.files[0].content == CONTENT
    (entry,) = pack(row, files="none", with_pdf=False).payload["files"]
    assert {"content", "url"} & set(entry) == set()


def test_a_link_gives_the_file_to_whoever_has_it_and_keeps_out_of_caches(row: HandOver) -> None:
    answer = Client().get(path_of(row))
    assert answer.content == CONTENT
    assert "no-store" in answer["Cache-Control"]
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"].startswith("attachment")
    assert path_of(row).split("/")[-2] not in _masked(f"GET {path_of(row)}")


def test_links_that_are_made_up_or_over(row: HandOver, monkeypatch: Any) -> None:
    path, client = path_of(row), Client()
    token = path.split("/")[-2]
    for bad in ("x", token[:-1], signing.dumps([row.pk, str(uuid.uuid4())], salt=packing.LINKS), "%00"):
        assert client.get(path.replace(token, bad)).status_code in (400, 404), bad
    other = signing.dumps([row.pk + 1, str(FillingFile.objects.get().identifier)], salt=packing.LINKS)
    assert client.get(path.replace(token, other)).status_code == 404
    monkeypatch.setattr(packing, "LINK_SECONDS", -1)
    assert client.get(path).status_code == 404
    monkeypatch.setattr(packing, "LINK_SECONDS", 60)
    row.submission.delete()
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("scan", ["waiting", "failed"])
@pytest.mark.parametrize("way", ["inline", "links"])
def test_what_the_scanner_has_not_passed_goes_nowhere(row: HandOver, scan: str, way: str) -> None:
    row.target.options["files"] = way
    row.target.save()
    path = path_of(row)
    FillingFile.objects.update(scan=scan)
    assert Client().get(path).status_code == 404
    CityWorker(lanes=("couriers",), until_idle=True).run()
    row.refresh_from_db()
    assert (row.state, row.last_error) == ("waiting", "a file waits for the virus scanner")


@pytest.mark.parametrize("way", ["inline", "links"])
def test_an_infected_file_keeps_the_rest_from_nobody(row: HandOver, way: str) -> None:
    path = path_of(row)
    FillingFile.objects.update(scan="refused")
    assert Client().get(path).status_code == 404
    parcel = pack(row, files=way, with_pdf=False)
    (entry,) = parcel.payload["files"]
    assert entry["withheld"] == "virus"
    assert {"content", "url"} & set(entry) == set()
    assert parcel.files == ()
    assert parcel.payload["answers"]


def test_a_lost_file_is_tried_again(row: HandOver) -> None:
    row.target.options["files"] = "inline"
    row.target.save()
    FillingFile.objects.get().content.storage.delete(FillingFile.objects.get().content.name)
    CityWorker(lanes=("couriers",), until_idle=True).run()
    row.refresh_from_db()
    assert row.state == "waiting"
    assert "storage" in row.last_error


def test_the_pdf_goes_along(dog_form: Any) -> None:
    webhook_to(dog_form, "https://93.184.216.34/")
    parcel = pack(submitted(dog_form).deliveries.get(), files="none", with_pdf=True)
    assert parcel.pdf is not None
    assert parcel.pdf.startswith(b"%PDF")
