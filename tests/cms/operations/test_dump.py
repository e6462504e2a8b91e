"""Dump and restore, tried out on real databases of both engines and on local and remote media."""

from __future__ import annotations

import hashlib
import io
import json
import os
import subprocess
import tarfile
import uuid
from collections.abc import Iterator
from pathlib import Path

import environ
import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, InMemoryStorage, Storage
from django.core.management import CommandError, call_command
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.utils import ConnectionHandler

from cms.operations.backup import BackupError, dump, restore
from cms.operations.backup.databases import Engine, engine_for, find_program

# The databases here are made by each test, so pytest-django's guard and its test database are not needed.
pytestmark = pytest.mark.usefixtures("_databases_of_our_own")


@pytest.fixture
def _databases_of_our_own(django_db_blocker: object) -> Iterator[None]:
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        yield


def connect(url: str) -> BaseDatabaseWrapper:
    return ConnectionHandler({"default": environ.Env.db_url_config(url)})["default"]


def postgres_server() -> str:
    """Address of the server without a database name, or a visible skip."""
    url = os.environ.get("DATABASE_URL", "")
    if not url.startswith(("postgres://", "postgresql://")):
        pytest.skip('no PostgreSQL server: eval "$(bin/services env)" after bin/services start postgres')
    return url.rpartition("/")[0]


@pytest.fixture(params=["sqlite", "postgresql"])
def databases(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[BaseDatabaseWrapper, ...]]:
    """Two databases of one engine: the first with content, the second empty."""
    if request.param == "sqlite":
        pair = tuple(connect(f"sqlite:///{tmp_path / name}.sqlite3") for name in ("first", "second"))
        fill(pair[0])
        yield pair
        for connection in pair:
            connection.close()
        return
    server = postgres_server()
    names = [f"dump_{uuid.uuid4().hex[:12]}" for _ in range(2)]
    admin = connect(os.environ["DATABASE_URL"])
    try:
        with admin.cursor() as cursor:
            for name in names:
                cursor.execute(f"CREATE DATABASE {name}")
        pair = tuple(connect(f"{server}/{name}") for name in names)
        fill(pair[0])
        yield pair
        for connection in pair:
            connection.close()
    finally:
        with admin.cursor() as cursor:
            for name in names:
                cursor.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        admin.close()


def fill(connection: BaseDatabaseWrapper) -> None:
    with connection.cursor() as cursor:
        cursor.execute('CREATE TABLE "office" (id integer PRIMARY KEY, name varchar(80) NOT NULL)')
        cursor.execute("""INSERT INTO "office" VALUES (1, 'Bürgeramt'), (2, 'Straßenverkehrsamt')""")
        cursor.execute('CREATE TABLE "desk" (id integer PRIMARY KEY, office integer REFERENCES "office" (id))')
        cursor.execute('INSERT INTO "desk" VALUES (7, 1)')
    connection.close()


def offices(connection: BaseDatabaseWrapper) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute('SELECT name FROM "office" ORDER BY id')
        found = [name for (name,) in cursor.fetchall()]
    connection.close()
    return found


def local(folder: Path, **files: str) -> FileSystemStorage:
    storage = FileSystemStorage(location=folder)
    for name, text in files.items():
        storage.save(f"documents/{name}.txt", ContentFile(text.encode()))
    return storage


def content(storage: Storage, name: str) -> str:
    with storage.open(name) as file:
        return file.read().decode()


@pytest.fixture
def archive(databases: tuple[BaseDatabaseWrapper, ...], tmp_path: Path) -> Path:
    target = tmp_path / "city.tar.gz"
    dump(target=target, engine=engine_for(databases[0]), storage=local(tmp_path / "media", notice="Öffnungszeiten"))
    return target


@pytest.fixture
def empty(databases: tuple[BaseDatabaseWrapper, ...]) -> Engine:
    return engine_for(databases[1])


def rewrite(archive: Path, *, replace: dict[str, bytes] | None = None, extra: tuple[tarfile.TarInfo, ...] = ()) -> None:
    """Write the archive anew, members replaced or added, the rest and the manifest as they were."""
    with tarfile.open(archive) as bundle:
        members = [(member, bundle.extractfile(member).read()) for member in bundle]  # type: ignore[union-attr]
    with tarfile.open(archive, "w:gz") as bundle:
        for member, data in members:
            data = (replace or {}).get(member.name, data)
            member.size = len(data)
            bundle.addfile(member, io.BytesIO(data))
        for member in extra:
            bundle.addfile(member, io.BytesIO(b"x" * member.size))


def manifest_of(archive: Path) -> dict[str, object]:
    with tarfile.open(archive) as bundle:
        return json.load(bundle.extractfile("manifest.json"))  # type: ignore[arg-type]


