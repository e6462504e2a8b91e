"""The machine's package managers."""

import os
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from .console import Progress, say
from .errors import Unavailable
from .paths import is_root

POLICY = Path("/usr/sbin/policy-rc.d")
_updated = False


def cure(packages: Sequence[str], *, brew: str = "") -> str:
    """How a person gets these packages here."""
    if shutil.which("apt-get"):
        prefix = "" if is_root() else "sudo "
        return f"{prefix}apt-get install {' '.join(packages)}"
    if shutil.which("brew") and brew:
        return f"brew install {brew}"
    return f"install {' '.join(packages)} with this system's package manager"


def install(packages: Sequence[str], *, what: str) -> None:
    """Install Debian packages without starting the servers they bring.

    Raises Unavailable when that is impossible here.
    """
    if not shutil.which("apt-get"):
        raise Unavailable(f"{what} is not installed: {cure(packages)}.")
    if not is_root():
        raise Unavailable(f"{what} is not installed and only root may install it: {cure(packages)}.")
    say(f"{what}: not installed, taking {' '.join(packages)} from this machine's package manager")
    with _servers_stay_down():
        global _updated
        if not _updated:
            _apt("update", "-qq", what=what, tolerate=True)
            _updated = True
        _apt("install", "-y", "-qq", "--no-install-recommends", *packages, what=what)


def _apt(*arguments: str, what: str, tolerate: bool = False) -> None:
    progress = Progress(f"{what}: apt-get {arguments[0]}")
    command = ["apt-get", "-o", "DPkg::Lock::Timeout=300", "-o", "Dpkg::Use-Pty=0", *arguments]
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    with subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=environment, text=True
    ) as process:
        tail: list[str] = []
        for line in process.stdout or ():
            tail = [*tail[-9:], line.rstrip()]
            progress.tick()
    if process.returncode and not tolerate:
        raise Unavailable(f"{what}: {' '.join(command)} failed:\n  " + "\n  ".join(tail))
    progress.done(f"{what}: apt-get {arguments[0]}")


@contextmanager
def _servers_stay_down() -> Iterator[None]:
    """Debian starts servers right after installing them, on default ports; we start our own."""
    if POLICY.exists():
        yield
        return
    POLICY.write_text("#!/bin/sh\nexit 101\n", encoding="utf-8")
    POLICY.chmod(0o755)
    try:
        yield
    finally:
        POLICY.unlink(missing_ok=True)
