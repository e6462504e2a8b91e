"""Typing ahead, by keyboard."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import expect


def test_two_letters_with_an_umlaut_and_the_keyboard_lead_to_the_service(visit: Any) -> None:
    page = visit()
    page.goto("/")
    field = page.locator("#site-search")
    field.press_sequentially("spe")
    option = page.get_by_role("option").filter(has_text="Sperrmüll abholen lassen").first
    expect(option).to_be_visible()
    expect(field).to_have_attribute("aria-expanded", "true")
    field.press("ArrowDown")
    expect(page.locator("[role=option][aria-selected=true]")).to_have_count(1)
    field.press("Escape")
    expect(field).to_have_attribute("aria-expanded", "false")
    field.fill("")
    field.press_sequentially("mü")
    expect(page.get_by_role("option").first).to_be_visible()
    field.press("ArrowDown")
    with page.expect_navigation():
        field.press("Enter")
    assert "/suche/" not in page.url
    expect(page.locator("h1")).to_be_visible()
