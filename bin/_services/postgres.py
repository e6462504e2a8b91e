"""PostgreSQL: a cluster of our own, quick instead of crash-safe (fsync off): for tests and development."""

import os
import re
import shutil
import signal
import subprocess
from functools import cached_property
from pathlib import Path
from urllib.parse import unquote, urlsplit

from . import packages, probes, processes
from .base import Launch, Service
from .errors import NotAnswering, Unavailable
from .paths import Account, account_for, make_folder, write_private

DATABASE = ROLE = "mogontia"
SUPERUSER = "postgres"


def find_programs() -> Path | None:
    """The folder that holds ``initdb``, ``postgres`` and ``psql``; the newest when there are several."""
    places = [
        *Path("/usr/lib/postgresql").glob("*/bin"),
        *Path("/usr").glob("pgsql-*/bin"),
        *Path("/opt/homebrew/opt").glob("postgresql@*/bin"),
        *Path("/usr/local/opt").glob("postgresql@*/bin"),
    ]
    on_path = shutil.which("initdb")
    if on_path:
        places.append(Path(on_path).resolve().parent)
    complete = [place for place in places if all((place / name).exists() for name in ("initdb", "postgres", "psql"))]

    def version(place: Path) -> int:
        found = re.search(r"(\d+)", place.parent.name)
        return int(found.group(1)) if found else 0

    return max(complete, key=version, default=None)


