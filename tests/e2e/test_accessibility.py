"""The site is usable by everybody: axe for each kind of reader, keyboard alone, 400 % zoom, no motion, forced colours, names."""

from __future__ import annotations

import re
import urllib.request
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from .conftest import sign_in

#: What the sitemap does not name.
ALSO = ["/suche/?q=Ausweis", "/suche/?q=xqzv", "/accounts/login/", "/gibt-es-nicht/", "/barriere-melden/", "/barrierefreiheit/",
        "/leistungen/personalausweis-beantragen/druck/", "/en/"]  # fmt: skip
OF_STAFF = ["/", "/intranet/", "/suche/?q=Dienstreise", "/suche/vergleich/?q=Dienstreise", "/accounts/"]
OF_CITIZENS = ["/", "/accounts/", "/accounts/password/change/", "/accounts/2fa/", "/accounts/email/"]
OF_EDITORS = ["/admin/", "/admin/snippets/notices/notice/", "/admin/snippets/notices/notice/add/", "/admin/barrier-reports/",
              "/admin/barrier-reports/edit/1/", "/admin/accessibility-checks/", "/admin/accessibility-checks/upload/",
              "/admin/images/"]  # fmt: skip
OF_EMERGENCIES = ["/admin/emergency/"]
OF_ADMINISTRATORS = [
    "/admin/personal-data/",
    "/admin/forms/hand-overs/",
    "/admin/forms/deletions/",
    "/admin/forms/gaps/",
]
NAMED = {"button", "link", "textbox", "searchbox", "combobox", "checkbox", "radio", "navigation", "region", "img"}


@pytest.fixture(scope="session")
def public_pages(city: str) -> list[str]:
    """One page of each shape that the sitemap names, and what it does not name."""
    found: dict[str, str] = {}
    waiting = ["/sitemap.xml"]
    while waiting:
        with urllib.request.urlopen(city + waiting.pop()) as answer:
            for address in re.findall(r"<loc>https?://[^/]+(/[^<]*)</loc>", answer.read().decode()):
                if address.endswith(".xml"):
                    waiting.append(address)
                else:
                    parts = address.strip("/").split("/")
                    found.setdefault(f"{parts[0]} {len(parts)}", address)
    return [*list(found.values())[:40], *ALSO]


def findings(page: Page, path: str, context: Any = None) -> list[str]:
    """Return what axe finds on ``path``."""
    page.goto(path, wait_until="load")
    found = Axe().run(page, context=context).response["violations"]
    return [f"{path} {row['id']}: {row['nodes'][0]['html'][:120]}" for row in found]


def test_visitors_meet_no_findings_and_nothing_scrolls_sideways_at_400_percent(
    visit: Any, public_pages: list[str]
) -> None:
    page = visit(width=320)
    wrong = []
    for path in public_pages:
        wrong += findings(page, path)
        if page.evaluate("document.documentElement.scrollWidth") > 320:
            wrong.append(f"{path} scrolls sideways")
    assert len(public_pages) > 20
    assert wrong == []


@pytest.mark.parametrize(
    ("role", "paths"),
    [("extranet", OF_CITIZENS), ("staff", OF_STAFF), ("agent", OF_STAFF)],
    ids=["citizen", "staff", "agent"],
)
def test_people_signed_in_meet_no_findings(visit: Any, accounts: Any, role: str, paths: list[str]) -> None:
    page = visit()
    sign_in(page, accounts[role])
    assert [line for path in paths for line in findings(page, path)] == []


@pytest.mark.parametrize(
    ("role", "paths"), [("editor", OF_EDITORS), ("emergency", OF_EMERGENCIES), ("administrator", OF_ADMINISTRATORS)]
)
def test_our_screens_in_the_admin_have_no_findings(visit: Any, accounts: Any, role: str, paths: list[str]) -> None:
    page = visit()
    sign_in(page, accounts[role])
    assert [line for path in paths for line in findings(page, path, "main")] == []


