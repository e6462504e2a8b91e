"""The admin's screens work in a browser: no script fails, nothing is refused by the policy, nothing is missing."""

from __future__ import annotations

import re
from typing import Any

from playwright.sync_api import expect

from .conftest import sign_in

SCREENS = ["/admin/", "/admin/pages/", "/admin/snippets/services/service/", "/admin/images/", "/admin/documents/",
           "/admin/audiences/", "/admin/audiences/new/", "/admin/plugins/", "/admin/users/"]  # fmt: skip


def test_screens_have_no_errors_in_the_console(visit: Any, accounts: dict[str, dict[str, str]]) -> None:
    page = visit()
    errors: list[str] = []
    page.on("console", lambda line: errors.append(f"{page.url} {line.text}") if line.type == "error" else None)
    page.on("pageerror", lambda error: errors.append(f"{page.url} {error}"))
    sign_in(page, accounts["administrator"])
    for path in SCREENS:
        answer = page.goto(path)
        assert answer.status == 200, path
    page.goto("/admin/snippets/services/service/")
    page.get_by_role("link", name=re.compile("Bewohnerparkausweis beantragen")).first.click()
    page.wait_for_load_state("networkidle")
    assert errors == []


def test_the_body_of_a_page_can_be_edited(visit: Any, accounts: dict[str, dict[str, str]]) -> None:
    page = visit()
    errors: list[str] = []
    page.on("console", lambda line: errors.append(line.text) if line.type == "error" else None)
    sign_in(page, accounts["administrator"])
    page.goto("/admin/pages/4/edit/")
    stream = page.locator("[data-contentpath=body]")
    expect(stream).to_be_visible()
    expect(stream.locator("[data-streamfield-stream-container]").first).to_be_attached()
    expect(page.locator(".Draftail-Editor").first).to_be_attached()
    assert errors == []


def test_blocks_can_be_chosen_and_reports_filtered_on_a_phone(visit: Any, accounts: dict[str, dict[str, str]]) -> None:
    page = visit(width=375)
    sign_in(page, accounts["editor"])
    page.goto("/admin/pages/4/edit/")
    page.locator("[data-contentpath=body] .c-sf-add-button").first.click()
    box = page.locator(".w-combobox-container").bounding_box()
    previews = page.locator(".w-combobox__option-preview")
    expect(previews.first).to_be_visible()
    for preview in previews.all():
        place = preview.bounding_box()
        assert place["x"] + place["width"] <= box["x"] + box["width"]
    for report in ("reviews", "links", "findings", "visits"):
        page.goto(f"/admin/editing/{report}/")
        for field in page.locator(".care-filter select").all():
            place = field.bounding_box()
            assert place["x"] + place["width"] <= 375, report
