"""The archive: a tar.gz of the database, the media files and, last, a manifest with their hashes.

The manifest comes last because it names what was really written; an archive that was cut off has none
and is refused.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tarfile
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from io import BytesIO
from pathlib import Path, PurePosixPath
from types import TracebackType
from typing import IO, Any, Self

from .errors import BackupError

FORMAT = 1
MANIFEST = "manifest.json"
MEDIA = "media/"
DATABASES = {"sqlite": "database.sqlite3", "postgresql": "database.pgdump"}
CHUNK = 1024 * 1024


@dataclass(frozen=True)
class Member:
    size: int
    sha256: str


@dataclass(kw_only=True)
class Manifest:
    """What the archive holds and where it comes from."""

    engine: str
    version: str
    created: str
    database_version: str = ""
    migrations: list[str] = field(default_factory=list)
    rows: dict[str, int] = field(default_factory=dict)
    files: dict[str, Member] = field(default_factory=dict)
    format: int = FORMAT

    @property
    def media(self) -> list[str]:
        return sorted(name.removeprefix(MEDIA) for name in self.files if name.startswith(MEDIA))

    def to_json(self) -> bytes:
        return json.dumps(asdict(self), indent=1, ensure_ascii=False).encode()

    @classmethod
    def from_json(cls, text: bytes) -> Manifest:
        try:
            found: dict[str, Any] = json.loads(text)
            if found.get("format") != FORMAT:
                raise BackupError(
                    f"The archive has the format {found.get('format')!r}; this version reads format {FORMAT}."
                )
            files = {name: Member(int(m["size"]), str(m["sha256"])) for name, m in found.pop("files").items()}
            manifest = cls(**found, files=files)
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise BackupError(f"The archive's manifest cannot be read: {error}") from error
        if manifest.engine not in DATABASES or DATABASES[manifest.engine] not in manifest.files:
            raise BackupError(f"The archive holds no database this version knows (engine {manifest.engine!r}).")
        return manifest


class Writer:
    """Adds files one after the other and keeps their hashes."""

    def __init__(self, bundle: tarfile.TarFile) -> None:
        self.bundle = bundle
        self.files: dict[str, Member] = {}

    def add(self, name: str, content: IO[bytes]) -> None:
        """Add what can be read from ``content``, whose length need not be known."""
        digest, size = hashlib.sha256(), 0
        with tempfile.SpooledTemporaryFile(max_size=8 * CHUNK) as spool:
            while chunk := content.read(CHUNK):
                digest.update(chunk)
                size += len(chunk)
                spool.write(chunk)
            spool.seek(0)
            self._add(name, spool, size)
        self.files[name] = Member(size, digest.hexdigest())

    def close(self, manifest: Manifest) -> None:
        manifest.files = self.files
        text = manifest.to_json()
        self._add(MANIFEST, BytesIO(text), len(text))

    def _add(self, name: str, content: IO[bytes], size: int) -> None:
        member = tarfile.TarInfo(name)
        member.size, member.mode = size, 0o600
        self.bundle.addfile(member, content)


@contextmanager
def writing(target: Path, *, overwrite: bool) -> Iterator[Writer]:
    """Write ``target`` as a whole or not at all. It holds personal data: only its owner may read it."""
    if target.exists() and not overwrite:
        raise BackupError(f"{target} exists already; name another file or say --overwrite.")
    draft = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise BackupError(f"{target} cannot be written: {error.strerror}.") from error
    try:
        with os.fdopen(descriptor, "wb") as file:
            with tarfile.open(fileobj=file, mode="w:gz", compresslevel=6) as bundle:
                yield Writer(bundle)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)


def checked_name(name: str) -> str:
    """The name of a member, if it is one that we write; anything else is refused."""
    path = PurePosixPath(name)
    harmless = (
        str(path) == name
        and not path.is_absolute()
        and ".." not in path.parts
        and not any(ord(character) < 32 or character == "\\" for character in name)
    )
    known = name == MANIFEST or name in DATABASES.values() or (name.startswith(MEDIA) and len(path.parts) > 1)
    if not (harmless and known):
        raise BackupError(f"The archive holds {name!r}, which does not belong there; it is refused.")
    return name


class Unpacked:
    """An archive in a temporary folder, every hash checked."""

    def __init__(self, folder: Path, manifest: Manifest) -> None:
        self.folder = folder
        self.manifest = manifest

    @property
    def database(self) -> Path:
        return self.folder / DATABASES[self.manifest.engine]

    @property
    def media(self) -> Path:
        return self.folder / MEDIA

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)


def unpack(source: Path, *, beside: Path | None, progress: Callable[[int], None]) -> Unpacked:
    """Unpack into a new folder below ``beside`` and check names, kinds and hashes of all members."""
    if not source.is_file():
        raise BackupError(f"{source} does not exist or is no file.")
    folder = Path(tempfile.mkdtemp(prefix=".restore-", dir=beside))
    try:
        found = _extract(source, folder, progress)
        (folder / MEDIA).mkdir(exist_ok=True)
        try:
            manifest = Manifest.from_json((folder / MANIFEST).read_bytes())
        except FileNotFoundError:
            raise BackupError("The archive has no manifest: it was cut off, or it is no dump.") from None
        found.pop(MANIFEST, None)
        _compare(found, manifest.files)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return Unpacked(folder, manifest)


def _extract(source: Path, folder: Path, progress: Callable[[int], None]) -> dict[str, Member]:
    found: dict[str, Member] = {}
    try:
        with tarfile.open(source, mode="r:gz") as bundle:
            for member in bundle:
                name = checked_name(member.name)
                if not member.isreg() or name in found:
                    raise BackupError(f"The archive holds {name!r} twice, or as something else than a file.")
                file = folder / name
                file.parent.mkdir(parents=True, exist_ok=True)
                content = bundle.extractfile(member)
                if content is None:
                    raise BackupError(f"The archive's member {name!r} cannot be read.")
                digest = hashlib.sha256()
                with file.open("xb") as copy:
                    while chunk := content.read(CHUNK):
                        digest.update(chunk)
                        copy.write(chunk)
                    found[name] = Member(copy.tell(), digest.hexdigest())
                progress(len(found))
    except (tarfile.TarError, EOFError, OSError) as error:
        # An OSError is a broken gzip stream, a full disk, or two names of which one is a folder of the other.
        raise BackupError(f"The archive cannot be unpacked: {error}") from error
    return found


def _compare(found: dict[str, Member], expected: dict[str, Member]) -> None:
    for name in sorted(found.keys() | expected.keys()):
        if name not in expected:
            raise BackupError(f"The archive holds {name!r}, of which its manifest knows nothing.")
        if name not in found:
            raise BackupError(f"The archive lacks {name!r}, which its manifest lists.")
        if found[name] != expected[name]:
            raise BackupError(f"{name!r} differs from what the manifest says; the archive is damaged.")
