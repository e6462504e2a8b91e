"""Lists that editors keep for forms, and the question about a street that is not in one."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from plugins.forms.building.lists import lines_of
from plugins.forms.models import ReferenceList
from plugins.forms.reference import entries, names
from tests.conftest import client_of, make_location, make_unit, make_user
from tests.plugins.forms.filled import Person, de, make_form

pytestmark = pytest.mark.django_db
HOME = {
    "key": "home",
    "type": "address",
    "label": de("Anschrift"),
    "required": True,
    "settings": {"streets": "streets"},
}
KIND = {"key": "bin", "type": "reference", "label": de("Tonne"), "required": True, "settings": {"list": "bins"}}
FORM = {"format": 1, "languages": ["de"], "steps": [{"key": "one", "title": de("Sie"), "fields": [HOME, KIND]}]}
ADDRESS = {"f-home_house_number": "4", "f-home_postcode": "55116", "f-home_town": "Mainz", "f-bin": "bio"}


@pytest.fixture
def lists(home: Any) -> None:
    ReferenceList.objects.create(key="streets", title="Straßen", lines="Rheinstraße\nGaustraße")
    ReferenceList.objects.create(key="bins", title="Tonnen", lines="bio | Biotonne\n\nrest | Restmüll")


def test_lines_are_values_and_what_people_read(lists: None) -> None:
    assert entries("bins", "de") == [("bio", "Biotonne"), ("rest", "Restmüll")]
    assert {"units", "locations", "streets", "bins"} == {name for name, _label in names()}


@pytest.mark.parametrize(("key", "lines", "place"), [("units", "a", "key"), ("x", "a\na | b", "lines")])
def test_lists_that_can_not_be(db: None, key: str, lines: str, place: str) -> None:
    with pytest.raises(ValidationError) as caught:
        ReferenceList(key=key, title="Liste", lines=lines).full_clean()
    assert set(caught.value.message_dict) == {place}


def test_a_street_that_is_not_in_the_list_is_asked_about(lists: None) -> None:
    person = Person(make_form(FORM, slug="kurz")).begin()
    person.send({**ADDRESS, "f-home_street": "Reinstraße"})
    assert "nicht in unserem Verzeichnis" in person.text
    assert "Biotonne" in person.text
    person.go("one").send({**ADDRESS, "f-home_street": "rheinstr."})
    assert "nicht in unserem Verzeichnis" not in person.text


def test_each_list_is_read_once_for_a_page(lists: None) -> None:
    bins = {"key": "bins", "type": "group", "label": de("Tonnen"), "fields": [KIND], "settings": {"min_rows": 5}}
    second = {**HOME, "key": "second"}
    steps = [{"key": "one", "title": de("Sie"), "fields": [HOME, second, bins]}]
    person = Person(make_form({**FORM, "steps": steps}, slug="kurz")).begin()
    rows = {"_rows-bins": "5"} | {f"f-bins-{row}-bin": "bio" for row in range(5)}
    homes = {
        f"f-{key}_{part}": value
        for key in ("home", "second")
        for part, value in (("street", "Reinstraße"), ("house_number", "4"), ("postcode", "55116"), ("town", "Mainz"))
    }
    assert _reads(lambda: person.go("one")) == 1  # the bins, not the streets
    assert (
        _reads(lambda: person.send({**rows, **homes, "f-bins-4-bin": "nichts"})) == 2
    )  # the step, and the page that says what is wrong
    assert _reads(lambda: person.send({**rows, **homes})) == 3  # the step; its summary with bins and streets
    assert person.text.count("nicht in unserem Verzeichnis") == 2


@pytest.mark.parametrize("name", ["units", "locations"])
def test_a_long_list_takes_no_more_queries_than_a_short_one(
    home: Any, name: str, django_assert_max_num_queries: Any
) -> None:
    def make(number: int) -> None:
        make_unit(f"Amt {number}", f"{number}")
        make_location(f"Ort {number}")

    make(1)
    with CaptureQueriesContext(connection) as one:
        assert [label for _value, label in entries(name, "de")][0].endswith(" 1")
    for number in range(2, 7):
        make(number)
    with django_assert_max_num_queries(len(one)):
        assert len(entries(name, "de")) == 6


def _reads(act: Any) -> int:
    """Return how often a list was read from the database."""
    with CaptureQueriesContext(connection) as captured:
        act()
    return sum("forms_referencelist" in query["sql"] for query in captured)


def test_editors_of_forms_keep_the_lists(lists: None, roles: Any, staff_user: Any) -> None:
    path = "/admin/snippets/forms/referencelist/"
    editor = client_of(make_user("formulare", roles["form editors"]))
    assert "Tonnen" in editor.get(path).content.decode()
    assert client_of(staff_user).get(path).status_code in (302, 403)


def uploaded(content: bytes | str) -> SimpleUploadedFile:
    return SimpleUploadedFile("liste.csv", content.encode() if isinstance(content, str) else content)


@pytest.mark.parametrize(
    ("content", "lines"),
    [
        ("Rheinstraße\r\nGaustraße\r\n\r\n", ["Rheinstraße", "Gaustraße"]),
        ("\ufeffWert;Bezeichnung\nbio;Biotonne\nrest;rest\n", ["bio | Biotonne", "rest"]),
        ('bio,"Biotonne, braun"\n', ["bio | Biotonne, braun"]),
        ("bio\tBiotonne\n", ["bio | Biotonne"]),
        ("Gärtnergasse\nGöttelmannstraße".encode("cp1252"), ["Gärtnergasse", "Göttelmannstraße"]),
    ],
)
def test_a_file_as_spreadsheets_write_it_becomes_entries(content: bytes | str, lines: list[str]) -> None:
    assert lines_of(uploaded(content)) == lines


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("a;A\n;B\na;C\n", ["Zeile 2: die erste Spalte ist leer", "Zeile 3: steht schon in Zeile 1"]),
        ("a|b\n" + "x" * 201, ["Zeile 1: „|“", "Zeile 2: mehr als 200"]),
        ("\n".join([";x"] * 13), ["Zeile 10", "3 weitere Zeilen sind falsch"]),
        (b"PK\x03\x04\x00\x00", ["keine CSV-Datei"]),
        ("\n \n", ["kein Eintrag"]),
        ("x" * 2_000_001, ["zu groß"]),
        ("\n".join(f"w{number}" for number in range(20_001)), ["Höchstens 20000"]),
    ],
)
def test_wrong_rows_are_named_and_nothing_is_taken(content: bytes | str, words: list[str]) -> None:
    with pytest.raises(ValidationError) as caught:
        lines_of(uploaded(content))
    said = " ".join(caught.value.messages)
    for word in words:
        assert word in said


def test_a_list_of_five_thousand_comes_from_a_file(lists: None, roles: Any) -> None:
    editor = client_of(make_user("formulare", roles["form editors"]))
    row = ReferenceList.objects.get(key="streets")
    path = f"/admin/snippets/forms/referencelist/edit/{row.pk}/"
    file = uploaded("\n".join(f"Straße {number};Straße Nr. {number}" for number in range(5_000)))
    posted = {"title": "Straßen", "key": "streets", "lines": row.lines}
    assert editor.post(path, {**posted, "file": file}).status_code == 302
    row.refresh_from_db()
    assert len(row.entries()) == 5_000
    assert "5000" in editor.get("/admin/snippets/forms/referencelist/").content.decode()
    answer = editor.post(path, {**posted, "file": uploaded("a\na")})
    assert "Zeile 2: steht schon in Zeile 1" in answer.content.decode()
    row.refresh_from_db()
    assert len(row.entries()) == 5_000
    assert "Einträge ein" in editor.post(path, {**posted, "lines": " "}).content.decode()


def test_who_builds_the_forms_of_one_unit_does_not_change_the_lists_of_all(lists: None, roles: Any) -> None:
    from cms.accounts.models import RoleAssignment
    from cms.accounts.rights import assign
    from tests.conftest import make_unit

    person = make_user("steuer")
    unit = make_unit("Steuern")
    assign(user=person, role=roles["form editors"], scope=RoleAssignment.Scope.UNIT, scope_id=unit.pk)
    row = ReferenceList.objects.get(key="streets")
    assert client_of(person).get(f"/admin/snippets/forms/referencelist/edit/{row.pk}/").status_code in (302, 403)
