"""Run a measurement as a program on an empty PostgreSQL database of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

ROOT = Path(__file__).resolve().parents[1]


def run(module: str, *arguments: object, **variables: str) -> Any:
    """Create a database on the server of DATABASE_URL, migrate it, run ``benchmarks.module`` there, drop it.

    ``variables`` are added to its environment. Returns the JSON value that it prints last. Raises KeyError without
    DATABASE_URL, RuntimeError with the end of what it printed when it fails.
    """
    server = os.environ["DATABASE_URL"]
    name = f"bench_{module}_{os.getpid()}"
    environment: Mapping[str, str] = {
        **{key: value for key, value in os.environ.items() if key != "REDIS_URL"},
        "DJANGO_SETTINGS_MODULE": "benchmarks.settings",
        "DATABASE_URL": urlunsplit(urlsplit(server)._replace(path=f"/{name}")),
        **variables,
    }
    with tempfile.TemporaryDirectory() as state, psycopg.connect(server, autocommit=True) as admin:
        environment = {"WORKER_STATE_DIR": state, **environment}
        admin.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        try:
            for command in (["manage.py", "migrate", "--run-syncdb", "-v0"], ["-m", f"benchmarks.{module}"]):
                words = [str(argument) for argument in arguments] if command[0] == "-m" else []
                done = subprocess.run(
                    [sys.executable, *command, *words],
                    cwd=ROOT,
                    env=environment,
                    stdout=subprocess.PIPE,
                    text=True,
                    check=False,
                )
                if done.returncode:
                    raise RuntimeError(f"{module} ended with {done.returncode}: {done.stdout[-2_000:]}")
            return json.loads(done.stdout.splitlines()[-1])
        finally:
            admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
