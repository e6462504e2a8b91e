"""Lists that editors keep for forms, and the question about a street that is not in one."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError

from plugins.forms.models import ReferenceList
from plugins.forms.reference import entries, names
from tests.conftest import client_of, make_user
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


def test_editors_of_forms_keep_the_lists(lists: None, roles: Any, staff_user: Any) -> None:
    path = "/admin/snippets/forms/referencelist/"
    editor = client_of(make_user("formulare", roles["form editors"]))
    assert "Tonnen" in editor.get(path).content.decode()
    assert client_of(staff_user).get(path).status_code in (302, 403)
