"""Dump and restore of the whole installation."""

from __future__ import annotations

import tempfile
import tomllib
from collections.abc import Callable, Iterable
from pathlib import Path

from django.conf import settings
from django.core.cache import cache
from django.core.files.storage import Storage, default_storage
from django.db import connections
from django.db.migrations.loader import MigrationLoader
from django.utils import timezone

from . import archive, media
from .archive import MEDIA, Manifest
from .databases import Engine, engine_for
from .errors import BackupError

Report = Callable[[str], None]
EVERY = 500  # files between two lines of progress


def _silent(_line: str) -> None:
    """Nobody listens."""


def project_version() -> str:
    file = Path(settings.BASE_DIR) / "pyproject.toml"
    try:
        return str(tomllib.loads(file.read_text(encoding="utf-8"))["project"]["version"])
    except (OSError, KeyError, tomllib.TOMLDecodeError):
        return "unknown"


def dump(
    *,
    target: Path,
    overwrite: bool = False,
    engine: Engine | None = None,
    storage: Storage | None = None,
    report: Report = _silent,
) -> Manifest:
    """Write database and media into one archive while the site goes on.

    The database is copied first: every file it knows is then still to be read, and files uploaded
    meanwhile are only a surplus. Raises BackupError.
    """
    engine = engine or engine_for(connections["default"])
    storage = storage or default_storage
    with archive.writing(target, overwrite=overwrite) as writer, tempfile.TemporaryDirectory() as folder:
        report(f"database: copying ({engine.name})")
        copy = Path(folder, archive.DATABASES[engine.name])
        snapshot = engine.save(copy)
        with copy.open("rb") as content:
            writer.add(copy.name, content)
        report(f"database: {len(snapshot.rows)} tables, {sum(snapshot.rows.values())} rows")
        count = gone = 0
        for name in media.names(storage):
            try:
                with storage.open(name) as content:
                    writer.add(MEDIA + name, content)
            except FileNotFoundError:
                gone += 1  # deleted since it was listed
                continue
            count += 1
            if count % EVERY == 0:
                report(f"media: {count} files")
        report(f"media: {count} files" + (f", {gone} deleted meanwhile" if gone else ""))
        manifest = Manifest(
            engine=engine.name,
            version=project_version(),
            created=timezone.now().isoformat(timespec="seconds"),
            database_version=snapshot.version,
            migrations=list(snapshot.migrations),
            rows=dict(snapshot.rows),
        )
        writer.close(manifest)
    return manifest


def restore(
    *,
    source: Path,
    replace: bool = False,
    engine: Engine | None = None,
    storage: Storage | None = None,
    report: Report = _silent,
) -> Manifest:
    """Bring database and media back to what the archive holds.

    The whole archive is checked before anything is touched; when loading fails, database and local
    media are as they were. Raises BackupError.
    """
    engine = engine or engine_for(connections["default"])
    storage = storage or default_storage
    _refuse_to_overwrite(engine, storage, replace=replace)
    beside = media.local_folder(storage)
    if beside is not None:
        beside.mkdir(parents=True, exist_ok=True)

    def progress(count: int) -> None:
        if count % EVERY == 0:
            report(f"archive: {count} files checked")

    report("archive: unpacking and checking")
    with archive.unpack(source, beside=beside, progress=progress) as unpacked:
        manifest = unpacked.manifest
        if manifest.engine != engine.name:
            raise BackupError(f"The archive holds a {manifest.engine} database, DATABASE_URL names {engine.name}.")
        _refuse_newer(manifest.migrations, report)
        report(f"archive: {len(manifest.files)} files, written {manifest.created} by version {manifest.version}")
        with media.replaced(storage, unpacked.media, manifest.media):
            report("database: loading")
            engine.load(unpacked.database, manifest.rows)
            report(f"database: {len(manifest.rows)} tables, {sum(manifest.rows.values())} rows, counts compared")
        report(f"media: {len(manifest.media)} files")
    cache.clear()
    return manifest


def _refuse_to_overwrite(engine: Engine, storage: Storage, *, replace: bool) -> None:
    if replace:
        return
    found = []
    if tables := engine.tables():
        found.append(f"the database has {len(tables)} tables")
    if next(media.names(storage), None):
        found.append("there are media files")
    if found:
        raise BackupError(f"Nothing restored: {' and '.join(found)}. To replace them, say --replace.")


def _refuse_newer(migrations: Iterable[str], report: Report) -> None:
    """A database from a newer version would look right and fail later."""
    loader = MigrationLoader(None, load=False)
    loader.load_disk()
    on_disk = {f"{app}.{name}" for app, name in loader.disk_migrations}
    replaced = {f"{app}.{name}" for found in loader.disk_migrations.values() for app, name in found.replaces}
    apps = {name.partition(".")[0] for name in on_disk}
    unknown = [name for name in migrations if name not in on_disk | replaced]
    newer = [name for name in unknown if name.partition(".")[0] in apps]
    if newer:
        raise BackupError(
            f"The archive is from a newer version: this one does not know {', '.join(newer[:5])}. "
            "Restore with the version that wrote it."
        )
    if others := sorted({name.partition(".")[0] for name in unknown}):
        report(f"archive: also holds data of apps that are not switched on here: {', '.join(others)}")
