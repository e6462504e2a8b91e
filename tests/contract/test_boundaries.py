"""What import-linter can't see: plugins don't meet through foreign keys, migrations, templates or addresses."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.apps import AppConfig, apps
from django.conf import settings
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from cms.plugins.registry import contributing_apps, enabled_plugins

ROOT = Path(__file__).resolve().parents[2]
TEMPLATE_NAME = re.compile(r"""{%\s*(?:include|extends)\s+["']([^"']+)["']""")
ADDRESS = re.compile(r"""{%\s*url\s+["'](\w+):|\breverse(?:_lazy)?\(\s*["'](\w+):""")


def relations_between(configs: Iterable[AppConfig]) -> Iterator[str]:
    """Yield each model field of one of ``configs`` that points at another of them."""
    labels = {config.label for config in configs}
    for config in configs:
        for model in config.get_models(include_auto_created=True):
            for field in model._meta.get_fields(include_hidden=True):
                if field.auto_created and not field.concrete:
                    continue  # the other end of somebody's relation
                target = getattr(field.related_model, "_meta", None)
                if target and target.app_label in labels - {config.label}:
                    yield f"{model._meta.label}.{field.name} -> {target.label}"


def migrations_between(labels: set[str]) -> Iterator[str]:
    """Yield each migration of one of ``labels`` that depends on a migration of another of them."""
    loader = MigrationLoader(connection)
    for (label, name), migration in loader.disk_migrations.items():
        for other, _name in [*migration.dependencies, *migration.run_before]:
            if label in labels and other in labels - {label}:
                yield f"{label}.{name} -> {other}"


def addresses_between(folder: Path, own: str, labels: set[str]) -> Iterator[str]:
    """Yield each file below ``folder`` that includes a template or names an address of another of ``labels``."""
    for path in [*folder.rglob("*.html"), *folder.rglob("*.py")]:
        text = path.read_text(encoding="utf-8")
        used = {name.split("/")[0] for name in TEMPLATE_NAME.findall(text)}
        used |= {name for pair in ADDRESS.findall(text) for name in pair if name}
        yield from (f"{path.name}: {name}" for name in used & (labels - {own}))


def all_plugins() -> list[AppConfig]:
    return list(enabled_plugins())


def test_every_folder_below_plugins_is_tested_here() -> None:
    folders = {path.parent.name for path in (ROOT / "plugins").glob("*/apps.py")}
    assert folders == set(settings.PLUGINS), "the tests run with every plugin of the repository"


def test_no_model_field_points_at_another_plugin() -> None:
    assert list(relations_between(all_plugins())) == []


@pytest.mark.django_db
def test_no_migration_depends_on_another_plugin() -> None:
    assert list(migrations_between({config.label for config in all_plugins()})) == []


def test_templates_and_addresses_stay_inside_the_plugin_and_the_core() -> None:
    labels = {config.label for config in all_plugins()}
    found = [item for config in all_plugins() for item in addresses_between(Path(config.path), config.label, labels)]
    assert found == []


def test_the_core_names_no_template_or_address_of_a_plugin() -> None:
    labels = {config.label for config in all_plugins()}
    found = [item for folder in ("cms", "search") for item in addresses_between(ROOT / folder, folder, labels)]
    assert found == []


@pytest.mark.django_db
def test_the_three_checks_see_what_they_look_for() -> None:
    """With one plugin they can't fail; taking the directory for a second one, they must."""
    configs: list[Any] = [apps.get_app_config("services"), apps.get_app_config("directory")]
    labels = {"services", "directory"}
    assert any("services.ServiceLocation.location" in item for item in relations_between(configs))
    assert any(item.startswith("services.") for item in migrations_between(labels))
    assert list(addresses_between(ROOT / "plugins" / "services", "services", labels | {"search", "cms"}))


def test_every_contributing_app_names_its_folder_label_and_prefix_alike() -> None:
    for config in contributing_apps():
        assert config.name.rpartition(".")[2] == config.label
        templates = Path(config.path, "templates")
        if templates.is_dir() and config in all_plugins():
            assert [path.name for path in templates.iterdir()] == [config.label]
