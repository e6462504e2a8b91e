"""Nodes of Elasticsearch for one test or measurement: another version, with security, several, ended at any moment."""

import base64
import os
import shutil
import signal
import ssl
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path

from . import elasticsearch_archive, processes
from .elasticsearch import environment, find_java, launch
from .elasticsearch_archive import RELEASES
from .errors import Unavailable
from .paths import account_for, give

FIRST_PORT = 29400
PATIENCE = 180  # seconds
PASSWORD = "only-for-tests"  # noqa: S105  (of a server on loopback that lives for a minute)


class Node:
    """One server in a folder of its own below /var/tmp; ``with Node(...) as node`` starts it, waits and removes it."""

    def __init__(self, *, major: int = 8, secured: bool = False, settings: Mapping[str, object] | None = None) -> None:
        self.release = RELEASES[major]
        self.secured = secured
        self.settings = dict(settings or {"discovery.type": "single-node"})
        self.folder = Path(tempfile.mkdtemp(prefix="mogontia-node.", dir="/var/tmp"))
        self.folder.chmod(0o755)
        self.account = account_for("elasticsearch")
        give(self.folder, self.account)
        self.port = processes.choose_port(FIRST_PORT)
        self.url = f"{'https' if secured else 'http'}://127.0.0.1:{self.port}"
        self.certificate = self.folder / "node" / "config" / "http.crt"
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> "Node":
        self.start()
        self.wait()
        return self

    def __exit__(self, *error: object) -> None:
        self.remove()

    def start(self) -> None:
        """Start the server, fetching the release first where it isn't cached. Raises Unavailable."""
        if elasticsearch_archive.cached(self.release) is None:
            elasticsearch_archive.fetch(self.release)
        home, java = elasticsearch_archive.cached(self.release), find_java(self.release.java)
        if home is None or java is None:
            raise Unavailable(f"Elasticsearch {self.release.version} needs Java {self.release.java} or newer.")
        node = self.folder / "node"
        security: dict[str, object] = {"xpack.security.enabled": "false"}
        if self.secured:
            security = {
                "xpack.security.enabled": "true",
                "xpack.security.autoconfiguration.enabled": "false",
                "xpack.security.http.ssl.enabled": "true",
                "xpack.security.http.ssl.key": "http.key",
                "xpack.security.http.ssl.certificate": "http.crt",
            }
        found = launch(
            self.release,
            home,
            java,
            account=self.account,
            node=node,
            port=self.port,
            settings={**security, **self.settings},
        )
        if self.secured:
            self._secure(home, java, node)
        self._process = processes.spawn(
            found.command,
            log=self.folder / "console.log",
            cwd=found.cwd,
            environment=found.environment,
            account=self.account,
        )

    def _secure(self, home: Path, java: Path, node: Path) -> None:
        config = node / "config"
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost",
             "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", config / "http.key", "-out", config / "http.crt"],
            check=True, capture_output=True,
        )  # fmt: skip
        give(config, self.account)
        command = ["bash", str(home / "bin" / "elasticsearch-cli")]
        for arguments, words in ((["create"], ""), (["add", "-x", "bootstrap.password"], PASSWORD)):
            subprocess.run(
                [*command, *arguments], input=words.encode(), check=True, capture_output=True, cwd=home,
                env=environment(home, java, node, "keystore"), **processes.as_account(self.account),
            )  # fmt: skip

    def wait(self) -> None:
        """Return when the server answers. Raises Unavailable with the end of its log."""
        until = time.monotonic() + PATIENCE
        request = urllib.request.Request(f"{self.url}/_cluster/health?wait_for_status=yellow&timeout=5s")
        if self.secured:
            request.add_header("Authorization", "Basic " + base64.b64encode(f"elastic:{PASSWORD}".encode()).decode())
        while time.monotonic() < until and self._process and self._process.poll() is None:
            try:
                context = ssl.create_default_context(cafile=str(self.certificate)) if self.secured else None
                with urllib.request.urlopen(request, timeout=10, context=context) as answer:
                    if answer.status == 200:
                        return
            except (OSError, urllib.error.URLError):
                pass
            time.sleep(0.5)
        raise Unavailable("\n".join((self.folder / "console.log").read_text(errors="replace").splitlines()[-20:]))

    def kill(self) -> None:
        """End the server and all it started, at once."""
        if self._process is not None:
            try:
                os.killpg(self._process.pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
            self._process.wait()
            self._process = None

    def remove(self) -> None:
        """End the server and delete its files."""
        self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)


def cluster(number: int) -> list[Node]:
    """Return ``number`` nodes of one cluster, not started yet; start all before waiting for one."""
    nodes = [Node() for _each in range(number)]
    transports = []
    for place, node in enumerate(nodes):
        node.port = processes.choose_port(FIRST_PORT + 10 * place + 1)
        node.url = f"http://127.0.0.1:{node.port}"
        transports.append(processes.choose_port(FIRST_PORT + 300 + 10 * place))
    names = [f"node-{place}" for place in range(number)]
    for place, node in enumerate(nodes):
        node.settings = {
            "cluster.name": "mogontia-cluster",
            "node.name": names[place],
            "transport.port": transports[place],
            "discovery.seed_hosts": ",".join(f"127.0.0.1:{port}" for port in transports),
            "cluster.initial_master_nodes": ",".join(names),
        }
    return nodes


__all__ = ["PASSWORD", "Node", "cluster"]
