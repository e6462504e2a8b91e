"""The demo city as its users meet it: the real command, an embedded database, a real browser."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"]  # fmt: skip


@pytest.fixture(scope="session")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Start ``manage.py demo`` on a free port with a fresh database; give its address."""
    folder = tmp_path_factory.mktemp("city")
    env = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "cms.settings.development",
        "DATABASE_URL": f"sqlite:///{folder}/city.sqlite3",
        "MEDIA_ROOT": str(folder / "media"),
        "REDIS_URL": "",
        "PYTHONUNBUFFERED": "1",
    }
    process = subprocess.Popen(
        [sys.executable, "manage.py", "demo", "--port", "0"],
        cwd=ROOT, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True,
    )  # fmt: skip
    try:
        yield _address(process)
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(timeout=60)  # the demo itself gives server and worker 20 seconds each


def _address(process: subprocess.Popen[str]) -> str:
    """Read the demo's greeting until it names its address, and wait until it answers there."""
    seen: list[str] = []
    address = ""
    assert process.stdout is not None
    for line in process.stdout:
        seen.append(line)
        if match := re.search(r"Mogontia is at (http://[\d.:]+)/", line):
            address = match.group(1)
        if line.startswith("Stop with"):
            break
    assert address, "".join(seen[-40:])
    # Somebody must go on reading, or the demo stops when the pipe is full.
    threading.Thread(target=process.stdout.read, daemon=True).start()
    _wait(address)
    return address


def _wait(address: str) -> None:
    import time
    import urllib.request

    for _attempt in range(200):
        try:
            with urllib.request.urlopen(f"{address}/health/ready/", timeout=20) as answer:
                if answer.status == 200:
                    return
        except OSError:  # refused, reset or too slow while the workers start
            time.sleep(0.2)
    raise AssertionError("the demo does not answer")


@pytest.fixture(scope="session")
def accounts() -> dict[str, dict[str, str]]:
    """The demo accounts by role."""
    data = yaml.safe_load((ROOT / "fixtures" / "accounts.yaml").read_text(encoding="utf-8"))
    return {row["role"]: row for row in data["accounts"]}


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Headless Chromium."""
    path = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if not path:
        pytest.skip("no Chromium: bin/services start chromium")
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield found
        found.close()


@pytest.fixture
def visit(browser: Browser, city: str) -> Iterator[Any]:
    """Open a page: ``visit(width=375, javascript=False)``; console errors and foreign requests fail the test."""
    contexts, problems = [], []

    def open_page(*, width: int = 1280, javascript: bool = True, **options: Any) -> Page:
        context = browser.new_context(
            base_url=city,
            locale="de-DE",
            viewport={"width": width, "height": 900},
            java_script_enabled=javascript,
            **options,
        )
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on(
            "request",
            lambda request: None if request.url.startswith((city, "data:", "blob:")) else problems.append(request.url),
        )
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert not [text for text in problems if "404" not in text], problems


def sign_in(page: Page, account: dict[str, str]) -> None:
    """Sign in through the form."""
    page.goto("/accounts/login/")
    page.locator("input[name=login]").fill(account["username"])
    page.locator("input[name=password]").fill(account["password"])
    with page.expect_navigation():
        page.locator("input[name=password]").press("Enter")
