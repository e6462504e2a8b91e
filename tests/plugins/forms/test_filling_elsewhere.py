"""Forms where others show them: API, search, pages of services; and what a person gets and has erased."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser

from cms.access.models import AccessRule
from plugins.forms.models import Deletion, Filling, Form, FormService, Submission
from plugins.forms.privacy import PRIVACY
from plugins.forms.search import FormDocument
from tests.conftest import client_of, make_service, make_unit
from tests.plugins.forms.filled import OWNER, Person, make_form

pytestmark = pytest.mark.django_db


def test_the_api_tells_what_a_form_asks(home: Any, client: Any) -> None:
    form = make_form(number="21-001")
    listed = client.get("/api/v1/forms/").json()["results"]
    assert [(row["slug"], row["title"], row["way"]) for row in listed] == [("hund-anmelden", "Hund anmelden", "own")]
    found = client.get(f"/api/v1/forms/{form.pk}/").json()
    assert found["is_open"]
    assert found["version"] == 1
    assert found["answers_schema"]["properties"]["email"]["format"] == "email"
    assert found["answers_schema"]["properties"]["dogs"]["type"] == "array"


def test_the_api_keeps_internal_forms_to_itself(home: Any, client: Any, staff_rule: AccessRule) -> None:
    form = make_form(access_rule=staff_rule)
    assert client.get("/api/v1/forms/").json()["results"] == []
    assert client.get(f"/api/v1/forms/{form.pk}/").status_code == 404


def test_the_search_knows_forms_with_their_audience(home: Any, staff_rule: AccessRule) -> None:
    form = make_form(number="21-001", access_rule=staff_rule)
    entries = list(FormDocument().entries(FormDocument().queryset().get()))
    assert {(entry.language, entry.title, entry.rule_id) for entry in entries} == {
        ("de", "Hund anmelden", form.access_rule_id),
        ("en", "Register a dog", form.access_rule_id),
    }
    assert all("21-001" in entry.keywords and entry.card.action_url == entry.url for entry in entries)


def test_forms_on_trial_are_not_found(home: Any) -> None:
    make_form(test_mode=True)
    assert not FormDocument().queryset().exists()


def test_a_service_leads_to_its_form(home: Any, client: Any, staff_rule: AccessRule) -> None:
    unit = make_unit("Steueramt", "21")
    service = make_service("Hundesteuer anmelden")
    FormService.objects.create(form=make_form(unit=unit), key=f"service:{service.pk}")
    inner = make_form(unit=unit, slug="intern", access_rule=staff_rule)
    FormService.objects.create(form=inner, key=f"service:{service.pk}")
    page = client.get(service.get_absolute_url()).content.decode()
    assert 'href="/formulare/hund-anmelden/"' in page
    assert "/formulare/intern/" not in page


def test_people_get_their_answers_and_have_them_erased(home: Any, citizen: Any) -> None:
    form = make_form()
    Person(form, client_of(citizen)).fill_in().send()
    Person(form, client_of(citizen)).begin().send(OWNER)
    kept = PRIVACY[0]
    assert [row["answers"]["name"] for row in kept.export(citizen)] == ["Erika Beispiel"] * 2
    assert kept.erase(citizen) == 2
    assert Filling.objects.filter(account=citizen).count() == 0
    assert Submission.objects.count() == Filling.objects.count() == 1
    assert Deletion.objects.get().reason == "person"


@pytest.mark.parametrize("is_active", [True, False])
def test_one_form_and_all_forms_agree_on_who_sees_it(
    home: Any, staff_rule: AccessRule, citizen: Any, staff_user: Any, is_active: bool
) -> None:
    unit = make_unit("Steueramt", "21")
    inner = make_form(unit=unit, is_active=is_active, slug="intern", access_rule=staff_rule)
    forms = [make_form(unit=unit, is_active=is_active), inner]
    for reader in (AnonymousUser(), citizen, staff_user):
        seen = set(Form.objects.for_fillings_of(reader))
        assert {form for form in forms if form.has_fillings_open_to(reader)} == seen
    assert {form.slug for form in forms if form.has_fillings_open_to(citizen)} == {"hund-anmelden"}
