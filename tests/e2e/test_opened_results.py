"""Which result was opened is told by the page without keeping the reader waiting, and without telling who it was."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import expect


def test_opening_a_result_tells_its_place_and_opens_it(visit: Any) -> None:
    page = visit()
    page.goto("/suche/?q=Sperrm%C3%BCll")
    link = page.locator(".hits [data-rank='1'] a").first
    title = link.inner_text()
    with page.expect_request("**/suche/*/", timeout=5_000) as told:
        link.click()
    request = told.value
    assert request.method == "POST"
    assert request.post_data is not None
    assert 'name="rank"' in request.post_data
    assert 'name="token"' in request.post_data
    response = request.response()
    assert response is None or response.status == 204  # a beacon's answer may come after the page has gone
    expect(page.locator("h1")).to_contain_text(title)


def test_without_scripts_results_open_all_the_same(visit: Any, browser: Any) -> None:
    page = visit()
    page.goto("/suche/?q=Sperrm%C3%BCll")
    plain = browser.new_context(java_script_enabled=False).new_page()
    plain.goto(page.url)
    title = plain.locator(".hits [data-rank='1'] a").first.inner_text()
    plain.locator(".hits [data-rank='1'] a").first.click()
    expect(plain.locator("h1")).to_contain_text(title)
    plain.context.close()
