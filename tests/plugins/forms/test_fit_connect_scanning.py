"""Files that come through FIT-Connect and the virus scanner: withheld until it has passed them, never lost."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.storage import default_storage

from cms.cases.services import text_of
from plugins.forms.filling import scanning
from plugins.forms.models import ReceivedFile, ReceivedSubmission
from tests.conftest import client_of, make_user
from tests.plugins.forms.fit_connect_fixtures import APPLICATION, City

pytestmark = pytest.mark.django_db
LIST = "/admin/forms/fit-connect/"
Scan = ReceivedFile.Scan


def received(city: City, content: bytes) -> tuple[ReceivedSubmission, ReceivedFile]:
    city.simulator.apply(city.destination, APPLICATION, files={"Impfpass.pdf": content})
    city.receive()
    row = ReceivedSubmission.objects.select_related("case").get()
    assert row.state == row.State.ACCEPTED
    return row, row.files.get()


def look(row: ReceivedSubmission, file: ReceivedFile) -> tuple[str, Any]:
    """Return the page and the answer of the file's address, for somebody who may see everything."""
    client = client_of(make_user("chief", is_superuser=True))
    page = client.get(f"{LIST}{row.pk}/").content.decode()
    return page, client.get(f"{LIST}{row.pk}/{file.identifier}/")


def test_it_waits_for_the_scanner_and_is_then_given_out(city: City, clamd: list[bytes]) -> None:
    row, file = received(city, b"%PDF geimpft")
    assert file.scan == Scan.WAITING
    client = client_of(make_user("chief", is_superuser=True))
    address = f"{LIST}{row.pk}/{file.identifier}/"
    assert client.get(address).status_code == 404
    page = client.get(f"{LIST}{row.pk}/").content.decode()
    assert address not in page
    assert "Impfpass.pdf" in page
    assert scanning.scan_waiting.func() == 1
    assert clamd == [b"%PDF geimpft"]
    assert client.get(address).content == b"%PDF geimpft"
    assert address in client.get(f"{LIST}{row.pk}/").content.decode()


def test_an_infected_file_is_withheld_kept_and_noted_in_the_case(city: City, clamd: list[bytes]) -> None:
    row, file = received(city, b"%PDF virus")
    scanning.scan_waiting.func()
    file.refresh_from_db()
    assert file.scan == Scan.REFUSED
    assert default_storage.exists(file.content.name)
    page, answer = look(row, file)
    assert answer.status_code == 404
    assert "Erika Bei-Spiel" in page
    assert file.get_scan_display() in page
    assert row.case is not None
    entry = row.case.entries.get(verb="scan")
    assert not entry.public
    assert text_of(entry)


def test_a_file_the_scanner_can_not_read_is_withheld_and_asked_about_again(city: City, clamd: list[bytes]) -> None:
    row, file = received(city, b"%PDF huge")
    scanning.scan_waiting.func()
    file.refresh_from_db()
    assert file.scan == Scan.FAILED
    assert look(row, file)[1].status_code == 404
    assert scanning.scan_waiting.func() == 1


def test_a_scanner_that_is_away_keeps_no_application_from_coming_in(city: City, settings: Any) -> None:
    settings.FORMS_VIRUS_SCANNER = "plugins.forms.filling.scanning.clamav"
    settings.FORMS_CLAMAV = "127.0.0.1:9"
    row, file = received(city, b"%PDF geimpft")
    assert scanning.scan_waiting.func() == 0
    assert file.scan == Scan.WAITING
    assert row.case_id
