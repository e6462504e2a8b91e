"""The look in a browser: ten wishes on the first screen, narrow to wide, dark, print, from right to left, the second theme."""

from __future__ import annotations

import io
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page
from pypdf import PdfReader

SERVICE = "/leistungen/personalausweis-beantragen/"
PAGES = ["/", "/leistungen/", SERVICE, "/aemter/", "/standorte/", "/kultur-tourismus/", "/suche/?q=Ausweis",
         "/accounts/login/", "/bausteine/"]  # fmt: skip
SCREENS = {"phone": (375, 812), "desk": (1280, 800)}
#: What leaves the window sideways without standing in something that scrolls by itself.
OUTSIDE = """() => [...document.querySelectorAll('body *')].filter(element => {
  const box = element.getBoundingClientRect();
  if (!box.width || !element.checkVisibility({contentVisibilityAuto: true, visibilityProperty: true}) || element.closest('.visually-hidden, .skip-link, .table-scroll, pre, svg, [class*=picture]')) return false;
  return box.left < -1 || box.right > document.documentElement.clientWidth + 1;
}).map(element => element.tagName + '.' + element.className).slice(0, 5)"""
#: Links and buttons smaller than 24 by 24 px that don't stand in a sentence (WCAG 2.2, 2.5.8).
SMALL = """() => [...document.querySelectorAll('header a, header button, header summary, footer a, .home__first a, .sorts a, .button')]
  .map(element => [element, element.getBoundingClientRect()])
  .filter(([element, box]) => box.width && (box.height < 24 || box.width < 24))
  .map(([element, box]) => element.textContent.trim() + ' ' + Math.round(box.width) + 'x' + Math.round(box.height))"""


def tall(page: Page, screen: str) -> Page:
    width, height = SCREENS[screen]
    page.set_viewport_size({"width": width, "height": height})
    return page


@pytest.mark.parametrize("screen", SCREENS)
@pytest.mark.parametrize("javascript", [True, False])
def test_search_and_the_ten_most_frequent_wishes_are_on_the_first_screen(
    visit: Any, screen: str, javascript: bool
) -> None:
    page = tall(visit(javascript=javascript), screen)
    page.goto("/")
    wishes = page.locator(".home__wishes a")
    assert wishes.count() == 10
    for part in (
        page.locator("main").get_by_role("searchbox").or_(page.locator("main input[type=search]")).first,
        *wishes.all(),
    ):
        box = part.bounding_box()
        assert box is not None
        assert box["y"] >= 0
        assert box["y"] + box["height"] <= SCREENS[screen][1], part.inner_text()


@pytest.mark.parametrize("width", [320, 375, 768, 1280, 1920])
def test_nothing_leaves_the_window_in_either_direction_of_writing(visit: Any, width: int) -> None:
    page = visit(width=width)
    wrong = []
    for path in PAGES:
        page.goto(path)
        for direction in ("ltr", "rtl"):
            page.evaluate("direction => { document.documentElement.dir = direction }", direction)
            if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
                wrong.append(f"{path} {direction} scrolls sideways")
            wrong += [f"{path} {direction} {found}" for found in page.evaluate(OUTSIDE)]
    assert wrong == []


def test_icons_that_point_turn_with_the_direction_of_writing(visit: Any) -> None:
    page = visit(width=375)
    page.goto("/kultur-tourismus/")
    page.locator(".menu summary").click()
    arrow = page.locator(".menu__list .icon--flip").first
    assert arrow.evaluate("element => getComputedStyle(element).scale") == "none"
    page.evaluate("document.documentElement.dir = 'rtl'")
    assert arrow.evaluate("element => getComputedStyle(element).scale") == "-1 1"
    toggle, brand = page.locator(".menu__toggle").bounding_box(), page.locator(".brand").bounding_box()
    assert toggle["x"] < brand["x"]


@pytest.mark.parametrize(
    "options", [{"color_scheme": "dark"}, {"contrast": "more"}, {"forced_colors": "active"}], ids=str
)
def test_dark_more_contrast_and_forced_colours_have_no_findings(visit: Any, options: dict[str, str]) -> None:
    page = visit(**options)
    wrong = []
    for path in PAGES:
        page.goto(path)
        # In forced colours the reader's system paints; axe would judge colours that are not on the screen.
        rules = {"rules": {"color-contrast": {"enabled": "forced_colors" not in options}}}
        found = Axe().run(page, options=rules).response["violations"]
        wrong += [f"{path} {row['id']}: {row['nodes'][0]['html'][:100]}" for row in found]
    assert wrong == []


def test_the_readers_choice_of_dark_outlives_the_page(visit: Any) -> None:
    page = visit(color_scheme="light")
    page.goto("/")
    light = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.locator(".utility [data-mode-switch]").click()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") != light
    page.goto(SERVICE)
    assert page.evaluate("getComputedStyle(document.documentElement).colorScheme") == "dark"


@pytest.mark.parametrize("screen", SCREENS)
def test_what_is_pressed_is_large_enough(visit: Any, screen: str) -> None:
    page = tall(visit(), screen)
    page.goto("/")
    if screen == "phone":
        page.locator(".menu summary").click()
    assert page.evaluate(SMALL) == []


def test_the_menu_of_a_phone_needs_no_script_and_fills_the_width(visit: Any) -> None:
    page = visit(width=375, javascript=False)
    page.goto(SERVICE)
    panel = page.locator(".menu__panel")
    assert not panel.is_visible()
    page.locator(".menu summary").press("Enter")
    assert panel.bounding_box()["width"] > 300
    with page.expect_navigation():
        panel.get_by_role("link", name="Ämter").click()
    assert page.url.endswith("/aemter/")


def test_every_focus_can_be_seen(visit: Any) -> None:
    page = visit()
    page.goto("/")
    for _press in range(45):
        page.keyboard.press("Tab")
        seen = page.evaluate(
            """() => { for (let e = document.activeElement; e && e !== document.body; e = e.parentElement) {
              const style = getComputedStyle(e);
              if (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2) return true; } return false }"""
        )
        assert seen, page.evaluate("document.activeElement.outerHTML.slice(0, 200)")


def test_less_motion_means_none(visit: Any) -> None:
    page = visit(reduced_motion="reduce")
    page.goto("/")
    assert page.evaluate("getComputedStyle(document.documentElement).scrollBehavior") == "auto"
    times = page.evaluate(
        "[...document.querySelectorAll('a, .button, .card')].map(e => parseFloat(getComputedStyle(e).transitionDuration))"
    )
    assert max(times) <= 0.001


def test_on_paper_there_is_the_text_with_its_address_and_no_navigation(visit: Any) -> None:
    page = visit(color_scheme="dark")
    page.goto(SERVICE)
    reader = PdfReader(io.BytesIO(page.pdf(format="A4")))
    text = "\n".join(sheet.extract_text() for sheet in reader.pages)
    assert "Personalausweis beantragen" in text
    assert SERVICE in text.replace("\n", "")  # where it was printed from
    for word in ("Zum Inhalt springen", "Anmelden", "Leben in Mainz", "Hell oder dunkel"):
        assert word not in text
    page.emulate_media(media="print", color_scheme="dark")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert page.evaluate("getComputedStyle(document.querySelector('h1')).color") == "rgb(0, 0, 0)"
