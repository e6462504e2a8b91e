"""The main path of each kind of user, in a browser."""

from __future__ import annotations

import re
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from .conftest import sign_in

PAGES = ["/", "/leistungen/", "/leistungen/personalausweis-beantragen/", "/leistungen/lebenslagen/", "/aemter/",
         "/aemter/buergeramt/", "/standorte/", "/suche/?q=personalausweis", "/bausteine/", "/kultur-tourismus/", "/en/", "/accounts/login/", "/gibt-es-nicht/"]  # fmt: skip


def test_citizen_finds_a_service_without_javascript(visit: Any) -> None:
    page = visit(width=375, javascript=False)
    page.goto("/")
    page.locator("input[name=q]").first.fill("Perso beantragen")
    with page.expect_navigation():
        page.locator("input[name=q]").first.press("Enter")
    page.get_by_role("link", name=re.compile("Personalausweis beantragen")).first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Personalausweis")
    expect(page.locator("main")).to_contain_text("€")
    expect(page.locator("main")).to_contain_text("Mitbringen")


def test_keyboard_reaches_the_content_first(visit: Any) -> None:
    page = visit()
    page.goto("/leistungen/")
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_attribute("href", "#content")
    page.keyboard.press("Enter")
    expect(page.locator("#content")).to_be_focused()


def test_staff_finds_what_the_public_must_not(visit: Any, accounts: dict[str, dict[str, str]]) -> None:
    public = visit()
    public.goto("/suche/?q=Dienstreise")
    expect(public.locator("main")).not_to_contain_text("Dienstreise beantragen")
    page = visit()
    sign_in(page, accounts["staff"])
    page.goto("/suche/?q=Dienstreise")
    expect(page.locator("main")).to_contain_text("Dienstreise beantragen")


def test_editor_changes_a_service_and_it_is_live(visit: Any, accounts: dict[str, dict[str, str]], city: str) -> None:
    page = visit()
    sign_in(page, accounts["editor"])
    page.goto("/admin/snippets/services/service/")
    page.get_by_role("link", name=re.compile("Bewohnerparkausweis beantragen")).first.click()
    field = page.locator("[name=text_de_summary]")
    field.fill("Prüfsatz aus der Browserprobe: So parken Sie vor der eigenen Tür.")
    with page.expect_navigation():
        page.locator("[name=action-publish]").first.evaluate("button => button.click()")
    public = visit()
    public.goto("/leistungen/bewohnerparkausweis-beantragen/")
    expect(public.locator("main")).to_contain_text("Prüfsatz aus der Browserprobe")
    public.goto("/suche/?q=Browserprobe")
    expect(public.locator("main")).to_contain_text("Bewohnerparkausweis beantragen")


@pytest.mark.parametrize("path", PAGES)
def test_page_has_no_axe_findings_and_no_sideways_scrolling(visit: Any, path: str) -> None:
    page = visit(width=375)
    page.goto(path)
    found = Axe().run(page).response["violations"]
    assert [f"{rule['id']}: {rule['nodes'][0]['html'][:200]}" for rule in found] == []
    page.set_viewport_size({"width": 320, "height": 900})
    assert page.evaluate("document.documentElement.scrollWidth") <= 321
    assert page.locator("h1").count() == 1
