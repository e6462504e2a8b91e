"""``manage.py demo``: migrate, load the demo city, say what to look at, serve."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import translation

from cms.operations.demo import demo_accounts, demo_keys
from cms.operations.tour import tour_steps


class Command(BaseCommand):
    """Serve the demo city. The second run finds everything in place and is quick."""

    help = "Migrates, loads the demo city and serves it on a local address."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, default=int(os.environ.get("PORT", "8000")), help="0 takes a free port")
        parser.add_argument("--prepare-only", action="store_true", help="migrate and load, but don't serve")

    def handle(self, *args: Any, **options: Any) -> None:
        began = time.monotonic()
        self._step("database", lambda: call_command("migrate", verbosity=0))
        self._step("demo city", lambda: call_command("load_demo", stdout=self.stdout))
        self._step("search", lambda: call_command("search", "rebuild", "--if-empty", stdout=self.stdout))
        self.stdout.write(f"ready after {time.monotonic() - began:.1f} s")
        if options["prepare_only"]:
            return
        port = options["port"] or self._free_port()
        self._say_hello(f"http://127.0.0.1:{port}")
        self._serve(port)

    def _step(self, name: str, work: Any) -> None:
        began = time.monotonic()
        self.stdout.write(f"{name} …")
        self.stdout.flush()
        work()
        self.stdout.write(f"{name} done ({time.monotonic() - began:.1f} s)")
        self.stdout.flush()

    def _free_port(self) -> int:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            return int(probe.getsockname()[1])

    def _say_hello(self, address: str) -> None:
        with translation.override("en"), translation.override(settings.LANGUAGE_CODE):
            lines = [
                "",
                f"Mogontia is at {address}/   (admin: {address}/admin/, sign in: {address}/accounts/login/)",
                "",
                "Accounts (user name / password):",
                *(f"  {row['role']:<15} {row['username']} / {row['password']}" for row in demo_accounts()),
                "",
                "API key (docs/api.md):",
                *(f"  {row['name']}: {row['key']}" for row in demo_keys()),
                "",
                "Five-minute tour:",
            ]
            for number, step in enumerate(tour_steps(), start=1):
                who = f"  (as {step.account})" if step.account else ""
                lines.append(f"  {number}. {step.title}{who}: {address}{step.url}")
        self.stdout.write("\n".join([*lines, "", "Stop with Ctrl-C.", ""]))
        self.stdout.flush()

    def _serve(self, port: int) -> None:
        """Run the web server and the worker until one of them stops or the user does."""
        if port != 0:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    raise CommandError(f"Port {port} is taken. Try: make demo PORT={port + 1}")
        # A polite end from outside (a service manager, a test) ends the children too.
        signal.signal(signal.SIGTERM, lambda *_args: signal.raise_signal(signal.SIGINT))
        signal.signal(signal.SIGINT, signal.default_int_handler)  # shells start background jobs with it ignored
        # Links in mails and codes on paper lead to this server.
        around = {**os.environ, "PORT": str(port)}
        worker = subprocess.Popen([sys.executable, "manage.py", "work"], cwd=settings.BASE_DIR, env=around)
        server = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "cms.wsgi", "--bind", f"127.0.0.1:{port}", "--workers", "2", "--threads", "4",
             "--log-level", "warning"],
            cwd=settings.BASE_DIR,
            env=around,
        )  # fmt: skip
        try:
            server.wait()
        except KeyboardInterrupt:
            pass
        finally:
            for process in (server, worker):
                if process.poll() is None:
                    process.terminate()
            for process in (server, worker):
                process.wait(timeout=20)
        if server.returncode not in (0, -2, -15):
            raise CommandError(f"The server stopped with code {server.returncode}.")
