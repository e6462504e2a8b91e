"""Folders outside the repository, and the accounts that servers run under."""

import os
import pwd
import stat
from dataclasses import dataclass
from pathlib import Path

from .errors import Unavailable


@dataclass(frozen=True)
class Account:
    """The unprivileged account of a server; ``None`` for both numbers means "as I am"."""

    name: str
    uid: int | None = None
    gid: int | None = None


def is_root() -> bool:
    return os.geteuid() == 0


def account_for(*names: str) -> Account:
    """The first existing account of ``names`` when we are root, else ourselves."""
    if not is_root():
        return Account(pwd.getpwuid(os.geteuid()).pw_name)
    for name in (*names, "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(name, entry.pw_uid, entry.pw_gid)
    raise Unavailable(
        "PostgreSQL and Elasticsearch refuse to run as root and there is no unprivileged account; "
        "add one, for example: useradd --system postgres"
    )


def reachable_by_others(path: Path) -> bool:
    """Whether an account that owns nothing here gets as far as ``path``."""
    for folder in (path, *path.parents):
        try:
            mode = folder.stat().st_mode
        except FileNotFoundError:
            continue  # we will create it, with a mode that is right
        except PermissionError:
            return False
        if not mode & stat.S_IXOTH:
            return False
    return True


def _private_fallback() -> Path:
    """A folder below /var/tmp that nobody else can have prepared for us."""
    folder = Path(f"/var/tmp/mogontia-{os.geteuid()}")
    try:
        folder.mkdir(mode=0o755)
    except FileExistsError:
        found = folder.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid():
            raise Unavailable(
                f"{folder} belongs to somebody else; set MOGONTIA_SERVICES_DIR and XDG_CACHE_HOME "
                "to folders of your own."
            ) from None
    return folder


def cache_folder() -> Path:
    """``${XDG_CACHE_HOME:-~/.cache}/mogontia``, or a place that unprivileged servers can reach."""
    base = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")
    folder = Path(base) / "mogontia"
    if is_root() and not reachable_by_others(folder):
        return _private_fallback()
    return folder


def services_folder(*, create: bool = True) -> Path:
    """Where data, logs, pids and the state file lie."""
    named = os.environ.get("MOGONTIA_SERVICES_DIR")
    folder = Path(named).expanduser().resolve() if named else cache_folder() / "services"
    if is_root() and not reachable_by_others(folder):
        raise Unavailable(
            f"{folder} cannot be reached by the unprivileged accounts that servers run under; "
            "set MOGONTIA_SERVICES_DIR to a folder whose parents everybody may enter."
        )
    if create:
        make_folder(folder)
    return folder


def make_folder(folder: Path, account: Account | None = None, mode: int = 0o755) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(mode)
    if account is not None and account.uid is not None and account.gid is not None:
        os.chown(folder, account.uid, account.gid)
    return folder


def give(path: Path, account: Account) -> None:
    """Hand a file or a whole folder to an account."""
    if account.uid is None or account.gid is None:
        return
    os.chown(path, account.uid, account.gid)
    if path.is_dir():
        for entry in path.rglob("*"):
            os.chown(entry, account.uid, account.gid, follow_symlinks=False)


def write_private(path: Path, text: str, account: Account | None = None) -> None:
    """Write a file that only its account can read, never readable for a moment in between."""
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
    if account is not None:
        give(path, account)
