"""Files of Maven Central, through the ordinary client, so that mirrors and proxies of the machine's settings apply."""

import hashlib
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from . import packages
from .console import Progress, say
from .errors import Unavailable


@dataclass(frozen=True)
class Artifact:
    """``name``: group:artifact:version; ``kind``: the ending of its file."""

    name: str
    kind: str
    sha256: str
    megabytes: int


def fetch(artifact: Artifact, repository: Path, *, what: str, otherwise: str) -> Path:
    """Return the fetched and checked file below ``repository``; ``otherwise``: what a person can do without it.

    Raises Unavailable, naming ``what`` is missing and the cure.
    """
    if not shutil.which("mvn"):
        try:
            packages.install(["maven"], what="Maven")
        except Unavailable as error:
            raise Unavailable(
                f"{what} is fetched with Maven, which is missing: "
                f"{packages.cure(['maven'], brew='maven')}; or {otherwise}. ({error})"
            ) from error
    say(f"{what}: fetching once, {artifact.megabytes} MB, by Maven ({artifact.name})")
    found = _download(artifact, repository, what, otherwise)
    verify(found, artifact, what=what)
    return found


def _download(artifact: Artifact, repository: Path, what: str, otherwise: str) -> Path:
    progress = Progress(f"{what}: fetching")
    command = [
        "mvn",
        "-q",
        "-B",
        "dependency:get",
        f"-Dmaven.repo.local={repository}",
        f"-Dartifact={artifact.name}:{artifact.kind}",
        "-Dtransitive=false",
    ]
    log = repository.with_suffix(".log")
    with (
        log.open("wb") as output,
        subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT) as maven,
    ):
        while True:
            try:
                maven.wait(timeout=1)
                break
            except subprocess.TimeoutExpired:
                progress.tick()
            except BaseException:
                maven.terminate()
                raise
    _group, name, version = artifact.name.split(":")
    files = sorted(repository.rglob(f"{name}-{version}.{artifact.kind}"))
    if maven.returncode or not files:
        tail = "\n  ".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-8:])
        raise Unavailable(
            f"{what}: Maven could not fetch {artifact.name}; check the connection, or {otherwise}.\n  {tail}"
        )
    progress.done(f"{what}: fetched")
    return files[0]


def verify(file: Path, artifact: Artifact, *, what: str) -> None:
    """Raise Unavailable unless ``file`` is what was looked at when this was written."""
    with file.open("rb") as content:
        found = hashlib.file_digest(content, "sha256").hexdigest()
    if found != artifact.sha256:
        raise Unavailable(
            f"{what}: the fetched file has the sha256 {found}, expected {artifact.sha256}; it is not used."
        )
