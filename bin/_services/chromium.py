"""Chromium for the browser tests."""

import os
import shutil
from pathlib import Path

from . import packages
from .base import Program

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MAC = Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")


class Chromium(Program):
    name = "chromium"
    title = "Chromium"
    variable = "CHROMIUM"

    def find(self) -> str | None:
        if named := os.environ.get(self.variable):
            return shutil.which(named)
        found = next(filter(None, map(shutil.which, NAMES)), None)
        return found or (str(MAC) if MAC.exists() else None)

    def fetch(self) -> None:
        packages.install(["chromium"], what=self.title)

    def missing(self) -> str:
        return f"not installed: {packages.cure(['chromium'], brew='--cask chromium')}"
