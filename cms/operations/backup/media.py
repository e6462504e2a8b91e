"""The media's half: every file of the default storage, local or not."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from django.core.files import File
from django.core.files.storage import FileSystemStorage, Storage
from django.utils.functional import LazyObject

from .errors import BackupError

STAGING = ".restore-"


def names(storage: Storage, folder: str = "") -> Iterator[str]:
    """Names of all files, folders in alphabetical order. What a broken restore left is not media."""
    try:
        folders, files = storage.listdir(folder)
    except FileNotFoundError:
        return
    for name in sorted(files):
        if name:  # object stores list a folder's own placeholder as an empty name
            yield f"{folder}/{name}" if folder else name
    for name in sorted(folders):
        if not folder and name.startswith(STAGING):
            continue
        yield from names(storage, f"{folder}/{name}" if folder else name)


def local_folder(storage: Storage) -> Path | None:
    """The folder of a local storage, None for an object store."""
    real = storage._wrapped if isinstance(storage, LazyObject) else storage
    return Path(real.location) if isinstance(real, FileSystemStorage) else None


def replaced(storage: Storage, source: Path, wanted: Sequence[str]) -> AbstractContextManager[None]:
    """Put the files of ``source`` in place of all media for the time of the block, for good if it succeeds."""
    folder = local_folder(storage)
    return _swapped(folder, source) if folder else _uploaded(storage, source, wanted)


@contextmanager
def _swapped(folder: Path, source: Path) -> Iterator[None]:
    """By renaming inside the folder, which may itself be a mount point and so cannot be renamed.

    ``source`` lies inside ``folder`` in the first place (see ``archive.unpack``), so nothing is copied.
    """
    old = source.parent / "old"
    old.mkdir()
    moved_out: list[str] = []
    moved_in: list[str] = []
    try:
        for entry in sorted(folder.iterdir()):
            if not entry.name.startswith(STAGING):
                entry.rename(old / entry.name)
                moved_out.append(entry.name)
        for entry in sorted(source.iterdir()):
            entry.rename(folder / entry.name)
            moved_in.append(entry.name)
        yield
    except BaseException:
        for name in moved_in:
            (folder / name).rename(source / name)
        for name in moved_out:
            (old / name).rename(folder / name)
        raise
    shutil.rmtree(old, ignore_errors=True)


@contextmanager
def _uploaded(storage: Storage, source: Path, wanted: Sequence[str]) -> Iterator[None]:
    """Object stores cannot rename: the database goes first, then the files; a second run completes a broken one."""
    before = set(names(storage))
    yield
    try:
        for name in wanted:
            storage.delete(name)
            with (source / name).open("rb") as content:
                stored = storage.save(name, File(content))
            if stored != name:
                raise OSError(f"the storage stored {name!r} as {stored!r}")
        for name in sorted(before - set(wanted)):
            storage.delete(name)
    except Exception as error:  # each store's client has its own errors; whatever it is, the media are half done
        raise BackupError(
            f"The database is restored, the media only in part ({error}); run the same restore again with --replace."
        ) from error
