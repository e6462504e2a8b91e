"""Which result was opened is told by the page without keeping the reader waiting, and without telling who it was."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import expect

#: A reader's: what a browser without a window calls itself counts as a machine.
AGENT = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
FIRST = ".hits [data-rank='1'] h2 a"


def test_opening_a_result_tells_its_place_and_opens_it(visit: Any) -> None:
    page = visit(user_agent=AGENT)
    page.goto("/suche/?q=Sperrm%C3%BCll")
    title = page.locator(FIRST).inner_text()
    with page.expect_request(lambda request: request.method == "POST", timeout=10_000) as told:
        page.locator(FIRST).click()
    sent = told.value.post_data or ""
    assert told.value.resource_type == "ping"
    assert 'name="rank"\r\n\r\n1\r\n' in sent
    assert 'name="token"' in sent
    expect(page.locator("h1")).to_contain_text(title)


def test_machines_get_nothing_to_tell(visit: Any) -> None:
    page = visit(user_agent="ExampleBot/1.0")
    page.goto("/suche/?q=Sperrm%C3%BCll")
    expect(page.locator(FIRST)).to_be_visible()
    expect(page.locator(".hits[data-log]")).to_have_count(0)


def test_without_scripts_results_open_all_the_same(visit: Any) -> None:
    page = visit(user_agent=AGENT, javascript=False)
    page.goto("/suche/?q=Sperrm%C3%BCll")
    title = page.locator(FIRST).inner_text()
    page.locator(FIRST).click()
    expect(page.locator("h1")).to_contain_text(title)
