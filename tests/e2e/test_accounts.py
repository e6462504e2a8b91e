"""Accounts in a browser: a passkey is set up and signs in; the pages have no findings and work on a phone."""

from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from .conftest import sign_in


@pytest.fixture
def phone_with_key(browser: Browser, city: str) -> Any:
    """A page whose browser has a key built in. Passkeys need a name, not a number: localhost."""
    context = browser.new_context(base_url=city.replace("127.0.0.1", "localhost"), locale="de-DE")
    page = context.new_page()
    devtools = context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
        "isUserVerified": True, "automaticPresenceSimulation": True,
    }  # fmt: skip
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    yield page
    context.close()


def test_a_passkey_is_set_up_and_signs_in(phone_with_key: Page, accounts: dict[str, dict[str, str]]) -> None:
    page, account = phone_with_key, accounts["extranet"]
    sign_in(page, account)
    page.goto("/accounts/second-factor/webauthn/add/")
    page.locator("input[name=password]").fill(account["password"])
    page.locator("main form button[type=submit]").first.click()
    page.locator("input[name=name]").fill("Mein Telefon")
    passwordless = page.locator("input[name=passwordless]")
    if passwordless.count():
        passwordless.check()
    page.locator("#mfa_webauthn_add").click()
    page.wait_for_url(lambda url: "/add/" not in url)
    page.goto("/accounts/second-factor/webauthn/")
    expect(page.get_by_text("Mein Telefon").first).to_be_visible()
    page.context.clear_cookies()
    page.goto("/accounts/login/")
    page.locator("#passkey_login").click()
    page.wait_for_url(lambda url: "/login/" not in url)
    page.goto("/accounts/")
    expect(page.locator("h1")).to_have_text("Mein Konto")
    expect(page.get_by_text(account["last_name"])).to_be_visible()


@pytest.mark.parametrize("width", [375, 1280])
def test_pages_of_accounts_have_no_findings(visit: Any, accounts: dict[str, dict[str, str]], width: int) -> None:
    page = visit(width=width)
    paths = ["/accounts/login/", "/accounts/signup/", "/accounts/login/code/", "/accounts/password/reset/"]
    for path in paths:
        check(page, path)
    sign_in(page, accounts["staff"])
    for path in (
        "/accounts/",
        "/accounts/second-factor/",
        "/accounts/sessions/",
        "/accounts/email/",
        "/accounts/notifications/",
    ):
        check(page, path)


def check(page: Page, path: str) -> None:
    """No axe finding, no sideways scrolling of the page."""
    page.goto(path)
    found = Axe().run(page, options={"resultTypes": ["violations"]})
    assert found.violations_count == 0, f"{path}: {found.generate_report()}"
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), path


def test_the_public_pages_of_accounts_work_without_scripts(visit: Any, accounts: dict[str, dict[str, str]]) -> None:
    page = visit(javascript=False)
    sign_in(page, accounts["staff"])
    page.goto("/accounts/")
    expect(page.locator("h1")).to_have_text("Mein Konto")
