"""The public pages of the catalogue, and its editing."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.utils import translation

from plugins.services.alphabet import by_letter, first_letter
from plugins.services.models import Service, ServiceFee
from tests.conftest import client_of, make_location, make_service, make_unit

pytestmark = pytest.mark.django_db


def test_the_page_answers_who_where_how_much_and_with_what(client: Any, home: Any) -> None:
    make_service(unit=make_unit(), location=make_location())
    body = client.get("/leistungen/personalausweis-beantragen/").content.decode()
    for answer in ("37,00\u00a0€", "Biometrisches Foto", "Bürgeramt", "Bürgerservice", "06131 12-0033"):
        assert answer in body


def test_a_staff_only_service_does_not_exist_for_the_public(
    client: Any, home: Any, staff_rule: Any, staff_user: Any
) -> None:
    make_service("Dienstreise beantragen", access_rule=staff_rule)
    for path in ("/leistungen/dienstreise-beantragen/", "/leistungen/dienstreise-beantragen/drucken/"):
        assert client.get(path).status_code == 404
        assert client_of(staff_user).get(path).status_code == 200
    for path in ("/leistungen/", "/api/v1/services/", "/sitemap.xml"):
        assert "ienstreise" not in client.get(path).content.decode()


def test_the_internal_note_is_for_staff(client: Any, home: Any, staff_user: Any) -> None:
    make_service(texts={"staff_note": "<p>Blankovordrucke liegen im Schrank</p>"})
    path = "/leistungen/personalausweis-beantragen/"
    assert "Blankovordrucke" not in client.get(path).content.decode()
    assert "Blankovordrucke" in client_of(staff_user).get(path).content.decode()


def test_a_unit_the_public_must_not_see_is_not_named(client: Any, home: Any, staff_rule: Any) -> None:
    make_service(unit=make_unit("Geheimreferat", "99", access_rule=staff_rule))
    assert "Geheimreferat" not in client.get("/leistungen/personalausweis-beantragen/").content.decode()


def test_a_draft_is_not_public(client: Any, home: Any) -> None:
    make_service(live=False)
    assert client.get("/leistungen/personalausweis-beantragen/").status_code == 404


def test_umlauts_stand_with_their_letters() -> None:
    assert first_letter("Änderung") == "A"
    assert first_letter("ÖPNV") == "O"
    shelves = dict(by_letter([("Zug", 1), ("Änderung", 2), ("Abfall", 3), ("4 Räder", 4)]))
    assert [title for title, _ in shelves["A"]] == ["Abfall", "Änderung"]
    assert shelves["#"]


def test_an_editor_s_change_goes_live_with_all_its_texts(home: Any, editor_user: Any) -> None:
    service = make_service(texts={"summary": "Alt", "keywords": "Perso"})
    service.save_revision().publish()
    client = client_of(editor_user)
    url = f"/admin/snippets/services/service/edit/{service.pk}/"
    page = client.get(url)
    assert page.status_code == 200
    data = _posted(page.context["form"])
    data |= {"text_de_summary": "Neu und besser", "action-publish": "1"}
    answer = client.post(url, data)
    assert answer.status_code == 302, [form.errors for form in [answer.context["form"]]]
    fresh = Service.objects.get(pk=service.pk)
    assert fresh.text("summary", "de") == "Neu und besser"
    assert fresh.text("keywords", "de") == "Perso"
    assert fresh.fees.get().amount_cents == 3700


def test_a_mistake_is_shown_beside_the_field_and_nothing_is_lost(home: Any, editor_user: Any) -> None:
    service = make_service()
    client = client_of(editor_user)
    url = f"/admin/snippets/services/service/edit/{service.pk}/"
    data = _posted(client.get(url).context["form"])
    data |= {"text_de_title": "", "text_de_summary": "Das habe ich getippt", "action-publish": "1"}
    answer = client.post(url, data)
    assert answer.status_code == 200
    assert "text_de_title" in answer.context["form"].errors
    assert "Das habe ich getippt" in answer.content.decode()


def _posted(form: Any) -> dict[str, Any]:
    """Return what a browser would send for an unchanged form with its formsets."""

    data: dict[str, Any] = {}
    forms = [form]
    for formset in form.formsets.values():
        forms.append(formset.management_form)
        forms += list(formset.forms)
    for part in forms:
        for bound in part:
            value = bound.value()
            widget = bound.field.widget
            name = bound.html_name
            if hasattr(widget, "decompress"):
                for number, piece in enumerate(widget.decompress(value)):
                    suffix = widget.widgets_names[number]
                    data[f"{name}{suffix}"] = piece or ""
            elif type(widget).__name__ == "DraftailRichTextArea":
                data[name] = widget.format_value(value)
            elif value is not None and value is not False:
                data[name] = value
    return data


def test_groups_are_what_the_fixture_promised(roles: dict[str, Group]) -> None:
    assert roles["editors"].permissions.filter(codename="publish_service").exists()


def test_the_editors_list_is_searched_by_title(home: Any, editor_user: Any) -> None:
    make_service("Hund anmelden")
    make_service()
    body = client_of(editor_user).get("/admin/snippets/services/service/?q=hund").content.decode()
    assert "Hund anmelden" in body
    assert "Personalausweis" not in body


@pytest.mark.parametrize(("typed", "cents"), [("37", 3700), ("37,50", 3750), ("0", 0), ("1234,56", 123456), ("", None)])
def test_fees_are_typed_in_euros(typed: str, cents: int | None) -> None:
    field = ServiceFee._meta.get_field("amount_cents").formfield()
    with translation.override("de"):
        assert field.clean(typed) == cents


@pytest.mark.parametrize("typed", ["-1", "viel", "1,234"])
def test_fees_that_are_no_amount_are_refused(typed: str) -> None:
    with translation.override("de"), pytest.raises(ValidationError):
        ServiceFee._meta.get_field("amount_cents").formfield().clean(typed)
