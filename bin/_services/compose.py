"""Docker Compose as a source of servers, when an engine answers."""

import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

from .console import Progress
from .errors import Unavailable

FILE = Path(__file__).with_name("compose.yaml")
PROJECT = "mogontia-services"


def _run(command: Sequence[str], *, timeout: float, environment: Mapping[str, str] | None = None) -> tuple[int, str]:
    try:
        result = subprocess.run(
            list(command),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
            env={**os.environ, **(environment or {})},
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return 1, str(error)
    return result.returncode, (result.stdout + result.stderr).strip()


@cache
def available() -> bool:
    """Whether an engine answers and the client has the compose plugin."""
    if not shutil.which("docker"):
        return False
    if _run(["docker", "info", "--format", "{{.ServerVersion}}"], timeout=10)[0]:
        return False
    return _run(["docker", "compose", "version"], timeout=10)[0] == 0


def _compose(*arguments: str) -> list[str]:
    return ["docker", "compose", "--project-name", PROJECT, "--file", str(FILE), *arguments]


def up(service: str, environment: Mapping[str, str], *, title: str) -> None:
    progress = Progress(f"{title}: docker compose up (the first time fetches the image)")
    code, output = _run(_compose("up", "--detach", service), timeout=900, environment=environment)
    if code:
        raise Unavailable(f"{title}: docker compose up failed:\n  " + "\n  ".join(output.splitlines()[-10:]))
    progress.done(f"{title}: container started")


def runs(service: str) -> bool:
    code, output = _run(_compose("ps", "--status", "running", "--quiet", service), timeout=30)
    return code == 0 and bool(output)


def remove(service: str) -> bool:
    """Stop and remove the container with its anonymous volumes. True when there was one."""
    there = runs(service)
    code, output = _run(_compose("rm", "--stop", "--force", "--volumes", service), timeout=120)
    if code:
        raise Unavailable(f"docker compose rm {service} failed: {output}")
    return there
