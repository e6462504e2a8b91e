"""A front end of its own, from the API alone, says what the city's own pages say."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from difflib import unified_diff
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from .conftest import ROOT

#: Parts of the city's pages that are no content: selector -> why a front end of its own may lack it.
LEFT_OUT = {
    "form.helpful": "asks the reader something; the answer goes to the city's own site",
    "form[role=search]": "a form; the search has an address of its own in the API",
    "main svg": "drawings: the list beside a map and the table below a chart say the same",
    ".chart__legend": "tells the lines of a drawing apart, hidden from those who hear the page",
    "p.no-print": "leads to the print view of the city's theme",
}
PATHS = ["/", "/en/", "/leben-in-mainz/", "/leben-in-mainz/muell-und-sauberkeit/", "/seitenbausteine/",
         "/en/building-blocks/", "/leistungen/personalausweis-beantragen/", "/leistungen/sperrmuell/"]  # fmt: skip


@pytest.fixture(scope="module")
def front(city: str) -> Iterator[str]:
    """Start the example without site-packages and away from the project: neither can be imported. Give its address."""
    process = subprocess.Popen(
        [sys.executable, "-S", "-m", "headless.front", city, "--port", "0"],
        cwd=ROOT / "examples", stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    )  # fmt: skip
    try:
        assert process.stdout is not None
        match = re.search(r"http://[\d.:]+", process.stdout.readline())
        assert match
        yield match.group()
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=30)


@pytest.fixture
def tab(browser: Browser) -> Iterator[Page]:
    """An empty page without scripts of its own."""
    context = browser.new_context(locale="de-DE", viewport={"width": 1280, "height": 900})
    yield context.new_page()
    context.close()


def words(tab: Page, address: str) -> list[str]:
    """Return the words people see in the main part of a page."""
    answer = tab.goto(address)
    assert answer is not None
    assert answer.status == 200, address
    for selector in LEFT_OUT:
        tab.locator(selector).evaluate_all("found => found.forEach(one => one.remove())")
    return str(tab.locator("main").evaluate("main => main.innerText")).split()


@pytest.mark.parametrize("path", PATHS)
def test_it_says_the_same(tab: Page, city: str, front: str, path: str) -> None:
    own, other = words(tab, f"{city}{path}"), words(tab, f"{front}{path}")
    assert len(own) > 30
    assert list(unified_diff(own, other, "city", "front end", lineterm="")) == []


def test_its_links_stay_and_its_pictures_are_shown(tab: Page, city: str, front: str) -> None:
    problems: list[Any] = []
    tab.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
    tab.goto(f"{front}/seitenbausteine/")
    pictures = tab.locator("main img")
    assert pictures.count() > 2
    for number in range(pictures.count()):
        pictures.nth(number).scroll_into_view_if_needed()
        tab.wait_for_function("one => one.complete", arg=pictures.nth(number).element_handle())
        assert pictures.nth(number).evaluate("one => one.naturalWidth") > 0
    assert problems == []
    tab.get_by_role("link", name="Startseite").click()
    assert tab.url == f"{front}/"
    tab.get_by_role("link", name="English").click()
    assert tab.url == f"{front}/en/"
    tab.get_by_role("link", name="Living in Mainz").first.click()
    assert tab.url.startswith(front)


def test_what_is_missing_or_elsewhere_is_said(tab: Page, city: str, front: str) -> None:
    answer = tab.goto(f"{front}/gibt-es-nicht/")
    assert answer is not None
    assert answer.status == 404
    assert tab.get_by_role("heading", level=1).inner_text() == "Diese Seite gibt es hier nicht."
    tab.goto(f"{front}/aemter/buergerservice/")
    assert tab.url == f"{city}/aemter/buergerservice/"
    tab.goto(f"{front}/leben-in-mainz")
    assert tab.url == f"{front}/leben-in-mainz/"


def test_what_it_has_read_is_not_sent_again(city: str) -> None:
    program = (
        "import sys\nfrom urllib import request\nfrom headless import api\n"
        "statuses = []\nreal = api.urlopen\n"
        "def noted(*given, **named):\n"
        "    try:\n        answer = real(*given, **named)\n        statuses.append(answer.status)\n        return answer\n"
        "    except api.HTTPError as error:\n        statuses.append(error.code)\n        raise\n"
        "api.urlopen = noted\n"
        "asked = api.Api(sys.argv[1])\nfirst, second = asked.get('menus/'), asked.get('menus/')\n"
        "print(statuses, first == second)"
    )
    for _attempt in range(10):  # right after the start the worker still changes what is shown
        found = subprocess.run(
            [sys.executable, "-S", "-c", program, city],
            cwd=ROOT / "examples",
            capture_output=True,
            text=True,
            check=True,
        )
        if found.stdout.strip() == "[200, 304] True":
            return
        time.sleep(1)
    raise AssertionError(found.stdout)
