"""veraPDF, the PDF Association's checker, for the tests of PDF/UA: nothing runs, it only has to be there."""

import os
import shutil
import subprocess
from pathlib import Path

from . import maven, packages
from .base import Service, Status
from .console import say
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


def find_verapdf() -> str | None:
    """Return the program: of the variable, of the machine, or the one we fetched."""
    named = os.environ.get("VERAPDF")
    if named:
        return shutil.which(named)
    return shutil.which("verapdf") or shutil.which(str(_folder() / "verapdf"))


def _folder() -> Path:
    return cache_folder() / f"verapdf-{ARTIFACT.name.rpartition(':')[2]}"


class VeraPdf(Service):
    name = "verapdf"
    title = "veraPDF"
    variable = "VERAPDF"

    def start(self) -> None:
        if not find_verapdf():
            if os.environ.get("VERAPDF"):
                raise Unavailable(f"VERAPDF is {os.environ['VERAPDF']}, which is no program; correct or unset it.")
            self._fetch()
        program = find_verapdf()
        if not program:
            raise Unavailable(f"{self.title}: fetched, but its program is not where it should be.")
        say(f"{self.title}: {self._version(program)} at {program}")

    def stop(self) -> None:
        """Each check ends by itself."""

    def status(self) -> Status:
        program = find_verapdf()
        if not program:
            return Status(self.name, False, "not fetched yet")
        return Status(self.name, True, f"installed ({program})", program)

    def _fetch(self) -> None:
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

    @staticmethod
    def _version(program: str) -> str:
        result = subprocess.run([program, "--version"], capture_output=True, text=True, check=False)
        return result.stdout.partition("\n")[0].strip() or "unknown version"