def test_a_barrier_is_reported_by_keyboard_alone(visit: Any) -> None:
    page = visit()
    page.goto("/leistungen/")
    link = page.get_by_role("contentinfo").get_by_role("link", name="Barriere melden")
    for _step in range(600):
        page.keyboard.press("Tab")
        if link.evaluate("link => link === document.activeElement"):
            break
    expect(link).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Barriere melden")
    expect(page.get_by_label(re.compile("Auf welcher Seite"))).to_have_value("/leistungen/")
    text = page.get_by_label("Was konnten Sie nicht nutzen, und was ist passiert?")
    for _step in range(60):
        page.keyboard.press("Tab")
        if text.evaluate("field => field === document.activeElement"):
            break
    page.keyboard.type("Der Knopf zum Sortieren hat keinen sichtbaren Fokus.")
    page.wait_for_timeout(3_100)  # nobody is that quick, and the form knows
    for _step in range(6):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.type") == "submit":
            break
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Vielen Dank")
    expect(page.locator("main")).to_contain_text(re.compile("B-[A-Z2-9]{8}"))


def test_the_focus_is_always_to_be_seen(visit: Any) -> None:
    page = visit()
    page.goto("/")
    seen = 0
    for _step in range(40):
        page.keyboard.press("Tab")
        # A card or the search's row shows it for the field or link inside.
        look = page.evaluate(
            """() => { let place = document.activeElement, name = place.tagName;
                       for (; place && getComputedStyle(place).outlineStyle === 'none'; place = place.parentElement);
                       const style = place && getComputedStyle(place);
                       return [name, style ? parseFloat(style.outlineWidth) : 0]; }"""
        )
        if look[0] == "BODY":
            break
        assert look[1] >= 2, look
        seen += 1
    assert seen > 20


def test_nothing_moves_for_those_who_asked_for_rest(visit: Any) -> None:
    page = visit(reduced_motion="reduce")
    for path in ("/", "/leistungen/personalausweis-beantragen/", "/suche/?q=Ausweis"):
        page.goto(path)
        moving = page.evaluate(
            """() => [...document.querySelectorAll('*')].filter(element => {
                const style = getComputedStyle(element);
                const seconds = text => Math.max(...text.split(',').map(parseFloat));
                return seconds(style.transitionDuration) > 0.01
                    || (style.animationName !== 'none' && seconds(style.animationDuration) > 0.01);
            }).map(element => element.outerHTML.slice(0, 100))"""
        )
        assert moving == [], path
        assert page.evaluate("getComputedStyle(document.documentElement).scrollBehavior") == "auto", path


def test_forced_colours_keep_buttons_notices_and_focus(visit: Any) -> None:
    page = visit(forced_colors="active")
    page.goto("/")
    assert page.evaluate("matchMedia('(forced-colors: active)').matches")
    for selector in (".notice", "main button[type=submit]"):
        look = page.locator(selector).first.evaluate(
            "element => { const style = getComputedStyle(element); return [style.borderTopStyle, style.borderTopWidth]; }"
        )
        assert look[0] != "none", selector
        assert look[1] != "0px", selector
    page.keyboard.press("Tab")
    style, width = page.evaluate(
        "() => { const style = getComputedStyle(document.activeElement); return [style.outlineStyle, style.outlineWidth]; }"
    )
    assert style != "none"
    assert width != "0px"


def test_screen_readers_hear_a_name_for_everything(visit: Any) -> None:
    page = visit()
    session = page.context.new_cdp_session(page)
    for path in ("/", "/suche/?q=Ausweis", "/leistungen/personalausweis-beantragen/", "/barriere-melden/"):
        page.goto(path)
        nodes = session.send("Accessibility.getFullAXTree")["nodes"]
        named = [node for node in nodes if not node["ignored"] and node.get("role", {}).get("value") in NAMED]
        assert len(named) > 10, path
        nameless = [node["role"]["value"] for node in named if not node.get("name", {}).get("value", "").strip()]
        assert nameless == [], path
        for role in ("banner", "main", "contentinfo"):
            expect(page.get_by_role(role)).to_have_count(1)
        expect(page.get_by_role("heading", level=1)).to_have_count(1)


def test_notices_are_a_region_and_alarm_nobody_on_load(visit: Any) -> None:
    page = visit()
    page.goto("/")
    expect(page.get_by_role("region", name="Aktuelle Hinweise")).to_contain_text("Information: Rheinuferfest")
    assert page.get_by_role("alert").count() == 0