class TestRoundTrip:
    def test_restores_rows_and_media_into_an_empty_installation(self, databases, archive, empty, tmp_path):
        storage = FileSystemStorage(location=tmp_path / "restored")
        restore(source=archive, engine=empty, storage=storage)
        assert offices(databases[1]) == ["Bürgeramt", "Straßenverkehrsamt"]
        assert content(storage, "documents/notice.txt") == "Öffnungszeiten"

    def test_manifest_names_rows_and_hashes(self, archive):
        manifest = manifest_of(archive)
        digest = hashlib.sha256("Öffnungszeiten".encode()).hexdigest()
        assert manifest["rows"] == {"desk": 1, "office": 2}
        assert manifest["files"]["media/documents/notice.txt"] == {"size": 15, "sha256": digest}

    def test_archive_is_readable_for_its_owner_only(self, archive):
        assert archive.stat().st_mode & 0o077 == 0

    def test_nothing_but_media_remains_in_the_media_folder(self, archive, empty, tmp_path):
        restore(source=archive, engine=empty, storage=local(tmp_path / "restored"))
        assert [entry.name for entry in (tmp_path / "restored").iterdir()] == ["documents"]

    def test_restores_into_a_storage_that_is_no_folder(self, archive, empty):
        """Object stores are reached through the same four calls of Django's storage API."""
        storage = InMemoryStorage()
        restore(source=archive, engine=empty, storage=storage)
        assert content(storage, "documents/notice.txt") == "Öffnungszeiten"

    def test_dumps_a_storage_that_is_no_folder(self, databases, tmp_path):
        storage = InMemoryStorage()
        storage.save("original_images/cathedral.png", ContentFile(b"\x89PNG"))
        manifest = dump(target=tmp_path / "remote.tar.gz", engine=engine_for(databases[0]), storage=storage)
        assert manifest.media == ["original_images/cathedral.png"]


class TestReplacing:
    def test_refuses_a_database_with_tables(self, databases, archive, tmp_path):
        with pytest.raises(BackupError, match="2 tables.*--replace"):
            restore(source=archive, engine=engine_for(databases[0]), storage=local(tmp_path / "empty"))

    def test_refuses_existing_media(self, archive, empty, tmp_path):
        with pytest.raises(BackupError, match="media files.*--replace"):
            restore(source=archive, engine=empty, storage=local(tmp_path / "other", map="Plan"))

    def test_replace_drops_what_the_archive_does_not_hold(self, databases, archive, tmp_path):
        with databases[0].cursor() as cursor:
            cursor.execute("UPDATE office SET name = 'overwritten'")
            cursor.execute("CREATE TABLE newer (id integer)")
        databases[0].close()
        storage = local(tmp_path / "other", map="Plan")
        engine = engine_for(databases[0])
        restore(source=archive, engine=engine, storage=storage, replace=True)
        assert offices(databases[0]) == ["Bürgeramt", "Straßenverkehrsamt"]
        assert engine.tables() == ["desk", "office"]
        assert not storage.exists("documents/map.txt")

    def test_replace_removes_surplus_from_a_remote_storage(self, archive, empty):
        storage = InMemoryStorage()
        storage.save("documents/map.txt", ContentFile(b"Plan"))
        storage.save("documents/notice.txt", ContentFile(b"old"))
        restore(source=archive, engine=empty, storage=storage, replace=True)
        assert storage.listdir("documents")[1] == ["notice.txt"]
        assert content(storage, "documents/notice.txt") == "Öffnungszeiten"

    def test_failed_load_leaves_database_and_media_as_they_were(self, databases, archive, tmp_path):
        """The manifest promises another count, which is noticed only after loading."""
        with databases[0].cursor() as cursor:
            cursor.execute("INSERT INTO office VALUES (3, 'Standesamt')")
        databases[0].close()
        manifest = manifest_of(archive)
        manifest["rows"]["office"] = 99
        rewrite(archive, replace={"manifest.json": json.dumps(manifest).encode()})
        storage = local(tmp_path / "other", map="Plan")
        with pytest.raises(BackupError, match="Row counts differ"):
            restore(source=archive, engine=engine_for(databases[0]), storage=storage, replace=True)
        assert offices(databases[0])[-1] == "Standesamt"
        assert content(storage, "documents/map.txt") == "Plan"
        assert [entry.name for entry in (tmp_path / "other").iterdir()] == ["documents"]


