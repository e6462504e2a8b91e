"""A new editor builds a form by keyboard alone, with and without JavaScript; axe finds nothing.

``DOCS_PICTURES=docs/pictures`` makes it write the pictures of docs/forms.md there.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Error, Page, expect

from .conftest import sign_in

#: Rules that Wagtail's own frame breaks, or that look at its colours.
RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}
#: The preview shows what is chosen, or there is none.
PREVIEW_FOLLOWS = """() => {
    const frame = document.querySelector("#fb-frame[data-loaded]"), bar = document.getElementById("fb-bar")?.dataset;
    return !frame || !bar || frame.dataset.shown === `${bar.at} ${bar.revision}` && !frame.ariaBusy;
}"""


def picture(page: Page, name: str) -> None:
    """Write a picture for the documentation, when asked for."""
    if folder := os.environ.get("DOCS_PICTURES"):
        page.screenshot(path=Path(folder) / f"forms-{name}.png")


def settled(page: Page) -> None:
    """Wait until what was asked for has come and stands."""
    page.wait_for_load_state("load")
    expect(page.locator(".htmx-request, .htmx-swapping, .htmx-settling, .htmx-added")).to_have_count(0)
    page.wait_for_function(PREVIEW_FOLLOWS)


def axe(page: Page) -> None:
    """Find nothing in the builder. A choice may bring a new one a moment later, while axe looks: then it looks again."""
    for attempt in range(5):
        settled(page)
        try:
            found = Axe().run(page, context="#builder", options=RULES).response["violations"]
            break
        except Error:
            if attempt == 4:
                raise
            page.wait_for_timeout(300)
    assert not found, [(one["id"], [node["html"] for node in one["nodes"]][:3]) for one in found]


def press(page: Page, selector: str, key: str = "Enter") -> None:
    """Go to something by keyboard and press a key on it; what can't be focused fails."""
    settled(page)
    target = page.locator(selector).first
    target.focus()
    expect(target).to_be_focused()
    page.keyboard.press(key)


def begin(page: Page, accounts: Any) -> str:
    """Sign in, take a copy of the form for dogs, return its builder."""
    sign_in(page, accounts["editor"])
    page.goto("/admin/snippets/forms/form/?q=Hund+zur")
    address = page.locator('td a[href*="/build/"]').first.get_attribute("href")
    assert address
    page.goto(address.replace("/build/", "/versions/"))
    press(page, 'button[value="copy"]')
    page.wait_for_url("**/build/**")
    settled(page)
    return page.url


