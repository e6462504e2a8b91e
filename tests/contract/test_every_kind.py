"""Plugins alone, and one plugin that uses everything; each in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PLUGINS = sorted(path.parent.name for path in (ROOT / "plugins").glob("*/apps.py"))
SCRIPT = """
import django; django.setup()
from django.core.management import call_command
call_command("check"); call_command("migrate", verbosity=0); call_command("makemigrations", check=True, dry_run=True, verbosity=0)
from cms.operations.demo import load_demo
load_demo(lambda line: None)
from django.test import Client
from cms.plugins.registry import collect, enabled_plugins
assert [config.label for config in enabled_plugins()] == [{name!r}]
paths = ["/", "/suche/?q=mainz", *(path for _config, ask in collect("smoke") for path in ask())]
broken = [(path, status) for path in paths if (status := Client().get(path).status_code) != 200]
print("broken", broken, "of", len(paths))
"""


def run(arguments: list[str], **values: str) -> subprocess.CompletedProcess[str]:
    # SQLite in a file of its own: the databases of this run belong to this run's processes.
    environment = {name: value for name, value in os.environ.items() if name != "PYTEST_XDIST_WORKER"}
    return subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, env={**environment, **values}, capture_output=True, text=True
    )


@pytest.mark.parametrize("name", PLUGINS)
def test_each_plugin_works_alone(tmp_path: Path, name: str) -> None:
    values = {"DJANGO_SETTINGS_MODULE": "tests.contract.alone", "DATABASE_URL": f"sqlite:///{tmp_path}/alone.sqlite3"}
    found = run(["-c", SCRIPT.format(name=name)], ALONE=name, **values)
    assert "broken [] of" in found.stdout, found.stdout[-2000:] + found.stderr[-2000:]


def test_a_plugin_may_use_every_kind(tmp_path: Path) -> None:
    found = run(
        [
            "-m",
            "pytest",
            "tests/plugins/dummy/suite.py",
            "--ds=tests.plugins.dummy.settings",
            "-p",
            "no:cacheprovider",
            "-p",
            "no:randomly",
        ],
        DATABASE_URL=f"sqlite:///{tmp_path}/dummy.sqlite3",
    )
    assert found.returncode == 0, found.stdout[-4000:] + found.stderr[-1000:]
    assert " passed" in found.stdout


def test_a_requirement_nobody_meets_stops_the_start(tmp_path: Path) -> None:
    script = (
        "import sys; sys.path.append('tests/plugins/dummy_package');"
        "import django; django.setup(); from django.core.management import call_command; call_command('check')"
    )
    values = {
        "DJANGO_SETTINGS_MODULE": "cms.settings.test",
        "PLUGINS": "services,dummy",
        "DATABASE_URL": f"sqlite:///{tmp_path}/x.sqlite3",
    }
    found = run(["-c", script], **values)
    assert found.returncode != 0
    assert "plugins.E004" in found.stderr
    assert "dummy_greeting" in found.stderr