class TestBadArchives:
    @pytest.fixture
    def databases(self, tmp_path: Path) -> Iterator[tuple[BaseDatabaseWrapper, ...]]:
        """What is refused is refused before any engine is asked: one engine is enough."""
        pair = tuple(connect(f"sqlite:///{tmp_path / name}.sqlite3") for name in ("first", "second"))
        fill(pair[0])
        yield pair

    @pytest.fixture
    def storage(self, tmp_path: Path) -> FileSystemStorage:
        return local(tmp_path / "restored")

    def refused(self, archive: Path, engine: Engine, storage: Storage, words: str) -> None:
        with pytest.raises(BackupError, match=words):
            restore(source=archive, engine=engine, storage=storage)
        assert engine.tables() == []
        assert list(Path(storage.location).iterdir()) == []

    def test_changed_file(self, archive, empty, storage):
        rewrite(archive, replace={"media/documents/notice.txt": b"changed"})
        self.refused(archive, empty, storage, "differs from what the manifest says")

    @pytest.mark.parametrize(
        "name", ["../outside.txt", "/etc/passwd", "media/../../outside", "media/./x", "media\\..\\x", "other.txt"]
    )
    def test_member_outside(self, archive, empty, storage, name, tmp_path):
        member = tarfile.TarInfo(name)
        member.size = 4
        rewrite(archive, extra=(member,))
        self.refused(archive, empty, storage, "does not belong there")
        assert not (tmp_path / "outside.txt").exists()

    @pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE, tarfile.DIRTYPE])
    def test_member_that_is_no_file(self, archive, empty, storage, kind):
        member = tarfile.TarInfo("media/link")
        member.type, member.linkname = kind, "/etc/passwd"
        rewrite(archive, extra=(member,))
        self.refused(archive, empty, storage, "something else than a file")

    def test_member_the_manifest_does_not_know(self, archive, empty, storage):
        member = tarfile.TarInfo("media/planted.html")
        member.size = 4
        rewrite(archive, extra=(member,))
        self.refused(archive, empty, storage, "knows nothing")

    def test_cut_off(self, archive, empty, storage):
        archive.write_bytes(archive.read_bytes()[:-60])
        self.refused(archive, empty, storage, "cannot be unpacked|no manifest")

    def test_no_archive_at_all(self, empty, storage, tmp_path):
        (tmp_path / "text.tar.gz").write_text("hello")
        self.refused(tmp_path / "text.tar.gz", empty, storage, "cannot be unpacked")

    def test_newer_version(self, archive, empty, storage):
        manifest = manifest_of(archive)
        manifest["migrations"] = ["auth.9999_from_the_future"]
        rewrite(archive, replace={"manifest.json": json.dumps(manifest).encode()})
        self.refused(archive, empty, storage, "newer version.*auth.9999_from_the_future")

    def test_other_engine(self, archive, empty, storage):
        with tarfile.open(archive) as bundle:
            data = bundle.extractfile("database.sqlite3").read()  # type: ignore[union-attr]
        manifest = manifest_of(archive)
        manifest["engine"] = "postgresql"
        manifest["files"]["database.pgdump"] = manifest["files"].pop("database.sqlite3")
        member = tarfile.TarInfo("database.pgdump")
        member.size = len(data)
        text = json.dumps(manifest).encode()
        with tarfile.open(archive, "w:gz") as bundle:
            bundle.addfile(member, io.BytesIO(data))
            about = tarfile.TarInfo("manifest.json")
            about.size = len(text)
            notice = tarfile.TarInfo("media/documents/notice.txt")
            notice.size = 15
            bundle.addfile(notice, io.BytesIO("Öffnungszeiten".encode()))
            bundle.addfile(about, io.BytesIO(text))
        self.refused(archive, empty, storage, "holds a postgresql database")


class TestDump:
    def test_keeps_an_existing_file(self, databases, archive, tmp_path):
        before = archive.read_bytes()
        with pytest.raises(BackupError, match="exists already"):
            dump(target=archive, engine=engine_for(databases[0]), storage=local(tmp_path / "media"))
        assert archive.read_bytes() == before

    def test_leaves_no_half_file_when_the_database_is_away(self, tmp_path):
        with pytest.raises(BackupError):
            dump(
                target=tmp_path / "city.tar.gz",
                engine=engine_for(connect("postgres://nobody:x@127.0.0.1:1/none")),
                storage=local(tmp_path / "media"),
            )
        assert [entry.name for entry in tmp_path.iterdir() if entry.is_file()] == []

    def test_command_reports_a_missing_file_without_a_traceback(self, tmp_path):
        with pytest.raises(CommandError, match="does not exist|Nothing restored"):
            call_command("restore", str(tmp_path / "none.tar.gz"))


def test_password_does_not_reach_a_command_line(monkeypatch, tmp_path):
    """Everybody on the machine can read command lines."""
    postgres_server()
    seen: list[str] = []
    real = subprocess.run
    monkeypatch.setattr(subprocess, "run", lambda command, **kw: (seen.extend(command), real(command, **kw))[1])
    connection = connect(os.environ["DATABASE_URL"])
    engine_for(connection).save(tmp_path / "copy")
    assert find_program("pg_dump") in seen
    assert connection.settings_dict["PASSWORD"] not in " ".join(seen)
