"""bin/services as a user meets it: without servers, with stale records, with things that cannot be had."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import threading
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = ROOT / "bin" / "services"
URLS = ("DATABASE_URL", "REDIS_URL", "ELASTICSEARCH_URL", "EMAIL_URL", "CHROMIUM", "VERAPDF")

sys.path.insert(0, str(ROOT / "bin"))
from _services import elasticsearch_archive, maven, paths, probes, processes
from _services.errors import NotAnswering, Unavailable
from _services.state import State


@pytest.fixture
def folder() -> Iterator[Path]:
    """A services folder of our own, which unprivileged servers can reach."""
    made = Path(subprocess.check_output(["mktemp", "-d", "/var/tmp/mogontia-test.XXXXXX"], text=True).strip())
    made.chmod(0o755)
    yield made
    shutil.rmtree(made, ignore_errors=True)


def services(folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    clean = {key: value for key, value in os.environ.items() if key not in URLS}
    return subprocess.run(
        [sys.executable, SCRIPT, *arguments],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        env=clean | {"MOGONTIA_SERVICES_DIR": str(folder)} | environment,
    )


def test_status_without_anything_says_so_and_returns_3(folder):
    result = services(folder, "status", "postgres", "redis", "elasticsearch", "mail")
    assert result.returncode == 3
    assert [line.split()[:2] for line in result.stdout.splitlines()] == [
        ["postgres", "no"],
        ["redis", "no"],
        ["elasticsearch", "no"],
        ["mail", "no"],
    ]


def test_status_says_what_is_cached_of_elasticsearch(folder):
    assert "8.19.13" in services(folder, "status", "elasticsearch").stdout


def test_status_and_env_create_nothing(folder):
    services(folder, "status")
    services(folder, "env")
    assert list(folder.iterdir()) == []


def test_env_prints_nothing_for_what_does_not_run(folder):
    result = services(folder, "env", "postgres", "redis", "elasticsearch", "mail")
    assert (result.returncode, result.stdout) == (0, "")


def test_unknown_name_is_refused_with_the_list(folder):
    result = services(folder, "start", "oracle")
    assert result.returncode == 2
    assert "There are: postgres, redis" in result.stderr


def test_stop_without_anything_is_no_error(folder):
    assert services(folder, "stop").returncode == 0


@pytest.mark.parametrize(
    ("name", "variable", "url"),
    [
        ("postgres", "DATABASE_URL", "postgres://mogontia:secret@127.0.0.1:{port}/x"),
        ("redis", "REDIS_URL", "redis://:secret@127.0.0.1:{port}/0"),
        ("elasticsearch", "ELASTICSEARCH_URL", "http://elastic:secret@127.0.0.1:{port}"),
        ("mail", "EMAIL_URL", "smtp://u:secret@127.0.0.1:{port}"),
    ],
)
def test_url_that_does_not_answer_is_named_without_its_password(folder, name, variable, url):
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        address = url.format(port=unused.getsockname()[1])
    result = services(folder, "start", name, "--wait", "0", **{variable: address})
    assert result.returncode == 1
    assert f"{variable} is" in result.stderr
    assert f"unset {variable}" in result.stderr
    assert "secret" not in result.stderr


@pytest.mark.parametrize("name", ["chromium", "verapdf"])
def test_a_program_that_does_not_exist_is_named(folder, name):
    result = services(folder, "start", name, **{name.upper(): f"/nowhere/{name}"})
    assert result.returncode == 1
    assert f"/nowhere/{name}, which is no program" in result.stderr


def test_missing_server_names_the_cure(folder, tmp_path):
    """No redis-server, no engine, nobody who may install: the message says what would help."""
    for program in ("python3", "ps"):
        found = shutil.which(program)
        if found:
            (tmp_path / program).symlink_to(found)
    result = services(folder, "start", "redis", PATH=str(tmp_path))
    assert result.returncode == 1
    assert "redis-server" in result.stderr
    assert "Could not be had: Redis" in result.stderr


def test_mail_sink_starts_twice_survives_a_kill_and_leaves_nothing(folder):
    first = services(folder, "start", "mail")
    if "aiosmtpd is missing" in first.stderr:
        pytest.skip("aiosmtpd is not installed: make install")
    assert first.returncode == 0, first.stderr
    pid = json.loads((folder / "state.json").read_text())["mail"]["pid"]
    assert "already running" in services(folder, "start", "mail").stderr
    os.kill(pid, 9)
    assert services(folder, "status", "mail").returncode == 3
    assert services(folder, "start", "mail").returncode == 0
    record = json.loads((folder / "state.json").read_text())["mail"]
    assert record["pid"] != pid
    assert services(folder, "stop", "mail").returncode == 0
    assert not processes.survivors(record)


def test_stale_record_does_not_end_the_process_that_has_its_number_now(folder):
    """The number of a server that ended long ago may belong to anybody: here, to us."""
    (folder / "state.json").write_text(
        json.dumps({"redis": {"pid": os.getpid(), "began": "1", "boot": processes.boot_id(), "url": "redis://x"}})
    )
    result = services(folder, "stop", "redis")
    assert result.returncode == 0
    assert "was not running" in result.stderr


def test_record_of_an_earlier_boot_counts_for_nothing():
    record = processes.identity(os.getpid())
    assert processes.is_ours(record)
    assert not processes.is_ours(record | {"boot": "another"})
    assert processes.survivors(record | {"boot": "another"}) == []


def test_broken_state_file_is_put_aside(tmp_path):
    (tmp_path / "state.json").write_text("{ not json")
    assert State(tmp_path).read() == {}
    assert (tmp_path / "state.broken").exists()


def test_state_file_is_private(tmp_path):
    State(tmp_path).update("redis", password="secret")
    assert (tmp_path / "state.json").stat().st_mode & 0o077 == 0


def test_taken_port_is_avoided():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert processes.choose_port(port) != port


def test_ports_for_outgoing_connections_are_not_taken():
    """A probe would be given such a port itself and hear its own question."""
    assert processes.choose_port(55432, 25432) < processes.FIRST_OUTGOING_PORT


def test_who_only_repeats_the_question_is_no_elasticsearch():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=_echo_once, args=(listener,))
        thread.start()
        with pytest.raises(NotAnswering):
            probes.elasticsearch(f"http://127.0.0.1:{listener.getsockname()[1]}")
        thread.join()


def _echo_once(listener: socket.socket) -> None:
    connection, _peer = listener.accept()
    with connection:
        connection.sendall(connection.recv(4096))


def test_folder_behind_a_private_one_is_not_reachable_by_others(tmp_path):
    private = tmp_path / "private"
    private.mkdir(mode=0o700)
    assert not paths.reachable_by_others(private / "services")


def _archive(path: Path, *names: str) -> Path:
    with zipfile.ZipFile(path, "w") as bundle:
        for name in names:
            bundle.writestr(name, "x")
    return path


def test_fetched_archive_with_another_hash_is_not_used(tmp_path):
    with pytest.raises(Unavailable, match="sha256"):
        maven.verify(_archive(tmp_path / "a.zip", "x"), elasticsearch_archive.RELEASES[8].artifact, what="x")


def test_unpacking_takes_the_one_folder_and_stays_inside(tmp_path):
    names = (
        "sonarqube-1/elasticsearch/bin/elasticsearch-cli",
        "sonarqube-1/elasticsearch/../../evil",
        "sonarqube-1/web/x",
    )
    elasticsearch_archive._unpack(_archive(tmp_path / "a.zip", *names), tmp_path / "out")
    assert [str(f.relative_to(tmp_path / "out")) for f in (tmp_path / "out").rglob("*") if f.is_file()] == [
        "bin/elasticsearch-cli"
    ]
    assert not (tmp_path / "evil").exists()
