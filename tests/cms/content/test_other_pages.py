"""Landing pages and legal pages."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from cms.content.models import ContentPage, LandingPage
from tests.conftest import client_of, make_page, restrict

pytestmark = pytest.mark.django_db


def test_the_button_leads_to_its_page_for_those_who_may_see_it(
    client: Any, home: Any, roles: Any, staff_user: Any
) -> None:
    target = make_page(home, "Mitmachen")
    make_page(home, "Aktion", LandingPage, action_label="Jetzt los", action_page=target)
    assert 'href="/mitmachen/">Jetzt los' in client.get("/aktion/").content.decode()
    restrict(target, roles["staff"])
    assert "Jetzt los" not in client.get("/aktion/").content.decode()
    assert "Jetzt los" in client_of(staff_user).get("/aktion/").content.decode()


@pytest.mark.parametrize(
    "values",
    [{"action_label": "Los"}, {"action_url": "/x/"}, {"action_label": "Los", "action_url": "javascript:alert(1)"}],
)
def test_half_a_button_is_refused(home: Any, values: dict[str, str]) -> None:
    page = make_page(home, "Aktion", LandingPage)
    for name, value in values.items():
        setattr(page, name, value)
    with pytest.raises(ValidationError):
        page.full_clean()


def test_pages_below_are_shown_if_wanted(client: Any, home: Any) -> None:
    page = make_page(home, "Aktion", LandingPage)
    make_page(page, "Programm")
    assert 'href="/aktion/programm/"' in client.get("/aktion/").content.decode()
    page.shows_pages_below = False
    page.save()
    assert 'href="/aktion/programm/"' not in client.get("/aktion/").content.decode()


def test_only_the_accessibility_statement_asks_for_the_evidence(client: Any, home: Any, monkeypatch: Any) -> None:
    asked = []
    monkeypatch.setattr(
        "cms.content.models.pages.providers",
        lambda name: {"fake": lambda language: asked.append((name, language))} if "statement" in name else {},
    )
    make_page(home, "Impressum", legal_kind=ContentPage.LegalKind.IMPRINT)
    make_page(home, "Barrierefreiheit", legal_kind=ContentPage.LegalKind.ACCESSIBILITY)
    client.get("/impressum/")
    assert asked == []
    client.get("/barrierefreiheit/")
    assert asked == [("accessibility_statement", "de")]


def test_the_api_tells_the_parts_of_the_accessibility_statement(client: Any, home: Any) -> None:
    page = make_page(home, "Barrierefreiheit", legal_kind=ContentPage.LegalKind.ACCESSIBILITY)
    said = client.get(f"/api/v1/pages/{page.pk}/").json()["own"]["statement"]
    assert (said["status"], said["barriers"]) == ("unchecked", [])
    assert said["made_on"] == timezone.localdate().isoformat()
    assert said["feedback_url"].startswith("http://testserver/")
    assert said["status_text"] in client.get("/barrierefreiheit/").content.decode()
    imprint = make_page(home, "Impressum", legal_kind=ContentPage.LegalKind.IMPRINT)
    assert "statement" not in client.get(f"/api/v1/pages/{imprint.pk}/").json()["own"]
