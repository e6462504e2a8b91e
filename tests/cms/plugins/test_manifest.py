"""A broken manifest is an error at start."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command

from cms.plugins.checks import check_manifests
from cms.plugins.loading import app_paths
from cms.plugins.registry import collect

ROOT = Path(__file__).resolve().parents[3]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"menu": "plugins.services.nope.items"}, "plugins.E003"),
        ({"urls": "plugins.services.nothing"}, "plugins.E003"),
        ({"provides": {"x": "plugins.services.menu.nope"}}, "plugins.E003"),
        ({"requires": ("payments",)}, "plugins.E004"),
        ({"contract": 2}, "plugins.E002"),
        ({"url_prefix": ""}, "plugins.E005"),
        ({"events": "plugins.services.menu.items"}, "plugins.E006"),
        ({"jobs": "plugins.services.search.DOCUMENTS"}, "plugins.E006"),
        ({"menu": "plugins.services.blocks.BLOCKS"}, "plugins.E006"),
    ],
)
def test_the_mistake_is_named(monkeypatch: pytest.MonkeyPatch, change: dict[str, Any], code: str) -> None:
    config = apps.get_app_config("services")
    monkeypatch.setattr(config, "manifest", replace(config.manifest, **change))
    assert code in {message.id for message in check_manifests()}


def test_the_shipped_manifests_are_right() -> None:
    assert check_manifests() == []


@pytest.mark.parametrize("names", [["gibtsnicht"], ["services", "services"]])
def test_wrong_names_stop_the_start(names: list[str]) -> None:
    with pytest.raises(ImproperlyConfigured, match=names[0]):
        app_paths(names)


def test_an_unknown_kind_is_an_error() -> None:
    with pytest.raises(ValueError, match="nonsense"):
        list(collect("nonsense"))


@pytest.mark.django_db
def test_the_command_lists_what_is_on(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("plugins")
    assert "enabled    services" in capsys.readouterr().out


def test_the_core_starts_without_plugins(tmp_path: Path) -> None:
    env = {
        **os.environ,
        "PLUGINS": "",
        "DJANGO_SETTINGS_MODULE": "cms.settings.test",
        "DATABASE_URL": f"sqlite:///{tmp_path}/x.sqlite3",
    }
    script = (
        "import django; django.setup();"
        "from django.core.management import call_command as c; c('check'); c('migrate', verbosity=0);"
        "from django.test import Client; print(Client().get('/suche/?q=x').status_code, Client().get('/aemter/').status_code)"
    )
    found = subprocess.run([sys.executable, "-c", script], cwd=ROOT, env=env, capture_output=True, text=True)
    assert found.stdout.strip().endswith("200 200"), found.stderr[-2000:]
