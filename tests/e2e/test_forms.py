"""An applicant fills in a form: on a telephone, by keyboard, with and without scripts."""

from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect


def is_accessible(page: Page) -> None:
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= page.viewport_size["width"], f"{width} px wide"


def test_a_message_is_sent_on_a_telephone(visit: Any) -> None:
    page = visit(width=375)
    page.goto("/formulare/kontakt/")
    is_accessible(page)
    page.get_by_role("button", name="Beginnen").click()
    is_accessible(page)
    page.get_by_role("button", name="Weiter", exact=True).click()
    expect(page.locator(".error-summary")).to_be_focused()
    is_accessible(page)
    page.get_by_role("link", name="Ihre Nachricht").click()
    expect(page.get_by_label("Ihre Nachricht")).to_be_focused()
    page.keyboard.type("Die Uhr am Rathaus geht vor.")
    page.get_by_role("group", name="Worum geht es?").get_by_role("radio").first.check()
    page.get_by_role("button", name="Weiter", exact=True).click()
    expect(page.get_by_text("Schritt 2 von 2")).to_be_visible()
    # A question appears at once, and what was chosen stays chosen and focused.
    page.get_by_role("radio").nth(1).check()
    expect(page.get_by_label("E-Mail-Adresse")).to_be_visible()
    expect(page.get_by_role("radio").nth(1)).to_be_checked()
    page.get_by_label("Ihr Name").fill("Erika Beispiel")
    page.get_by_label("E-Mail-Adresse").fill("erika@example.org")
    page.get_by_role("button", name="Weiter", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Prüfen und absenden")
    is_accessible(page)
    page.wait_for_timeout(3000)  # nobody sends a form within seconds
    page.get_by_role("button", name="Absenden").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("abgesendet", timeout=20_000)
    is_accessible(page)
    page.get_by_role("link", name="Stand ansehen").click()
    expect(page.locator("main")).to_contain_text("Eingegangen")


@pytest.mark.parametrize("width", [320, 1280])
def test_it_works_without_scripts_and_by_keyboard(visit: Any, width: int) -> None:
    page = visit(width=width, javascript=False)
    page.goto("/formulare/kontakt/")
    page.get_by_role("button", name="Beginnen").press("Enter")
    page.get_by_role("group", name="Worum geht es?").get_by_role("radio").first.press("Space")
    page.get_by_label("Ihre Nachricht").fill("Danke!")
    page.get_by_role("button", name="Weiter", exact=True).press("Enter")
    page.get_by_role("radio").nth(1).press("Space")
    page.get_by_role("button", name="Weiter", exact=True).press("Enter")
    expect(page.get_by_text("gibt es auf dieser Seite weitere Fragen")).to_be_visible()
    page.get_by_label("Ihr Name").fill("Erika Beispiel")
    page.get_by_label("E-Mail-Adresse").fill("erika@example.org")
    page.get_by_label("E-Mail-Adresse").press("Enter")  # as people do
    expect(page.get_by_role("heading", level=1)).to_have_text("Prüfen und absenden")
    page.wait_for_timeout(8000)
    page.get_by_role("button", name="Absenden").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("abgesendet")


def test_the_paper_form_is_accessible(visit: Any) -> None:
    page = visit(width=375)
    page.goto("/formulare/kontakt/papier/")
    expect(page.locator("main")).to_contain_text("Nur ausfüllen, wenn")
    is_accessible(page)
