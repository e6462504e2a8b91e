"""``manage.py smoke``: start the demo on a free port, fetch everything it advertises, stop, count."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from cms.operations.tour import tour_steps
from cms.plugins.registry import collect

START_LIMIT = 300  # seconds
#: Pages every installation has, with the status an anonymous visitor gets.
STANDARD = {"/": 200, "/en/": 200, "/robots.txt": 200, "/sitemap.xml": 200, "/health/live/": 200, "/health/ready/": 200,
            "/accounts/login/": 200, "/admin/": 200, "/api/schema/": 200, "/api/docs/": 200, "/gibt-es-nicht/": 404}  # fmt: skip


class Command(BaseCommand):
    """Fetch every page the demo advertises and every public page; exit non-zero on any error."""

    help = "Starts the demo on a free port and fetches every page it advertises."

    def handle(self, *args: Any, **options: Any) -> None:
        process = subprocess.Popen(
            [sys.executable, "manage.py", "demo", "--port", "0"],
            cwd=settings.BASE_DIR,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
        )
        try:
            address = self._wait_for_address(process)
            self._wait_until_it_answers(f"{address}/health/ready/")
            failures, count = self._fetch_all(address)
        finally:
            os.killpg(process.pid, signal.SIGINT)
            try:
                process.wait(timeout=30)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
        for failure in failures:
            self.stderr.write(failure)
        self.stdout.write(f"smoke: {count - len(failures)} passed, {len(failures)} failed")
        if failures:
            raise CommandError("The demo advertises pages that don't answer.")

    def _wait_for_address(self, process: Any) -> str:
        found: list[str] = []
        seen = threading.Event()

        def read() -> None:
            for line in process.stdout:
                self.stdout.write(f"  | {line.rstrip()}")
                match = re.search(r"Mogontia is at (http://[\d.:]+)/", line)
                if match:
                    found.append(match.group(1))
                if line.startswith("Stop with"):
                    seen.set()
            seen.set()

        threading.Thread(target=read, daemon=True).start()
        if not seen.wait(START_LIMIT) or not found:
            raise CommandError("The demo did not start.")
        return found[0]

    def _wait_until_it_answers(self, url: str) -> None:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            if self._status(url) == 200:
                return
            time.sleep(0.3)
        raise CommandError(f"{url} does not answer.")

    def _status(self, url: str) -> int:
        try:
            with urllib.request.urlopen(url, timeout=30) as response:  # noqa: S310  our own http address
                response.read()
                return int(response.status)
        except urllib.error.HTTPError as error:
            return error.code
        except OSError:
            return 0

    def _fetch_all(self, address: str) -> tuple[list[str], int]:
        expected = dict(STANDARD)
        for step in tour_steps():
            if not step.account:
                expected[step.url] = 200
        for _config, paths in collect("smoke"):
            expected |= dict.fromkeys(paths(), 200)
        failures = []
        for path, status in expected.items():
            got = self._status(address + path)
            if got != status:
                failures.append(f"{path}: {got} instead of {status}")
        return failures, len(expected)
