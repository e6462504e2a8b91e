"""More of the catalogue's pages: A–Z, life situations, print, unknown addresses, preview and adding in the admin."""

from __future__ import annotations

from typing import Any

import pytest

from plugins.services.models import LifeSituation, Service
from tests.conftest import client_of, make_location, make_service, make_unit
from tests.plugins.services.test_pages_core import _posted

pytestmark = pytest.mark.django_db


def make_situation() -> LifeSituation:
    """Create a life situation."""
    situation = LifeSituation(slug="umzug", icon="house")
    situation.set_texts({("title", "de"): "Umzug"})
    situation.save()
    return situation


@pytest.mark.parametrize(
    "path",
    [
        "/leistungen/gibt-es-nicht/",
        "/leistungen/gibt-es-nicht/drucken/",
        "/leistungen/🙂/",
        f"/leistungen/{'x' * 5000}/",
        "/leistungen/lebenslagen/gibt-es-nicht/",
    ],
)
def test_an_unknown_address_is_a_404(client: Any, home: Any, path: str) -> None:
    assert client.get(path).status_code == 404


def test_a_to_z_lists_alternative_titles_and_folds_umlauts(client: Any, home: Any) -> None:
    make_service("Ärztliche Bescheinigung", texts={"alternative_titles": "Attest"})
    make_service("Zeugnis")
    letters = {letter: [title for title, _ in rows] for letter, rows in client.get("/leistungen/").context["letters"]}
    assert letters["A"] == ["Ärztliche Bescheinigung", "Attest"]
    assert letters["Z"] == ["Zeugnis"]


def test_a_life_situation_counts_and_lists_only_what_the_reader_may_see(
    client: Any, home: Any, staff_rule: Any, staff_user: Any
) -> None:
    situation = make_situation()
    for service in (make_service("Ummelden"), make_service("Dienstumzug", access_rule=staff_rule)):
        service.life_situations.add(situation)
        service.save()
    draft = make_service("Entwurf", live=False)
    draft.life_situations.add(situation)
    draft.save()
    for reader, count in ((client, 1), (client_of(staff_user), 2)):
        found = reader.get("/leistungen/lebenslagen/")
        if found.status_code == 404:
            found = reader.get("/lebenslagen/")
        assert [row.service_count for row in found.context["situations"]] == [count]
        page = reader.get(situation.get_absolute_url())
        assert len(page.context["cards"]) == count
        assert "Entwurf" not in page.content.decode()


def test_the_print_view_writes_everything_out(client: Any, home: Any) -> None:
    service = make_service(unit=make_unit(), location=make_location(), texts={"body": "<p>Langer Text</p>"})
    body = client.get(f"{service.get_absolute_url()}drucken/").content.decode()
    for words in ("Langer Text", "37,00\u00a0€", "Biometrisches Foto", "Große Bleiche", "06131 12-0033"):
        assert words in body


def test_the_page_shows_the_opening_hours(client: Any, home: Any) -> None:
    body = client.get(make_service(location=make_location()).get_absolute_url()).content.decode()
    assert "Donnerstag" in body
    assert "14:00" in body


def test_sample_data_says_so(client: Any, home: Any) -> None:
    body = client.get(make_service(is_sample=True).get_absolute_url()).content.decode()
    assert "Beispieldaten" in body
    assert "Beispieldaten" not in client.get(make_service("Zeugnis").get_absolute_url()).content.decode()


def test_an_editor_sees_the_draft_in_the_preview(home: Any, editor_user: Any) -> None:
    service = make_service(texts={"summary": "Alt"})
    client = client_of(editor_user)
    form = client.get(f"/admin/snippets/services/service/edit/{service.pk}/").context["form"]
    url = f"/admin/snippets/services/service/preview/{service.pk}/"
    answer = client.post(url, _posted(form) | {"text_de_summary": "Nur im Entwurf"})
    assert answer.json()["is_valid"] is True
    assert "Nur im Entwurf" in client.get(url).content.decode()
    assert Service.objects.get(pk=service.pk).text("summary", "de") == "Alt"


def test_an_editor_adds_a_service_and_publishes_it(home: Any, editor_user: Any, client: Any) -> None:
    editor = client_of(editor_user)
    url = "/admin/snippets/services/service/add/"
    data = _posted(editor.get(url).context["form"])
    data |= {
        "slug": "angelschein",
        "text_de_title": "Angelschein",
        "text_de_keywords": "Fischen",
        "action-publish": "1",
    }
    answer = editor.post(url, data)
    assert answer.status_code == 302, answer.context["form"].errors
    found = Service.objects.get(slug="angelschein")
    assert found.live
    assert found.text_list("keywords", "de") == ["Fischen"]
    assert "Angelschein" in client.get("/leistungen/angelschein/").content.decode()


def test_processing_times_the_wrong_way_round_are_refused_beside_the_field(home: Any, editor_user: Any) -> None:
    service = make_service()
    client = client_of(editor_user)
    url = f"/admin/snippets/services/service/edit/{service.pk}/"
    data = _posted(client.get(url).context["form"])
    answer = client.post(
        url, data | {"processing_days_min": "9", "processing_days_max": "3", "text_de_summary": "Getippt"}
    )
    assert "processing_days_max" in answer.context["form"].errors
    assert "Getippt" in answer.content.decode()


def test_a_reader_without_the_right_cannot_edit(home: Any, staff_user: Any) -> None:
    answer = client_of(staff_user).get("/admin/snippets/services/service/add/")
    assert answer.status_code in {302, 403}
