"""The API as an integrator meets it in a browser."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import expect


def test_the_description_can_be_read_and_tried(visit: Any) -> None:
    page = visit()
    errors: list[str] = []
    page.on("console", lambda line: errors.append(line.text) if line.type == "error" else None)
    page.goto("/api/docs/")
    services = page.locator(".opblock", has_text="/api/v1/services/").first
    services.locator("button.opblock-summary-control").click()
    services.get_by_role("button", name="Try it out").click()
    services.get_by_role("button", name="Execute").click()
    expect(services.locator(".responses-table.live-responses-table")).to_contain_text('"kind": "service"')
    assert errors == []


def test_a_page_leads_to_its_own_data(visit: Any) -> None:
    page = visit()
    page.goto("/leistungen/personalausweis-beantragen/")
    page.get_by_text("Diese Seite als Daten").click()
    call = page.locator(".api-call code").inner_text()
    answer = page.request.get(call.removeprefix('curl "').removesuffix('"'))
    assert answer.json()["title"] == page.locator("h1").inner_text()
