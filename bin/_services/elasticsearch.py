"""Elasticsearch: one node with security off and a heap of 512 MB, on loopback only."""

import os
import re
import shutil
from functools import cached_property
from pathlib import Path

from . import elasticsearch_archive, packages, probes, processes
from .base import Launch, Service
from .console import say
from .elasticsearch_archive import RELEASES, Release
from .errors import Unavailable
from .paths import Account, account_for, give, is_root, make_folder, reachable_by_others
from .state import State

HEAP = "512m"
VECTOR_MODULE = "jdk.incubator.vector"  # Elasticsearch asks for it from Java 20 on; trimmed run-times lack it


def java_version(home: Path) -> int:
    """The major version of the Java in ``home`` if Elasticsearch can use it, else 0."""
    try:
        about = (home / "release").read_text(encoding="utf-8")
    except OSError:
        return 0
    found = re.search(r'^JAVA_VERSION="(\d+)', about, re.MULTILINE)
    modules = re.search(r'^MODULES="([^"]*)"', about, re.MULTILINE)
    if not found or not (home / "bin" / "java").exists():
        return 0
    if int(found.group(1)) >= 20 and modules and VECTOR_MODULE not in modules.group(1).split():
        return 0
    if is_root() and not reachable_by_others(home.resolve()):
        return 0
    return int(found.group(1))


def find_java(minimum: int) -> Path | None:
    """The oldest Java that is new enough: closest to what that Elasticsearch was tested with."""
    named = [Path(os.environ[name]) for name in ("ES_JAVA_HOME", "JAVA_HOME") if os.environ.get(name)]
    program = shutil.which("java")
    beside = [Path(program).resolve().parent.parent] if program else []
    places = [
        *sorted(Path("/usr/lib/jvm").glob("*")),
        *sorted(Path("/opt/java").glob("*")),
        *Path("/Library/Java/JavaVirtualMachines").glob("*/Contents/Home"),
        *Path("/opt/homebrew/opt").glob("openjdk*/libexec/openjdk.jdk/Contents/Home"),
    ]
    for home in named[:1]:
        if os.environ.get("ES_JAVA_HOME") and java_version(home) >= minimum:
            return home
    fitting = [home for home in (*named, *beside, *places) if java_version(home) >= minimum]
    return min(fitting, key=java_version, default=None)


def launcher(release: Release, home: Path, java: Path) -> list[str]:
    """What the script ``bin/elasticsearch``, which the archive lacks, would call."""
    if release.major == 8:
        return ["bash", str(home / "bin" / "elasticsearch-cli")]
    main_class = "org.elasticsearch.server.launcher.ServerLauncher"
    return [str(java / "bin" / "java"), "-cp", f"{home}/lib/tools/server-launcher/*", main_class]


def environment(home: Path, java: Path, node: Path, tool: str = "server") -> dict[str, str]:
    """What the programs in the archive read, for a node whose files lie in the folder ``node``."""
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "HOME": str(node),
        "ES_HOME": str(home),
        "ES_JAVA_HOME": str(java),
        "ES_DISTRIBUTION_TYPE": "zip",
        "JAVA": str(java / "bin" / "java"),
        "JAVA_TYPE": "ES_JAVA_HOME",
        "CLI_NAME": tool,
        "CLI_LIBS": f"lib/tools/{tool}-cli",
        "ES_JAVA_OPTS": f"-Xms{HEAP} -Xmx{HEAP}" if tool == "server" else "",
        "ES_PATH_CONF": str(node / "config"),
        "ES_TMPDIR": str(node / "tmp"),
        "LANG": "C.UTF-8",
    }


def make_node(home: Path, node: Path, account: Account) -> None:
    """Make the folders of a node, its configuration anew: it writes a key store into it."""
    make_folder(node, account)
    for name in ("data", "logs", "tmp"):
        make_folder(node / name, account)
    shutil.rmtree(node / "config", ignore_errors=True)
    shutil.copytree(home / "config", node / "config")
    give(node / "config", account)


