"""The register of all forms: list, edit, services, the report of gaps, rights."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from cms.accounts.models import RoleAssignment
from cms.accounts.rights import assign
from cms.directory.models import OrganisationUnit
from plugins.forms.building import overview, register, services
from plugins.forms.models import FieldGroup, Form, FormService
from plugins.forms.roles import FORM_EDITORS_GROUP
from plugins.services.models import Service
from tests.conftest import client_of, make_user

pytestmark = pytest.mark.django_db
LIST, ADD = "wagtailsnippets_forms_form:list", "wagtailsnippets_forms_form:add"


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
    found = overview.report(person)
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


@pytest.fixture
def of_one_unit(roles: Any, home: Any) -> Any:
    """Somebody who builds the forms of the tax office alone."""
    unit = OrganisationUnit(slug="steuern")
    unit.set_texts({("name", "de"): "Steuerverwaltung"})
    unit.save()
    person = make_user("steuer")
    assign(user=person, role=roles[FORM_EDITORS_GROUP], scope=RoleAssignment.Scope.UNIT, scope_id=unit.pk)
    return person


def secret_form(**values: Any) -> Form:
    """Return a form that is for administrators alone."""
    from django.contrib.auth.models import Group

    from cms.access.models import AccessRule

    rule = AccessRule.objects.for_groups(Group.objects.create(name="Vertrauensleute"))
    return make_form("winkelhakenstube", access_rule=rule, **values)


@pytest.mark.parametrize(
    "where", ["list", "export", "xlsx", "results", "gaps", "history", "usage", "choose", "chosen", "delete"]
)
def test_a_role_of_one_unit_reads_nothing_of_forms_of_others_that_are_secret(of_one_unit: Any, where: str) -> None:
    service = make_service("dienst", "Dienst")
    secret = secret_form(kind="link", url="https://stadt.example/a")
    FormService.objects.create(form=secret, key=f"service:{service.pk}")
    mine = make_form("meins", unit=OrganisationUnit.objects.get(slug="steuern"))
    shown = make_form("offen", kind="link", url="https://stadt.example/b")
    name, args = {"results": ("wagtailsnippets_forms_form:list_results", []), "gaps": ("form_gaps", []),
                  "history": ("wagtailsnippets_forms_form:history", [secret.pk]),
                  "usage": ("wagtailsnippets_forms_form:usage", [secret.pk]),
                  "delete": ("wagtailsnippets_forms_form:delete", [secret.pk]),
                  "choose": ("wagtailsnippetchoosers_forms_form:choose", []),
                  "chosen": ("wagtailsnippetchoosers_forms_form:chosen", [secret.pk])}.get(where, (LIST, []))  # fmt: skip
    query = {"export": {"export": "csv"}, "xlsx": {"export": "xlsx"}}.get(where, {})
    answer = client_of(of_one_unit).get(reverse(name, args=args), query)
    said = b"".join(answer.streaming_content) if answer.streaming else answer.content
    assert b"inkelhakenstube" not in said
    if where in ("list", "export", "results"):
        assert mine.title.encode() in said
        assert shown.title.encode() in said


def test_a_role_of_one_unit_sees_its_own_before_they_are_published(of_one_unit: Any) -> None:
    mine = make_form("meins", unit=OrganisationUnit.objects.get(slug="steuern"), is_active=False)
    other = make_form("anderes")
    services.open_draft(form=other, by=None)
    found = client_of(of_one_unit).get(reverse(LIST)).content.decode()
    assert mine.title in found
    assert reverse("form_build", args=[other.pk]) not in found
    assert reverse("form_import") not in found


def test_the_register_is_exported(person: Any) -> None:
    service = make_service("hund", "Hund anmelden")
    form = make_form("hund", number="MZ-1", legal_basis="=HYPERLINK()", digital_level=3, owner=person)
    FormService.objects.create(form=form, key=f"service:{service.pk}")
    answer = client_of(person).get(reverse(LIST), {"export": "csv"})
    assert "Formulare-" in answer["Content-Disposition"]
    head, row = b"".join(answer.streaming_content).decode().splitlines()
    for word in ("Nummer", "Zuständige Person", "Rechtsgrundlage", "Reifegrad", "Leistungen"):
        assert word in head
    for word in ("MZ-1", "Hund anmelden", "'=HYPERLINK()", "für alle", "/formulare/hund/"):
        assert word in row


def test_the_levels_are_drawn_and_lead_to_their_forms(person: Any) -> None:
    for number, level in enumerate((0, 3, 3)):
        make_form(f"form-{number}", digital_level=level)
    rows = overview.levels(Form.objects.all(), "kind=own")
    assert [(row["number"], row["width"]) for row in rows] == [(1, 50), (0, 0), (0, 0), (2, 100), (0, 0)]
    page = client_of(person).get(reverse(LIST), {"kind": "own", "digital_level": "3"}).content.decode()
    assert "?kind=own&amp;digital_level=0" in page
    assert "Form-0" not in page
    assert "Form-1" in page


def test_the_register_says_what_is_missing_and_lists_it(person: Any) -> None:
    make_form("ohne")
    whole = make_form("ganz", owner=person, legal_basis="§ 1", kind="link", url="https://stadt.example/a")
    FormService.objects.create(form=whole, key="service:1")
    found = {row["name"]: row["number"] for row in overview.lacks(Form.objects.all())}
    assert found == {"owner": 1, "unit": 2, "legal_basis": 1, "service": 1, "version": 1}
    for name, number in found.items():
        page = client_of(person).get(reverse(LIST), {"lacks": name}).content.decode()
        assert "Ohne" in page
        assert ("Ganz" in page) == (number == 2)


@pytest.mark.parametrize("slug", ["karte", "map", "weitermachen", "continue"])
def test_a_form_does_not_take_the_address_of_another_page(home: Any, slug: str) -> None:
    with pytest.raises(ValidationError, match="slug"):
        make_form(slug).full_clean()
    assert services.free_slug(slug) == f"{slug}-2"
    make_form(f"{slug}-2").full_clean()


def test_a_field_group_is_changed_on_its_page_and_made_in_a_form(person: Any) -> None:
    group = FieldGroup.objects.create(key="contact", title="Kontakt", data=[])
    client = client_of(person)
    names = "wagtailsnippets_forms_fieldgroup"
    assert reverse("form_group", args=[group.pk]) == client.get(reverse(f"{names}:edit", args=[group.pk])).url
    answer = client.get(reverse(f"{names}:add"), follow=True)
    assert "als Gruppe in einem beliebigen Formular" in answer.content.decode()
