"""vCard 4.0."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cms.directory.models import Person
from cms.feeds.vcard import Card, write
from tests.conftest import client_of, make_location, make_unit

pytestmark = pytest.mark.django_db


def read(data: bytes) -> dict[str, str]:
    """Return property (without parameters) -> raw value of a card, unfolded."""
    assert all(len(line) <= 75 for line in data.split(b"\r\n"))
    assert data.endswith(b"END:VCARD\r\n")
    text = data.replace(b"\r\n ", b"").decode()
    assert "\n" not in text.replace("\r\n", "")
    return {re.split("[;:]", line, maxsplit=1)[0]: line.partition(":")[2] for line in text.strip().split("\r\n")}


def unescape(value: str) -> str:
    return re.sub(r"\\(.)", lambda match: "\n" if match[1] == "n" else match[1], value)


@pytest.fixture
def city(home: Any) -> Any:
    place = make_location("Stadthaus", house_number="1", postal_code="55116", latitude=50.0, longitude=8.27)
    unit = make_unit("Amt für Jugend, Familie; Soziales", slug="jugend", email="jugend@mainz.example")
    unit.locations.set([place])
    unit.save()
    return Person.objects.create(
        slug="muster", first_name="Jörg", last_name="Muster", academic_title="Dr.", function={"de": "Leiter, Amt 51"},
        phone="06131 12-1", email="j.muster@mainz.example", room="3.14", skills="Geheimschrift", unit=unit, location=place,
    )  # fmt: skip


def test_a_person(client: Any, city: Any) -> None:
    answer = client.get("/personen/muster.vcf")
    assert answer["Content-Type"] == "text/vcard; charset=utf-8"
    assert answer["Content-Disposition"] == 'attachment; filename="muster.vcf"'
    card = read(answer.content)
    assert card["VERSION"] == "4.0"
    assert card["KIND"] == "individual"
    assert card["FN"] == "Dr. Jörg Muster"
    assert card["N"] == "Muster;Jörg;;Dr.;"
    assert card["TITLE"] == r"Leiter\, Amt 51"
    assert card["ORG"] == r"Landeshauptstadt Mainz;Amt für Jugend\, Familie\; Soziales"
    assert card["ADR"] == ";;Große Bleiche 1;Mainz;;55116;Deutschland"
    assert card["URL"] == "http://testserver/personen/muster/"


def test_skills_are_on_no_card(city: Any, staff_user: Any) -> None:
    assert b"Geheimschrift" not in client_of(staff_user).get("/personen/muster.vcf").content


def test_a_unit_and_a_place(client: Any, city: Any) -> None:
    unit = read(client.get("/aemter/jugend.vcf").content)
    assert unit["KIND"] == "org"
    assert unit["EMAIL"] == "jugend@mainz.example"
    place = read(client.get("/standorte/stadthaus.vcf").content)
    assert place["KIND"] == "location"
    assert place["GEO"] == "geo:50.000000,8.270000"


def test_what_one_may_not_see_has_no_card(client: Any, home: Any, staff_rule: Any, staff_user: Any) -> None:
    unit = make_unit("Winkelhakenstube", slug="geheim", access_rule=staff_rule)
    place = make_location("Setzerei", access_rule=staff_rule)
    Person.objects.create(slug="spion", last_name="Spion", access_rule=staff_rule)
    Person.objects.create(slug="offen", last_name="Offen", unit=unit, location=place)
    for path in ("/aemter/geheim.vcf", "/standorte/setzerei.vcf", "/personen/spion.vcf"):
        assert client.get(path).status_code == 404
        assert client_of(staff_user).get(path).status_code == 200
    card = client.get("/personen/offen.vcf").content.decode()
    assert "Winkelhakenstube" not in card
    assert "Bleiche" not in card
    of_staff = client_of(staff_user).get("/personen/offen.vcf")
    assert b"Winkelhakenstube" in of_staff.content
    assert "private" in of_staff["Cache-Control"]


def test_pages_offer_the_card(client: Any, city: Any) -> None:
    for page in ("/personen/muster", "/aemter/jugend", "/standorte/stadthaus"):
        text = client.get(f"{page}/").content.decode()
        assert f'href="{page}.vcf"' in text
        assert "Kontakt speichern" in text


@given(name=st.text(min_size=1), note=st.text())
def test_any_text_comes_back(name: str, note: str) -> None:
    card = read(write(Card(kind="org", key="unit/1", name=name, url="https://x.example/", language="de", note=note)))
    kept = re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]|[\ud800-\udfff]", "", name)
    assert unescape(card["FN"]) == kept.replace("\r\n", "\n").replace("\r", "\n")
