"""The mail sink: takes every mail, delivers none, keeps each as an .eml file."""

import os
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

from . import probes
from .base import Launch, Service
from .errors import Unavailable
from .paths import Account, make_folder

ROOT = Path(__file__).resolve().parents[2]


@cache
def find_python() -> str | None:
    """A Python that has aiosmtpd: the project's own environment, else the one that runs us."""
    active = os.environ.get("VIRTUAL_ENV")
    candidates = [ROOT / ".venv/bin/python", *([Path(active, "bin/python")] if active else []), Path(sys.executable)]
    for python in candidates:
        if not python.exists():
            continue
        check = subprocess.run([python, "-c", "import aiosmtpd"], capture_output=True, check=False)
        if check.returncode == 0:
            return str(python)
    return None


class Mail(Service):
    name = "mail"
    title = "Mail sink"
    variable = "EMAIL_URL"
    default_port = 21025
    schemes = ("smtp", "smtps", "smtp+tls", "smtp+ssl", "submission")
    start_patience = 20
    stop_patience = 10

    @property
    def messages(self) -> Path:
        return self.folder / "messages"

    def installed(self) -> bool:
        return find_python() is not None

    def install(self) -> None:
        raise Unavailable(f"{self.title}: the Python package aiosmtpd is missing; run: make install")

    def installed_state(self) -> str:
        return f"installed ({find_python()})" if self.installed() else "aiosmtpd is missing: make install"

    def probe(self, url: str) -> str:
        return probes.smtp(url)

    def prepare(self, port: int) -> Launch:
        python = find_python()
        if python is None:
            raise Unavailable(f"{self.title}: {self.installed_state()}")
        make_folder(self.messages)
        return Launch(
            command=[python, str(Path(__file__).with_name("mail_sink.py")), str(port), str(self.messages)],
            account=Account("as I am"),  # tests read the files, and the environment may lie in a private home
            cwd=self.folder,
            url=f"smtp://127.0.0.1:{port}",
            environment={"PATH": os.environ.get("PATH", os.defpath), "HOME": os.environ.get("HOME", "/")},
        )

    def exports(self, url: str) -> dict[str, str]:
        own = url == self.record.get("url")
        return {self.variable: url, **({"MAIL_SINK_DIR": str(self.messages)} if own else {})}

    def end_own(self) -> bool:
        ended = super().end_own()
        shutil.rmtree(self.messages, ignore_errors=True)
        return ended
