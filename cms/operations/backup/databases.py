"""The database's half: SQLite by its backup API, PostgreSQL by pg_dump and pg_restore."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from django.db import DatabaseError
from django.db.backends.base.base import BaseDatabaseWrapper

from .errors import BackupError

LIVE_TABLES = """
    SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND n.nspname = 'public' ORDER BY 1
"""


@dataclass(frozen=True)
class Snapshot:
    """What was true at the one moment that the copy shows."""

    rows: Mapping[str, int]
    migrations: Sequence[str]
    version: str


class Engine(Protocol):
    name: str

    def tables(self) -> list[str]:
        """The tables there are now."""

    def save(self, target: Path) -> Snapshot:
        """Copy the database into ``target`` while the site goes on."""

    def load(self, source: Path, rows: Mapping[str, int]) -> None:
        """Replace the database by the copy and check the row counts; all of it or nothing."""


def engine_for(connection: BaseDatabaseWrapper) -> Engine:
    if connection.vendor == "sqlite":
        return SQLite(connection)
    if connection.vendor == "postgresql":
        return PostgreSQL(connection)
    raise BackupError(f"Dump and restore know SQLite and PostgreSQL, not {connection.vendor}.")


class SQLite:
    name = "sqlite"

    def __init__(self, connection: BaseDatabaseWrapper) -> None:
        self.connection = connection
        self.path = Path(connection.settings_dict["NAME"])

    def tables(self) -> list[str]:
        if not self.path.exists():
            return []
        with closing(self._open(self.path)) as database:
            return _sqlite_tables(database)

    def save(self, target: Path) -> Snapshot:
        if not self.path.is_file():
            raise BackupError(f"There is no database at {self.path}.")
        with closing(self._open(self.path)) as live, closing(sqlite3.connect(target)) as copy:
            live.backup(copy, pages=4096, sleep=0.02)
            # Without a write-ahead log beside it the copy is one file, complete in itself.
            copy.execute("PRAGMA journal_mode=DELETE")
            self._check(copy)
            return Snapshot(_sqlite_rows(copy), _sqlite_migrations(copy), sqlite3.sqlite_version)

    def load(self, source: Path, rows: Mapping[str, int]) -> None:
        with closing(sqlite3.connect(source)) as copy:
            try:
                self._check(copy)
            except sqlite3.DatabaseError as error:
                raise BackupError(f"The database in the archive is damaged: {error}") from error
            _compare_rows(_sqlite_rows(copy), rows)
            self.connection.close()
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with closing(sqlite3.connect(self.path, timeout=30)) as live:
                try:
                    # One write transaction of SQLite's: who reads meanwhile sees the old or the new state.
                    copy.backup(live, pages=-1)
                    live.execute("PRAGMA journal_mode=WAL")
                except sqlite3.OperationalError as error:
                    raise BackupError(
                        f"The database is in use ({error}); stop the site and the worker, then try again."
                    ) from error

    @staticmethod
    def _open(path: Path) -> sqlite3.Connection:
        return sqlite3.connect(path, timeout=30)

    @staticmethod
    def _check(database: sqlite3.Connection) -> None:
        found = database.execute("PRAGMA integrity_check").fetchone()[0]
        if found != "ok":
            raise BackupError(f"The database is damaged: {found}")


def _sqlite_tables(database: sqlite3.Connection) -> list[str]:
    found = database.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
    return sorted(name for (name,) in found)


def _sqlite_rows(database: sqlite3.Connection) -> dict[str, int]:
    counts = {}
    for name in _sqlite_tables(database):
        quoted = name.replace('"', '""')
        counts[name] = database.execute(f'SELECT count(*) FROM "{quoted}"').fetchone()[0]
    return counts


def _sqlite_migrations(database: sqlite3.Connection) -> list[str]:
    if "django_migrations" not in _sqlite_tables(database):
        return []
    return [f"{app}.{name}" for app, name in database.execute("SELECT app, name FROM django_migrations ORDER BY 1, 2")]


def _compare_rows(found: Mapping[str, int], expected: Mapping[str, int]) -> None:
    differing = sorted(name for name in {*found, *expected} if found.get(name) != expected.get(name))
    if differing:
        shown = ", ".join(f"{name} {found.get(name)} instead of {expected.get(name)}" for name in differing[:5])
        raise BackupError(f"Row counts differ from the manifest: {shown}.")


class PostgreSQL:
    name = "postgresql"

    def __init__(self, connection: BaseDatabaseWrapper) -> None:
        self.connection = connection

    def tables(self) -> list[str]:
        connection = self.connection.copy()
        try:
            with connection.cursor() as cursor:
                cursor.execute(LIVE_TABLES)
                return [name for (name,) in cursor.fetchall()]
        except DatabaseError as error:
            raise BackupError(f"The database does not answer: {error}") from error
        finally:
            connection.close()

    def save(self, target: Path) -> Snapshot:
        """Counts and copy come from one exported snapshot, so they agree whatever is written meanwhile."""
        connection = self.connection.copy()
        try:
            with connection.cursor() as cursor:
                cursor.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
                cursor.execute("SELECT pg_export_snapshot(), current_setting('server_version')")
                snapshot, version = cursor.fetchone()
                cursor.execute(LIVE_TABLES)
                rows = {}
                for (name,) in cursor.fetchall():
                    cursor.execute(f"SELECT count(*) FROM public.{connection.ops.quote_name(name)}")
                    rows[name] = cursor.fetchone()[0]
                migrations = []
                if "django_migrations" in rows:
                    cursor.execute("SELECT app || '.' || name FROM public.django_migrations ORDER BY 1")
                    migrations = [name for (name,) in cursor.fetchall()]
                self._run(
                    "pg_dump",
                    "--format=custom",
                    "--no-owner",
                    "--no-privileges",
                    "--no-password",
                    f"--snapshot={snapshot}",
                    f"--file={target}",
                )
                cursor.execute("COMMIT")
        except DatabaseError as error:
            raise BackupError(f"The database does not answer: {error}") from error
        finally:
            connection.close()
        return Snapshot(rows, migrations, str(version).split(" ")[0])

    def load(self, source: Path, rows: Mapping[str, int]) -> None:
        """Empty the schema, load the copy, compare the counts: one transaction."""
        self.connection.close()
        with tempfile.TemporaryDirectory(prefix="mogontia-restore-") as folder:
            steps = [Path(folder, name) for name in ("1-empty.sql", "2-load.sql", "3-verify.sql")]
            for step in steps:
                step.touch(mode=0o600)
            steps[0].write_text("DROP SCHEMA public CASCADE;\nCREATE SCHEMA public;\n", encoding="utf-8")
            self._run("pg_restore", "--no-owner", "--no-privileges", f"--file={steps[1]}", str(source), connected=False)
            steps[2].write_text(_verification(rows), encoding="utf-8")
            files = [f"--file={step}" for step in steps]
            options = ["--no-psqlrc", "--no-password", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1"]
            self._run("psql", *options, *files)

    def _run(self, program: str, *arguments: str, connected: bool = True) -> None:
        result = subprocess.run(
            [find_program(program), *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
            env={**os.environ, **(self._environment() if connected else {})},
        )
        if result.returncode:
            lines = [line for line in result.stderr.splitlines() if "NOTICE" not in line]
            raise BackupError(f"{program} failed; the database is as it was:\n" + "\n".join(lines[-8:]))

    def _environment(self) -> dict[str, str]:
        """Connection and password for the programs, never on their command lines."""
        settings = self.connection.settings_dict
        names = {"PGHOST": "HOST", "PGPORT": "PORT", "PGUSER": "USER", "PGPASSWORD": "PASSWORD", "PGDATABASE": "NAME"}
        found = {variable: str(settings[key]) for variable, key in names.items() if settings.get(key)}
        options = settings.get("OPTIONS", {})
        files = {"sslmode": "PGSSLMODE", "sslrootcert": "PGSSLROOTCERT", "sslcert": "PGSSLCERT", "sslkey": "PGSSLKEY"}
        found |= {variable: str(options[key]) for key, variable in files.items() if options.get(key)}
        return found | {"PGCLIENTENCODING": "UTF8"}


def _verification(rows: Mapping[str, int]) -> str:
    """SQL that ends the transaction with an error when a table has other rows than the manifest says."""
    checks = ["SET search_path = public;", "DO $check$", "DECLARE found bigint;", "BEGIN"]
    for name, expected in sorted(rows.items()):
        quoted = '"' + name.replace('"', '""') + '"'
        literal = "'" + name.replace("'", "''") + "'"
        checks += [
            f"SELECT count(*) INTO found FROM public.{quoted};",
            (
                f"IF found <> {int(expected)} THEN RAISE EXCEPTION "
                f"'Row counts differ from the manifest: % has % instead of {int(expected)}', {literal}, found; END IF;"
            ),
        ]
    if "$check$" in "".join(rows):
        raise BackupError("The manifest names an impossible table.")
    return "\n".join([*checks, "END $check$;"]) + "\n"


def find_program(name: str) -> str:
    """A program of PostgreSQL's client package."""
    found = shutil.which(name)
    if found:
        return found
    installed = [path for path in Path("/usr/lib/postgresql").glob(f"*/bin/{name}") if path.parts[4].isdigit()]
    if installed:
        return str(max(installed, key=lambda path: int(path.parts[4])))
    raise BackupError(f"{name} is missing; install PostgreSQL's client programs (Debian: postgresql-client).")
