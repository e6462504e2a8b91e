"""What can be checked of the container files without an engine."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
FILES = ("compose.yaml", "bin/_services/compose.yaml")


def load(name: str) -> dict[str, Any]:
    return yaml.safe_load((ROOT / name).read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    return load("compose.yaml")


def test_has_all_parts_of_an_installation(compose):
    assert {"app", "worker", "postgres", "elasticsearch", "redis", "mail"} <= compose["services"].keys()


def test_dependencies_exist_and_can_become_true(compose):
    for service in compose["services"].values():
        for name, condition in service.get("depends_on", {}).items():
            other = compose["services"][name]
            if condition["condition"] == "service_healthy":
                assert "test" in other["healthcheck"], name


def test_named_volumes_are_declared_and_used(compose):
    used = {volume.split(":")[0] for service in compose["services"].values() for volume in service.get("volumes", ())}
    assert used == compose["volumes"].keys()


@pytest.mark.parametrize("name", FILES)
def test_ports_are_published_on_loopback_only(name):
    ports = [port for service in load(name)["services"].values() for port in service.get("ports", ())]
    assert ports
    assert all(port.startswith("127.0.0.1:") for port in ports)


@pytest.mark.parametrize("name", FILES)
def test_images_are_pinned(name):
    images = [service["image"] for service in load(name)["services"].values() if "build" not in service]
    assert all(re.search(r":[^:]*\d", image.split("/")[-1]) for image in images)


def test_secrets_come_from_the_environment(compose):
    for service in compose["services"].values():
        for key, value in service.get("environment", {}).items():
            if re.search("PASSWORD|SECRET|TOKEN", key):
                assert str(value).startswith("${"), key


def test_example_names_every_variable(compose):
    text = (ROOT / "compose.yaml").read_text(encoding="utf-8")
    example = (ROOT / ".env.example").read_text(encoding="utf-8")
    wanted = set(re.findall(r"(?<!\$)\$\{([A-Z_]+)", text))
    named = set(re.findall(r"^#?([A-Z_]+)=", example, re.MULTILINE))
    assert wanted == named


def test_settings_read_every_variable_the_application_is_given(compose):
    source = "".join(file.read_text(encoding="utf-8") for file in (ROOT / "cms/settings").glob("*.py"))
    for name in compose["services"]["app"]["environment"]:
        assert f'"{name}"' in source, name


def test_documentation_explains_every_setting():
    source = "".join(file.read_text(encoding="utf-8") for file in (ROOT / "cms/settings").glob("*.py"))
    names = set(re.findall(r'\benv(?:\.\w+)?\(\s*"([A-Z_]+)"', source))
    documented = (ROOT / "docs/deployment.md").read_text(encoding="utf-8")
    assert sorted(name for name in names if f"`{name}`" not in documented) == []


def test_image_does_not_run_as_root():
    lines = (ROOT / "Dockerfile").read_text(encoding="utf-8").splitlines()
    last_stage = max(number for number, line in enumerate(lines) if line.startswith("FROM "))
    users = [line for line in lines[last_stage:] if line.startswith("USER ")]
    assert users == ["USER mogontia"]


def test_image_installs_with_hashes_and_knows_whether_it_lives():
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    assert "--require-hashes" in text
    assert "HEALTHCHECK" in text


@pytest.mark.parametrize("name", [".env", ".git", ".venv", "var", "media"])
def test_image_is_built_without(name):
    assert name in (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
