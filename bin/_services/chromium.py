"""Chromium for the browser tests: nothing runs, it only has to be there."""

import os
import shutil
import subprocess
from pathlib import Path

from . import packages
from .base import Service, Status
from .console import say
from .errors import Unavailable

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MAC = Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")


def find_chromium() -> str | None:
    named = os.environ.get("CHROMIUM")
    if named:
        return shutil.which(named)
    found = next(filter(None, map(shutil.which, NAMES)), None)
    return found or (str(MAC) if MAC.exists() else None)


class Chromium(Service):
    name = "chromium"
    title = "Chromium"
    variable = "CHROMIUM"

    def start(self) -> None:
        if not find_chromium():
            if os.environ.get("CHROMIUM"):
                raise Unavailable(f"CHROMIUM is {os.environ['CHROMIUM']}, which is no program; correct or unset it.")
            packages.install(["chromium"], what=self.title)
        program = find_chromium()
        if not program:
            raise Unavailable(f"Chromium is not installed: {packages.cure(['chromium'], brew='--cask chromium')}.")
        say(f"Chromium: {self._version(program)} at {program}")

    def stop(self) -> None:
        """Browser tests end their own browsers."""

    def status(self) -> Status:
        program = find_chromium()
        if not program:
            return Status(self.name, False, f"not installed: {packages.cure(['chromium'])}")
        return Status(self.name, True, f"installed {self._version(program)} ({program})", program)

    @staticmethod
    def _version(program: str) -> str:
        result = subprocess.run([program, "--version"], capture_output=True, text=True, check=False)
        return result.stdout.strip() or "unknown version"
