"""The life of a service: where it comes from, how it starts, how we know that it answers."""

import os
import secrets
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

from . import compose, processes
from .console import Progress, say
from .errors import NotAnswering, Unavailable
from .paths import Account, make_folder
from .probes import without_password
from .state import State


@dataclass
class Launch:
    """Everything that is needed to start a server once it is prepared."""

    command: Sequence[str]
    account: Account
    cwd: Path
    url: str
    environment: Mapping[str, str] = field(default_factory=dict)
    remember: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Status:
    name: str
    running: bool
    detail: str
    url: str = ""


class Service:
    """One server. Sources in order: the environment's URL, what is installed, Docker Compose, packages."""

    name: ClassVar[str]
    title: ClassVar[str]
    variable: ClassVar[str]
    default_port: ClassVar[int]
    schemes: ClassVar[tuple[str, ...]]
    stop_signal: ClassVar[signal.Signals] = signal.SIGTERM
    start_patience: ClassVar[float] = 60
    stop_patience: ClassVar[float] = 30

    def __init__(self, state: State) -> None:
        self.state = state
        self.external_patience = 10.0  # seconds for a server that is not ours and may just be starting
        self.folder = state.folder / self.name
        self.log = self.folder / f"{self.name}.log"

    # What each service says about itself.

    def probe(self, url: str) -> str:
        """The version of what answers at ``url``; raises NotAnswering."""
        raise NotImplementedError

    def installed(self) -> bool:
        raise NotImplementedError

    def install(self) -> None:
        """Get it by the machine's package managers; raises Unavailable with the cure."""
        raise NotImplementedError

    def prepare(self, port: int) -> Launch:
        """Create data, write configuration; the server does not run yet."""
        raise NotImplementedError

    def after_start(self, url: str) -> None:
        """Anything that needs the answering server, such as creating a role."""

    def before_launch(self) -> None:
        """Clear away what a crash of an earlier run left in the data."""

    def compose_settings(self, port: int) -> tuple[str, dict[str, str]]:
        """URL and environment for the same server from Docker Compose."""
        raise Unavailable(f"{self.title} is not offered by Docker Compose here.")

    def exports(self, url: str) -> dict[str, str]:
        return {self.variable: url}

    # Where it comes from.

    @property
    def record(self) -> dict[str, Any]:
        return self.state.get(self.name)

    def external_url(self) -> str:
        """The environment's URL, unless it is the one that ``bin/services env`` printed for us."""
        url = os.environ.get(self.variable, "")
        if not url or url in self.record.get("urls", ()):
            return ""
        scheme = url.partition(":")[0]
        if scheme not in self.schemes:
            return ""
        return url

    def own_url(self) -> str:
        """The URL of our own server if its process or container runs."""
        record = self.record
        url = str(record.get("url", ""))
        if not url:
            return ""
        if record.get("source") == "compose":
            return url if compose.runs(self.name) else ""
        return url if processes.is_ours(record) else ""

    def remember_url(self, url: str) -> None:
        """All we ever handed out: a shell may still hold the one before the port changed."""
        urls = [known for known in self.record.get("urls", ()) if known != url]
        self.state.update(self.name, url=url, urls=[*urls[-9:], url])

    # What the commands do.

    def start(self) -> None:
        external = self.external_url()
        if external:
            self._check_external(external)
            return
        running = self.own_url()
        if running and self._answers_soon(running):
            say(f"{self.title}: already running at {without_password(running)}")
            return
        if running:
            say(f"{self.title}: its process runs but does not answer; starting it anew")
        self.end_own()
        make_folder(self.folder)
        if self.installed():
            self._launch()
        elif compose.available():
            self._launch_container()
        else:
            self.install()
            if not self.installed():
                raise Unavailable(f"{self.title}: installed, but its programs are not where they should be.")
            self._launch()

    def stop(self) -> None:
        if self.external_url():
            say(f"{self.title}: {self.variable} names a server that is not ours; left alone")
            return
        if self.end_own():
            say(f"{self.title}: stopped")
        else:
            say(f"{self.title}: was not running")

    def status(self) -> Status:
        external = self.external_url()
        url = external or self.own_url()
        origin = f"from {self.variable}" if external else f"pid {self.record.get('pid', '-')}"
        if self.record.get("source") == "compose" and not external:
            origin = "from Docker Compose"
        if not url:
            return Status(self.name, False, f"not running; {self.installed_state()}")
        try:
            version = self.probe(url)
        except NotAnswering as error:
            return Status(self.name, False, f"does not answer at {without_password(url)}: {error} ({origin})")
        words = " ".join(word for word in ("running", version or self.record.get("version", "")) if word)
        return Status(self.name, True, f"{words} at {without_password(url)} ({origin})", url)

    def installed_state(self) -> str:
        return "installed" if self.installed() else "not installed"

    def end_own(self) -> bool:
        """End whatever we started, also what is left of a killed server."""
        record = self.record
        if record.get("source") == "compose":
            ended = compose.remove(self.name)
        else:
            ended = processes.end(record, first=self.stop_signal, patience=self.stop_patience)
        if processes.survivors(record):
            raise Unavailable(f"{self.title}: process group {record.get('pid')} cannot be ended; look at it with ps.")
        self.state.forget(self.name, "pid", "began", "boot", "source")
        return ended

    def _check_external(self, url: str) -> None:
        deadline = time.monotonic() + self.external_patience
        while True:
            try:
                version = self.probe(url)
            except NotAnswering as error:
                if time.monotonic() > deadline:
                    raise Unavailable(
                        f"{self.title}: {self.variable} is {without_password(url)}, but it does not answer ({error}). "
                        f"Start that server, or unset {self.variable} to get one from bin/services."
                    ) from error
                time.sleep(0.5)
            else:
                say(f"{self.title}: {' '.join(filter(None, (version, 'answers at')))} {without_password(url)}")
                return

    def _answers_soon(self, url: str) -> bool:
        for _attempt in range(20):
            try:
                self.probe(url)
            except NotAnswering:
                time.sleep(0.5)
            else:
                return True
        return False

    def _launch(self) -> None:
        port = processes.choose_port(self.record.get("port"), self.default_port)
        self.before_launch()
        launch = self.prepare(port)
        process = processes.spawn(
            launch.command, log=self.log, cwd=launch.cwd, environment=launch.environment, account=launch.account
        )
        self.state.update(
            self.name, source="installed", port=port, **processes.identity(process.pid), **launch.remember
        )
        self.remember_url(launch.url)
        self._await(launch.url, gone=lambda: process.poll() is not None)

    def _launch_container(self) -> None:
        port = processes.choose_port(self.record.get("port"), self.default_port)
        url, environment = self.compose_settings(port)
        self.state.update(self.name, source="compose", port=port)
        self.remember_url(url)
        compose.up(self.name, environment, title=self.title)
        self._await(url, gone=lambda: not compose.runs(self.name))

    def _await(self, url: str, *, gone: Callable[[], bool]) -> None:
        progress = Progress(f"{self.title}: starting")
        try:
            version = self._first_answer(url, progress, gone)
            self.after_start(url)
        except Unavailable:
            self.end_own()  # a server that cannot be used is not left behind
            raise
        self.state.update(self.name, version=version)
        progress.done(f"{self.title}: {version + ' ' if version else ''}answers at {without_password(url)}")

    def _first_answer(self, url: str, progress: Progress, gone: Callable[[], bool]) -> str:
        while True:
            try:
                return self.probe(url)
            except NotAnswering as error:
                dead = gone()
                if dead or progress.seconds > self.start_patience:
                    reason = "ended at once" if dead else f"did not answer within {self.start_patience:.0f} s ({error})"
                    raise Unavailable(f"{self.title}: {reason}. {self._end_of_log()}") from error
                progress.tick()
                time.sleep(0.2)

    def _end_of_log(self) -> str:
        try:
            lines = self.log.read_text(encoding="utf-8", errors="replace").splitlines()[-15:]
        except OSError:
            return f"No log at {self.log}."
        return "\n  ".join([f"Last lines of {self.log}:", *lines])

    def password(self) -> str:
        """Made once and kept: the data folder remembers it too."""
        found = self.record.get("password")
        if isinstance(found, str):
            return found
        made = secrets.token_hex(16)
        self.state.update(self.name, password=made)
        return made


class Program(Service):
    """What only has to be there: nothing runs."""

    def find(self) -> str | None:
        """The program: of the variable, of the machine, or the one we fetched."""
        raise NotImplementedError

    def fetch(self) -> None:
        """Get it; raises Unavailable with the cure."""
        raise NotImplementedError

    def missing(self) -> str:
        """What a person reads when it is not there."""
        raise NotImplementedError

    def start(self) -> None:
        if not self.find():
            if named := os.environ.get(self.variable):
                raise Unavailable(f"{self.variable} is {named}, which is no program; correct or unset it.")
            self.fetch()
        program = self.find()
        if not program:
            raise Unavailable(f"{self.title}: {self.missing()}.")
        answer = subprocess.run([program, "--version"], capture_output=True, text=True, check=False)
        say(f"{self.title}: {answer.stdout.partition(chr(10))[0].strip() or 'unknown version'} at {program}")

    def stop(self) -> None:
        """Whoever calls it ends it."""

    def status(self) -> Status:
        program = self.find()
        if not program:
            return Status(self.name, False, self.missing())
        return Status(self.name, True, f"installed ({program})", program)