def test_a_form_is_built_by_keyboard(visit: Any, accounts: Any) -> None:
    page = visit()
    address = begin(page, accounts)
    axe(page)
    # A field behind the chosen one, named at once: the focus is where the work goes on.
    press(page, "#o-field-breed")
    expect(page.locator("#o-field-breed")).to_have_attribute("aria-current", "true")
    axe(page)
    picture(page, "builder")
    press(page, "#fb-picker-summary")
    picture(page, "picker")
    press(page, '#fb-picker button[value="yes_no"]')
    expect(page.locator("#p_label_de")).to_be_focused()
    page.keyboard.type("Ist der Hund kastriert?")
    page.keyboard.press("Tab")
    page.keyboard.type("Is the dog neutered?")
    page.keyboard.press("Tab")
    expect(page.locator("#fb-outline")).to_contain_text("Ist der Hund kastriert?")
    # The preview follows, keeps what was typed in it, and leads back to the question.
    preview = page.frame_locator("#fb-frame")
    expect(preview.locator("#step-fields")).to_contain_text("Ist der Hund kastriert?")
    preview.locator("input[type=text]").first.fill("Waldi")
    press(page, "#fb-down")
    expect(page.locator("#fb-status")).to_contain_text("verschoben")
    page.wait_for_timeout(1_000)
    expect(preview.locator("input[type=text]").first).to_have_value("Waldi")
    preview.get_by_text("Ist der Hund kastriert?").click()
    expect(preview.locator(".preview-chosen")).to_contain_text("Ist der Hund kastriert?")
    # Moved by the same button twice: the focus stays on it.
    press(page, "#fb-down")
    expect(page.locator("#fb-down")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#fb-status")).to_contain_text("verschoben")
    # Deleted, and brought back.
    press(page, "#fb-delete")
    expect(page.locator("#fb-outline")).not_to_contain_text("Ist der Hund kastriert?")
    press(page, "#fb-undo")
    expect(page.locator("#fb-outline")).to_contain_text("Ist der Hund kastriert?")
    # A rule: the inputs follow the choice.
    press(page, "#fb-add-rule")
    page.locator("#p_t0_field").select_option(label="Ist der Hund kastriert?")
    page.locator("#p_t0_value").select_option("yes")
    page.locator("#p_e0_do").select_option("show")
    page.locator("#p_e0_target").select_option(label="Chipnummer")
    axe(page)
    press(page, "#fb-save")
    expect(page.locator("#fb-panel")).not_to_contain_text("Nicht gespeichert")
    press(page, "#fb-view-rules")
    expect(page.locator("#fb-stage")).to_contain_text(
        "Wenn bei „Ist der Hund kastriert?“ „Ja“ steht, dann zeige „Chipnummer“."
    )
    axe(page)
    picture(page, "rules")
    press(page, "#fb-view-check")
    expect(page.locator("#fb-stage-title")).to_have_text("Prüfen")
    axe(page)
    # A field that nobody ever sees: named, and replayed where a filling shows it.
    page.goto(f"{address.split('?')[0]}?at=rule:r1")
    settled(page)
    press(page, "#fb-more-tests")
    page.locator("#p_t1_field").select_option(label="Rasse")
    page.locator("#p_t1_value").select_option("terrier")
    press(page, "#fb-save")
    press(page, "#fb-view-check")
    expect(page.locator(".fb-findings li").first).to_be_visible()
    axe(page)
    picture(page, "check")
    page.set_viewport_size({"width": 375, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= 375


def test_everything_works_without_javascript(visit: Any, accounts: Any) -> None:
    # As wide as a desk: without JavaScript Wagtail's own menu lies over the page on a phone.
    page = visit(javascript=False)
    begin(page, accounts)
    page.locator("#o-field-breed").click()
    page.locator("#p_label_de").fill("Hunderasse")
    page.locator("#fb-save").click()
    expect(page.locator("#fb-outline")).to_contain_text("Hunderasse")
    page.locator("#fb-up").click()
    page.locator("#fb-undo").click()
    page.locator("#fb-undo").click()
    expect(page.locator("#fb-outline")).not_to_contain_text("Hunderasse")
    page.locator("#fb-add-rule").click()
    page.locator("#p_t0_field").select_option("relief")
    page.locator("#p_e0_do").select_option("show")
    page.locator("#fb-again").click()
    page.locator("#p_t0_value").select_option("shelter")
    page.locator("#p_e0_target").select_option("shelter_paper")
    page.locator("#fb-save").click()
    expect(page.locator("#fb-panel")).not_to_contain_text("Nicht gespeichert")


def test_what_a_draft_changes_is_read_before_it_is_published(visit: Any, accounts: Any) -> None:
    page = visit()
    sign_in(page, accounts["editor"])
    page.goto("/admin/snippets/forms/form/?q=Hund+zur")
    address = page.locator('td a[href*="/build/"]').first.get_attribute("href")
    page.goto(f"{address}?at=field:breed")
    settled(page)
    page.locator("#p_label_de").fill("Hunderasse")
    press(page, "#fb-save")
    expect(page.locator("#fb-outline")).to_contain_text("Hunderasse")
    page.get_by_role("link", name="Fassungen und Veröffentlichen").press("Enter")
    expect(page.locator(".fb-version").first).to_contain_text("Entwurf")
    expect(page.locator(".fb-changes")).to_contain_text("Hunderasse")
    expect(page.get_by_role("button", name="Veröffentlichen", exact=True)).to_be_visible()
    picture(page, "versions")
    page.goto(str(address))
    press(page, "#fb-undo")
    expect(page.locator("#fb-outline")).not_to_contain_text("Hunderasse")
