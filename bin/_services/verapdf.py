"""veraPDF, the PDF Association's checker, for the tests of PDF/UA."""

import os
import shutil
from pathlib import Path

from . import maven, packages
from .base import Program
from .elasticsearch import find_java
from .errors import Unavailable
from .paths import cache_folder, make_folder

ARTIFACT = maven.Artifact(
    name="org.verapdf.apps:greenfield-apps:1.28.2",
    kind="jar",
    sha256="687d4d8bcfec48c9f7e931cf78ed061f1eeccfba55d4cdc000ba9b4d8aa46ce6",
    megabytes=10,
)
MAIN = "org.verapdf.apps.GreenfieldCliWrapper"
JAVA = 11


def _folder() -> Path:
    return cache_folder() / f"verapdf-{ARTIFACT.name.rpartition(':')[2]}"


class VeraPdf(Program):
    name = "verapdf"
    title = "veraPDF"
    variable = "VERAPDF"

    def find(self) -> str | None:
        if named := os.environ.get(self.variable):
            return shutil.which(named)
        return shutil.which("verapdf") or shutil.which(str(_folder() / "verapdf"))

    def missing(self) -> str:
        return "not fetched yet"

    def fetch(self) -> None:
        """Fetch the program and write what starts it. Interrupted: nothing remains in use."""
        java = find_java(JAVA)
        if java is None:
            packages.install(["default-jre-headless"], what="Java")
            java = find_java(JAVA)
        if java is None:
            raise Unavailable(f"{self.title} needs Java {JAVA} or newer: {packages.cure(['default-jre-headless'])}.")
        folder = _folder()
        work = make_folder(cache_folder()) / f"{folder.name}.fetching"
        shutil.rmtree(work, ignore_errors=True)
        work.mkdir()
        try:
            otherwise = "set VERAPDF to an installed one"
            fetched = maven.fetch(ARTIFACT, work / "maven", what=self.title, otherwise=otherwise)
            ready = work / "ready"
            ready.mkdir()
            fetched.rename(ready / "verapdf.jar")
            program = ready / "verapdf"
            program.write_text(f'#!/bin/sh\nexec "{java}/bin/java" -cp "{folder}/verapdf.jar" {MAIN} "$@"\n', "utf-8")
            program.chmod(0o755)
            shutil.rmtree(folder, ignore_errors=True)
            ready.rename(folder)
        finally:
            shutil.rmtree(work, ignore_errors=True)
