"""The register of all forms: list, edit, services, the report of gaps, rights."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from cms.accounts.models import RoleAssignment
from cms.accounts.rights import assign
from cms.directory.models import OrganisationUnit
from plugins.forms.building import register, services
from plugins.forms.models import Form, FormService
from plugins.forms.roles import FORM_EDITORS_GROUP
from plugins.services.models import Service
from tests.conftest import client_of, make_user

pytestmark = pytest.mark.django_db
LIST, ADD = "wagtailsnippets_forms_form:list", "wagtailsnippets_forms_form:add"


@pytest.fixture
def person(roles: Any, home: Any) -> Any:
    """Somebody who builds forms."""
    return make_user("formular", roles[FORM_EDITORS_GROUP])


def make_service(slug: str, title: str) -> Service:
    """Return a published service."""
    service = Service(slug=slug)
    service.set_texts({("title", "de"): title})
    service.save()
    service.save_revision().publish()
    return service


def make_form(slug: str, **values: Any) -> Form:
    """Return a form of the register."""
    form = Form(slug=slug, **values)
    form.set_texts({("title", "de"): slug.title()})
    form.save()
    return form


def posted(**changes: Any) -> dict[str, Any]:
    """Return what the form of the register posts."""
    return {
        "text_de_title": "Hund anmelden", "slug": "hund", "kind": "link", "purpose": "application", "url": "https://stadt.example/hund",
        "digital_level": "2", "requirement": "none", "asks": "none", "retention_days": "365", "is_active": "on",
        "access_rule": register.Form._meta.get_field("access_rule").get_default(), **changes,
    }  # fmt: skip


def test_the_list_shows_what_the_register_knows(person: Any, django_assert_max_num_queries: Any) -> None:
    unit = OrganisationUnit(slug="steuern")
    unit.set_texts({("name", "de"): "Steuerverwaltung"})
    unit.save()
    for number in range(6):
        form = make_form(f"form-{number}", number=f"MZ-{number}", unit=unit, owner=person, digital_level=3)
        services.open_draft(form=form, by=None)
    client = client_of(person)
    client.get(reverse(LIST))
    with django_assert_max_num_queries(30):
        shown = client.get(reverse(LIST)).content.decode()
    for word in ("MZ-3", "Steuerverwaltung", "nur ein Entwurf", "wird hier ausgefüllt"):
        assert word in shown
    assert "Form-3" in client.get(reverse(LIST), {"q": "form-3"}).content.decode()
    assert "Form-3" not in client.get(reverse(LIST), {"kind": "pdf"}).content.decode()


def test_services_are_chosen(person: Any) -> None:
    service = make_service("hund", "Hund anmelden")
    answer = client_of(person).post(reverse(ADD), posted(service_keys=[f"service:{service.pk}"]))
    assert answer.status_code == 302, answer.context["form"].errors
    form = Form.objects.get()
    assert [row.key for row in form.services.all()] == [f"service:{service.pk}"]
    edit = reverse("wagtailsnippets_forms_form:edit", args=[form.pk])
    client_of(person).post(edit, posted(service_keys=[]))
    assert not FormService.objects.exists()


def test_a_title_is_enough_and_leads_to_the_builder(person: Any) -> None:
    make_form("infostand-fuer-verein")
    client = client_of(person)
    values = posted(kind="own", url="", slug="", text_de_title="Infostand für Verein")
    answer = client.post(reverse(ADD), values)
    made = Form.objects.get(slug="infostand-fuer-verein-2")
    assert answer["Location"] == reverse("form_build", args=[made.pk])
    assert client.get(answer["Location"]).status_code == 200


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"kind": "pdf"}, "document"), ({"url": ""}, "url"), ({"url": "javascript:alert(1)"}, "url"), ({"digital_level": "9"}, None),
     ({"open_from": "2026-12-02 00:00", "open_until": "2026-12-01 00:00"}, "open_until"), ({"service_keys": ["service:999"]}, "service_keys")],
)  # fmt: skip
def test_bad_input_is_said(person: Any, changes: Any, field: str | None) -> None:
    answer = client_of(person).post(reverse(ADD), posted(**changes))
    assert answer.status_code == 200
    assert field is None or field in answer.context["form"].errors
    assert not Form.objects.exists()


def test_the_report_names_services_with_a_pdf_alone(person: Any) -> None:
    only_pdf, own, none, draft = (make_service(slug, slug) for slug in ("nurpdf", "eigen", "ohne", "entwurf"))
    from cms.content.models import CityDocument

    document = CityDocument(title="Antrag")
    document.file.name = "documents/antrag.pdf"
    document.save()
    for service in (only_pdf, own, draft):
        pdf = make_form(f"{service.slug}-pdf", kind="pdf", document=document)
        FormService.objects.create(form=pdf, key=f"service:{service.pk}")
    online = make_form("online")
    FormService.objects.create(form=online, key=f"service:{own.pk}")
    version = services.open_draft(form=online, by=None)
    version.state = "published"
    version.save()
    unfinished = make_form("unfertig")
    FormService.objects.create(form=unfinished, key=f"service:{draft.pk}")
    services.open_draft(form=unfinished, by=None)
    found = register.report(person)
    assert [key for key, _title, _forms in found["paper"]] == [f"service:{draft.pk}", f"service:{only_pdf.pk}"]
    assert [key for key, _title in found["none"]] == [f"service:{none.pk}"]
    assert found["own"] == 1
    assert "nurpdf" in client_of(person).get(reverse("form_gaps")).content.decode()


def test_strangers_see_neither_list_nor_report(client: Any, roles: Any, home: Any) -> None:
    staff = client_of(make_user("mitarbeit", roles["staff"]))
    for name in (LIST, "form_gaps", "form_import"):
        assert client.get(reverse(name)).status_code == 302
        assert staff.get(reverse(name)).status_code in (302, 403)


def test_a_role_of_one_unit_edits_the_forms_of_that_unit_alone(roles: Any, home: Any) -> None:
    unit = OrganisationUnit(slug="steuern")
    unit.set_texts({("name", "de"): "Steuerverwaltung"})
    unit.save()
    mine, other = make_form("meins", unit=unit), make_form("anderes")
    person = make_user("steuer")
    assign(user=person, role=roles[FORM_EDITORS_GROUP], scope=RoleAssignment.Scope.UNIT, scope_id=unit.pk)
    client = client_of(person)
    edit = "wagtailsnippets_forms_form:edit"
    assert client.get(reverse(edit, args=[mine.pk])).status_code == 200
    assert client.get(reverse(edit, args=[other.pk])).status_code in (302, 403)