class Postgres(Service):
    name = "postgres"
    title = "PostgreSQL"
    variable = "DATABASE_URL"
    default_port = 25432
    schemes = ("postgres", "postgresql", "psql", "pgsql")
    stop_signal = signal.SIGINT  # "fast": roll back and disconnect instead of waiting for clients

    @cached_property
    def account(self) -> Account:
        return account_for("postgres")

    def installed(self) -> bool:
        return find_programs() is not None

    def install(self) -> None:
        packages.install(["postgresql"], what=self.title)

    def installed_state(self) -> str:
        programs = find_programs()
        return f"installed ({programs})" if programs else f"not installed: {packages.cure(['postgresql'])}"

    @property
    def programs(self) -> Path:
        found = find_programs()
        if found is None:
            raise Unavailable(f"{self.title} is not installed: {packages.cure(['postgresql'], brew='postgresql@16')}.")
        return found

    @property
    def data(self) -> Path:
        """One data folder per major version; another one could not read it."""
        output = subprocess.run([self.programs / "postgres", "--version"], capture_output=True, text=True, check=True)
        found = re.search(r"(\d+)", output.stdout)
        return self.folder / f"data-{found.group(1) if found else 'unknown'}"

    def environment(self) -> dict[str, str]:
        return {"PATH": os.environ.get("PATH", os.defpath), "HOME": str(self.folder), "LC_ALL": "C.UTF-8", "TZ": "UTC"}

    def before_launch(self) -> None:
        """A pid file of a killed server whose number belongs to another program now would stop us."""
        file = self.data / "postmaster.pid"
        try:
            pid = int(file.read_text(encoding="utf-8").splitlines()[0])
        except (OSError, ValueError, IndexError):
            return
        if processes.look_up(pid) is None:
            return  # PostgreSQL clears that away by itself
        try:
            program = (processes.PROC / str(pid) / "comm").read_text(encoding="utf-8").strip()
        except OSError:
            return
        if program not in ("postgres", "postmaster"):
            file.unlink(missing_ok=True)

    def prepare(self, port: int) -> Launch:
        data = self.data
        make_folder(self.folder, self.account)
        password = self.password()
        if not (data / "PG_VERSION").exists():
            self._create_cluster(data, password)
        settings = {
            "port": port,
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": "",
            "fsync": "off",
            "synchronous_commit": "off",
            "full_page_writes": "off",
            "max_connections": 200,
            "autovacuum_naptime": "10min",
            "password_encryption": "scram-sha-256",
        }
        options = [word for key, value in settings.items() for word in ("-c", f"{key}={value}")]
        return Launch(
            command=[str(self.programs / "postgres"), "-D", str(data), *options],
            account=self.account,
            cwd=data,
            url=f"postgres://{ROLE}:{password}@127.0.0.1:{port}/{DATABASE}",
            environment=self.environment(),
        )

    def _create_cluster(self, data: Path, password: str) -> None:
        shutil.rmtree(data, ignore_errors=True)  # an initdb that was interrupted
        secret = self.folder / "password"
        write_private(secret, password, self.account)
        try:
            result = subprocess.run(
                [
                    self.programs / "initdb",
                    f"--pgdata={data}",
                    f"--username={SUPERUSER}",
                    f"--pwfile={secret}",
                    "--auth=scram-sha-256",
                    "--encoding=UTF8",
                    "--locale=C.UTF-8",
                    "--no-sync",
                ],
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                check=False,
                cwd=self.folder,
                env=self.environment(),
                **processes.as_account(self.account),
            )
        finally:
            secret.unlink(missing_ok=True)
        if result.returncode:
            shutil.rmtree(data, ignore_errors=True)
            raise Unavailable(f"{self.title}: initdb failed:\n  {result.stderr.strip()}")

    def probe(self, url: str) -> str:
        """With psql a real log-in and question, else at least the protocol's first step."""
        programs = find_programs()
        if programs is None:
            return probes.postgres(url)
        own = url == self.record.get("url") and self.record.get("source") == "installed"
        database = "postgres" if own else ""
        return self._ask(programs, url, "SHOW server_version", database=database, user=SUPERUSER if own else "")

    def after_start(self, url: str) -> None:
        """A role like the one of a real installation: no superuser, but it may create test databases."""
        if self.record.get("source") == "compose":
            return

        def ask(question: str) -> str:
            return self._ask(self.programs, url, question, database="postgres", user=SUPERUSER)

        password = self.password()
        try:
            if ask(f"SELECT 1 FROM pg_roles WHERE rolname = '{ROLE}'") != "1":
                ask(f"CREATE ROLE {ROLE} LOGIN CREATEDB PASSWORD '{password}'")
            if ask(f"SELECT 1 FROM pg_database WHERE datname = '{DATABASE}'") != "1":
                ask(f"CREATE DATABASE {DATABASE} OWNER {ROLE}")
        except NotAnswering as error:
            raise Unavailable(f"{self.title}: role and database cannot be created: {error}") from error

    def _ask(self, programs: Path, url: str, question: str, *, database: str = "", user: str = "") -> str:
        parts = urlsplit(url)
        environment = self.environment() | {
            "PGHOST": parts.hostname or "127.0.0.1",
            "PGPORT": str(parts.port or 5432),
            "PGUSER": user or unquote(parts.username or ""),
            "PGPASSWORD": unquote(parts.password or ""),
            "PGDATABASE": database or parts.path.lstrip("/"),
            "PGCONNECT_TIMEOUT": "3",
        }
        result = subprocess.run(
            [programs / "psql", "--no-psqlrc", "--no-password", "--tuples-only", "--no-align", "--command", question],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            env={key: value for key, value in environment.items() if value},
        )
        if result.returncode:
            if "password authentication failed" in result.stderr and user == SUPERUSER:
                raise Unavailable(
                    f"{self.title}: the data in {self.folder} has another password than {self.state.path} says; "
                    "remove that folder to begin anew."
                )
            raise NotAnswering(result.stderr.strip().splitlines()[-1] if result.stderr.strip() else "psql failed")
        return result.stdout.strip().split(" ")[0]

    def compose_settings(self, port: int) -> tuple[str, dict[str, str]]:
        password = self.password()
        url = f"postgres://{ROLE}:{password}@127.0.0.1:{port}/{DATABASE}"
        return url, {"MOGONTIA_SERVICES_PORT": str(port), "MOGONTIA_SERVICES_PASSWORD": password}