def launch(
    release: Release, home: Path, java: Path, *, account: Account, node: Path, port: int, settings: dict[str, object]
) -> Launch:
    """Prepare the folder ``node`` and return how its server is started, listening on ``port`` of loopback."""
    make_node(home, node, account)
    all_settings = {
        "network.host": "127.0.0.1",
        "http.port": port,
        "transport.port": processes.choose_port(port + 100),
        "path.data": node / "data",
        "path.logs": node / "logs",
        # A full disk of a developer's machine must not turn indexes read-only.
        "cluster.routing.allocation.disk.threshold_enabled": "false",
        **settings,
    }
    return Launch(
        command=[*launcher(release, home, java), *(f"-E{key}={value}" for key, value in all_settings.items())],
        account=account,
        cwd=home,
        url=f"http://127.0.0.1:{port}",
        environment=environment(home, java, node),
        remember={"major": release.major},
    )


class Elasticsearch(Service):
    name = "elasticsearch"
    title = "Elasticsearch"
    variable = "ELASTICSEARCH_URL"
    default_port = 29200
    schemes = ("http", "https")
    start_patience = 180  # a busy machine with two cores

    def __init__(self, state: State, major: int | None = None) -> None:
        super().__init__(state)
        self.asked_for = major
        self.log = self.folder / "console.log"

    @property
    def release(self) -> Release:
        return RELEASES[self.asked_for or int(self.record.get("major", 8))]

    @cached_property
    def account(self) -> Account:
        return account_for("elasticsearch")

    def start(self) -> None:
        running = self.own_url()
        if running and self.asked_for and self.record.get("major", 8) != self.asked_for:
            say(f"{self.title}: {self.record.get('major')}.x runs, {self.asked_for}.x was asked for; changing over")
            self.end_own()
        super().start()

    def stop(self) -> None:
        super().stop()
        self.state.forget(self.name, "major")  # the next start takes the default again

    def installed(self) -> bool:
        return elasticsearch_archive.cached(self.release) is not None and find_java(self.release.java) is not None

    def install(self) -> None:
        if find_java(self.release.java) is None:
            self._install_java()
        if elasticsearch_archive.cached(self.release) is None:
            elasticsearch_archive.fetch(self.release)

    def _install_java(self) -> None:
        wanted = self.release.java
        try:
            packages.install([f"openjdk-{wanted}-jdk-headless"], what=f"Java {wanted}")
        except Unavailable as error:
            raise Unavailable(
                f"{self.title} {self.release.version} needs Java {wanted} or newer with the module {VECTOR_MODULE}: "
                f"install a full JDK (for example Temurin) and set ES_JAVA_HOME to it. ({error})"
            ) from error

    def installed_state(self) -> str:
        words = []
        for release in RELEASES.values():
            home = elasticsearch_archive.cached(release)
            java = find_java(release.java)
            if home is None:
                words.append(f"{release.version} not fetched yet")
            elif java is None:
                words.append(f"{release.version} cached, but no Java {release.java} or newer")
            else:
                words.append(f"{release.version} cached ({home}), Java {java_version(java)}")
        return "; ".join(words)

    def probe(self, url: str) -> str:
        return probes.elasticsearch(url)

    def prepare(self, port: int) -> Launch:
        release = self.release
        home, java = elasticsearch_archive.cached(release), find_java(release.java)
        if home is None or java is None:
            raise Unavailable(f"{self.title}: {self.installed_state()}.")
        make_folder(self.folder, self.account)
        settings = {
            "discovery.type": "single-node",
            "cluster.name": "mogontia-services",
            "xpack.security.enabled": "false",
        }
        node = self.folder / f"node-{release.major}"
        return launch(release, home, java, account=self.account, node=node, port=port, settings=settings)

    def compose_settings(self, port: int) -> tuple[str, dict[str, str]]:
        self.state.update(self.name, major=self.release.major)
        settings = {"MOGONTIA_SERVICES_PORT": str(port), "MOGONTIA_SERVICES_ELASTICSEARCH": self.release.version}
        return f"http://127.0.0.1:{port}", settings
