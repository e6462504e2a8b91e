"""``manage.py check_accessibility``: walk the site in a browser, check each page with axe-core, store what was found."""

from __future__ import annotations

import json
import os
import re
import shutil
from collections import Counter
from pathlib import Path
from typing import Any
from urllib.parse import urldefrag, urljoin, urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from cms.accessibility import services

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
#: The admin has its own tests; files are no pages; one of each kind of list is enough.
LEFT_OUT = re.compile(r"^/(admin|api|media|static|accounts/logout)/|\.(pdf|xml|ics|csv|rss|txt)$")
#: So many pages of one shape ("/leistungen/…/"), so that a large catalogue does not crowd out the rest.
OF_ONE_SHAPE = 5


class Command(BaseCommand):
    """Check the site, or read the results of another tool."""

    help = "Checks the pages of the running site with axe-core in a browser and stores what was found."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--base", default=settings.SITE_URL, help="address of the running site")
        parser.add_argument("--max", type=int, default=80, help="pages at most")
        parser.add_argument("--read", metavar="FILE", help="store results of axe-core (JSON) instead of checking")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            found = self._read(options["read"]) if options["read"] else self._check(options["base"], options["max"])
            run = services.keep_run(**found)
        except ValidationError as error:
            raise CommandError("; ".join(error.messages)) from error
        for rule, row in run.findings.items():
            self.stdout.write(f"{rule}: {row['help']} ({row['count']} pages, such as {row['pages'][0]})")
        self.stdout.write(f"{run.pages} pages checked with {run.tool}, {run.rules_failed} rules broken; stored")

    def _read(self, name: str) -> dict[str, Any]:
        try:
            return services.read_axe(json.loads(Path(name).read_text(encoding="utf-8")))
        except (OSError, ValueError) as error:
            raise CommandError(f"{name} can't be read as JSON: {error}") from error

    def _check(self, base: str, most: int) -> dict[str, Any]:
        try:
            from axe_playwright_python.sync_playwright import Axe
            from playwright.sync_api import Error, sync_playwright
        except ImportError as error:
            raise CommandError(
                "This needs the packages playwright and axe-playwright-python (make install-dev); without them hand in"
                " results of axe-core with --read FILE."
            ) from error
        browser_path = os.environ.get("CHROMIUM") or shutil.which("chromium")
        if not browser_path:
            raise CommandError("This needs Chromium on the path, or its place in CHROMIUM.")
        results: list[dict[str, Any]] = []
        # Django refuses its database inside playwright's event loop; everything is stored after it.
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=browser_path, args=FLAGS)
            page = browser.new_page(locale="de-DE", reduced_motion="reduce")
            waiting, seen, shapes = ["/"], {"/"}, Counter[str]()
            while waiting and len(results) < most:
                path = waiting.pop(0)
                try:
                    answer = page.goto(urljoin(base, path), wait_until="load", timeout=30_000)
                except Error as error:
                    if not results:
                        raise CommandError(f"{base} can't be opened: {error.message.splitlines()[0]}") from error
                    self.stderr.write(f"{path} can't be opened")
                    continue
                if answer is None or answer.status != 200 or "html" not in (answer.headers.get("content-type") or ""):
                    continue
                results.append({**Axe().run(page).response, "url": path})
                links = page.eval_on_selector_all("a[href]", "links => links.map(link => link.href)")
                for link in links:
                    target = urlsplit(urldefrag(link)[0])
                    shape = re.sub(r"[^/]+/?$", "*", target.path)
                    if target.netloc != urlsplit(base).netloc or target.query or target.path in seen:
                        continue
                    if LEFT_OUT.search(target.path) or shapes[shape] >= OF_ONE_SHAPE:
                        continue
                    shapes[shape] += 1
                    seen.add(target.path)
                    waiting.append(target.path)
            browser.close()
        if not results:
            raise CommandError(f"{base} shows no page that can be checked.")
        return services.read_axe(results)
