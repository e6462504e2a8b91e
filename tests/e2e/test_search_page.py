"""The results page as readers use it: by keyboard, without scripts, near a place, with what opened told and kept."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

from .test_opened_results import AGENT, FIRST

TABS = 80


def _tab_to(page: Page, target: Locator) -> None:
    """Move the focus by keyboard to an element."""
    for _press in range(TABS):
        page.keyboard.press("Tab")
        if target.evaluate("element => element === document.activeElement"):
            return
    raise AssertionError("the keyboard does not reach it")


def _asked(page: Page) -> dict[str, list[str]]:
    return parse_qs(urlsplit(page.url).query)


def test_filters_and_places_are_chosen_by_keyboard_without_scripts(visit: Any) -> None:
    page = visit(javascript=False)
    page.goto("/suche/?q=Ausweis")
    everything = page.locator(".results-head strong").inner_text()
    _tab_to(page, page.get_by_role("link", name="Leistungen ("))
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert _asked(page)["kind"] == ["service"]
    assert page.locator(".results-head strong").inner_text() != everything
    _tab_to(page, page.locator(".filters summary"))
    page.keyboard.press("Enter")
    _tab_to(page, page.get_by_label("In der Nähe von"))
    page.keyboard.type("Neustadt")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert _asked(page)["kind"] == ["service"]
    chip = page.get_by_role("list", name="Gewählte Filter").get_by_role("link", name="2 km um Neustadt")
    expect(page.locator("[data-rank='1'] .hit__kind")).to_contain_text(re.compile(r"\d\sk?m\b"))
    _tab_to(page, chip)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert "near" not in _asked(page)
    assert _asked(page)["kind"] == ["service"]


def test_the_position_is_asked_for_rounded_and_not_shown(visit: Any) -> None:
    here = {"latitude": 50.000512, "longitude": 8.271149}
    page = visit(geolocation=here, permissions=["geolocation"])
    page.goto("/suche/?q=Ausweis")
    page.locator(".filters summary").click()
    with page.expect_navigation():
        page.get_by_role("button", name="Meinen Standort verwenden").click()
    assert _asked(page)["near"] == ["50.001, 8.271"]
    expect(page.get_by_role("list", name="Gewählte Filter")).to_contain_text("um den gewählten Standort")


def test_a_position_that_is_not_told_is_said(visit: Any) -> None:
    page = visit()
    page.goto("/suche/?q=Ausweis")
    page.locator(".filters summary").click()
    page.get_by_role("button", name="Meinen Standort verwenden").click()
    expect(page.locator(".filters__more [role=status]")).to_contain_text("Bitte geben Sie einen Ort ein")


def test_suggestions_stand_together_by_kind(visit: Any) -> None:
    page = visit()
    page.goto("/")
    page.locator("#site-search").press_sequentially("mü")
    expect(page.get_by_role("option").first).to_be_visible()
    kinds = page.locator("[role=option] small").all_inner_texts()
    assert len(set(kinds)) > 1
    changes = [kind for before, kind in zip([None, *kinds], kinds, strict=False) if kind != before]
    assert len(changes) == len(set(kinds))


def test_what_was_opened_is_accepted_by_the_log(visit: Any) -> None:
    page = visit(user_agent=AGENT)
    page.goto("/suche/?q=Sperrm%C3%BCll")
    with page.context.expect_page(), page.expect_response(lambda answer: answer.request.method == "POST") as told:
        page.locator(FIRST).click(modifiers=["Control"])
    assert told.value.status == 204


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize(
    "address", ["/suche/?q=Ausweis", "/suche/?q=Ausweis&kind=service&near=Neustadt", "/suche/?q=Quantenflug", "/en/search/?q=passport"]
)  # fmt: skip
def test_everybody_can_read_it(visit: Any, address: str, width: int, scheme: str) -> None:
    page = visit(width=width, color_scheme=scheme)
    page.goto(address)
    if page.locator(".filters").count():
        page.locator(".filters summary").click()
    found = Axe().run(page).response["violations"]
    assert [(item["id"], [node["html"] for node in item["nodes"]][:3]) for item in found] == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
