"""Somebody without an account asks what is kept about them: found, handed out and erased, by keyboard alone."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from .conftest import sign_in

MAIL = "ida.mittelpunkt@mainz.example"  # has sent a form in the demo


def tab_to(page: Page, target: Any) -> None:
    """Press Tab until ``target`` has the focus."""
    for _step in range(150):
        if target.evaluate("one => one === document.activeElement"):
            return
        page.keyboard.press("Tab")
    expect(target).to_be_focused()


def test_a_person_gets_what_is_kept(visit: Any, accounts: Any, tmp_path: Path) -> None:
    page = visit()
    sign_in(page, accounts["administrator"])
    page.goto("/admin/personal-data/")
    tab_to(page, page.locator("[name=file_number]"))
    page.keyboard.type("DS-1/26")
    page.keyboard.press("Tab")
    page.keyboard.type(MAIL)
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_contain_text(MAIL)
    for _attempt in range(60):  # the worker may still be busy with what it found at the start
        if not page.locator("progress").count():
            break
        page.wait_for_timeout(1_000)
        page.reload()
    entries = page.locator("main li")
    expect(entries.filter(has_text="Gesendete Formulare")).to_have_count(1)
    assert [rule["id"] for rule in Axe().run(page, context="main").response["violations"]] == []

    sent = entries.filter(has_text="Gesendete Formulare")
    tab_to(page, sent.locator("input"))
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")  # what is kept opens
    expect(sent).to_contain_text("Mittelpunkt")
    tab_to(page, page.get_by_role("button", name="Als ZIP-Datei herausgeben"))
    with page.expect_download() as download:
        page.keyboard.press("Enter")
    download.value.save_as(tmp_path / "auskunft.zip")
    read = zipfile.ZipFile(tmp_path / "auskunft.zip").read("auskunft.html").decode()
    assert MAIL in read
    assert "Mittelpunkt" in read

    # The case is open: the office needs it. A mail that is out is needed by nobody.
    tab_to(page, page.get_by_role("button", name="Löschen …"))
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.locator("body")).to_contain_text("Davon lässt sich noch nichts löschen")
    mails = entries.filter(has_text="Mails")
    count = mails.count()
    mails.first.locator("input").check()
    with page.expect_navigation():
        page.get_by_role("button", name="Löschen …").press("Enter")
    assert [rule["id"] for rule in Axe().run(page, context="main").response["violations"]] == []
    with page.expect_navigation():
        page.get_by_role("button", name="Endgültig löschen").press("Enter")
    expect(page.locator("body")).to_contain_text("1 Eintrag gelöscht.")
    expect(mails).to_have_count(count - 1)
