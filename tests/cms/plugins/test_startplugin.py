"""The plugin that ``startplugin`` writes works as it is, alone and beside others; its own tests pass."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
import zipfile
from importlib.util import find_spec
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

ROOT = Path(__file__).resolve().parents[3]
PARTS = ["cms", "search", "plugins", "themes", "fixtures", "locale", "tests", "manage.py", "pyproject.toml"]


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A copy of what the site needs, to write into."""
    for part in PARTS:
        if (ROOT / part).is_dir():
            shutil.copytree(ROOT / part, tmp_path / part, ignore=shutil.ignore_patterns("__pycache__", "e2e"))
        else:
            shutil.copy(ROOT / part, tmp_path / part)
    (tmp_path / "var").mkdir()
    return tmp_path


def run(checkout: Path, *arguments: str, plugins: str = "services") -> subprocess.CompletedProcess[str]:
    env = {
        **os.environ,
        "PLUGINS": plugins,
        "DATABASE_URL": f"sqlite:///{checkout}/var/new.sqlite3",
        "DJANGO_SETTINGS_MODULE": "cms.settings.test",
        "PYTHONPATH": "",
    }
    return subprocess.run([sys.executable, *arguments], cwd=checkout, env=env, capture_output=True, text=True)


def test_a_new_plugin_works_and_its_tests_pass(checkout: Path) -> None:
    written = run(checkout, "manage.py", "startplugin", "wanderwege", "--title", "Wanderwege")
    assert written.returncode == 0, written.stderr
    assert "PLUGINS=services,wanderwege" in written.stdout
    unchanged = run(checkout, "manage.py", "makemigrations", "--check", "--dry-run", plugins="wanderwege")
    assert unchanged.returncode == 0, unchanged.stdout + unchanged.stderr
    found = run(
        checkout, "-m", "pytest", "tests/plugins/wanderwege", "-p", "no:cacheprovider", plugins="services,wanderwege"
    )
    assert "4 passed" in found.stdout, found.stdout[-3000:] + found.stderr[-1000:]
    style = subprocess.run(
        [sys.executable, "-m", "ruff", "check", "plugins/wanderwege", "tests/plugins/wanderwege"],
        cwd=checkout, capture_output=True, text=True,
    )  # fmt: skip
    assert style.returncode == 0, style.stdout


@pytest.mark.parametrize("name", ["services", "content", "json", "Mit Leerzeichen", "class", "äpfel", "1a", "a_b"])
def test_a_name_that_cannot_be_used_is_refused(name: str) -> None:
    with pytest.raises(CommandError, match=name):
        call_command("startplugin", name)
    assert not (ROOT / "plugins" / name).exists() or name == "services"


def test_a_title_cannot_break_the_code() -> None:
    with pytest.raises(CommandError, match="title"):
        call_command("startplugin", "neu", "--title", '"); import os #')
    assert not (ROOT / "plugins" / "neu").exists()


def test_the_tutorial_does_what_it_says(checkout: Path) -> None:
    text = (ROOT / "docs" / "plugins.md").read_text(encoding="utf-8")
    tutorial = text.split("## Write your own plugin", 1)[1].split("\n## ", 1)[0]
    steps = re.findall(r"^```(\w+)([^\n]*)\n(.*?)^```$", tutorial, re.MULTILINE | re.DOTALL)
    assert [kind for kind, _where, _body in steps] == ["sh", "sh", "python", "html", "text", "sh"]
    plugins = "services"
    for kind, where, content in steps:
        if where.strip().startswith("file="):
            (checkout / where.strip().removeprefix("file=")).write_text(content, encoding="utf-8")
        elif where.strip().startswith("after="):
            name, line = where.strip().removeprefix("after=").split("|")
            path = checkout / name
            lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
            at = next(number for number, found in enumerate(lines) if line in found)
            path.write_text("".join([*lines[: at + 1], content, *lines[at + 1 :]]), encoding="utf-8")
        else:
            assert kind == "sh"
            for command in content.splitlines():
                if command.startswith("PLUGINS="):
                    plugins = command.removeprefix("PLUGINS=")
                    continue
                words = shlex.split(command)
                found = run(checkout, *(["-m", *words] if words[0] == "pytest" else words), plugins=plugins)
                assert found.returncode == 0, command + found.stdout[-3000:] + found.stderr[-3000:]
    listed = run(checkout, "manage.py", "plugins", plugins=plugins)
    assert "enabled    wanderwege: Wanderwege [" in listed.stdout
    assert "blocks" in listed.stdout.split("wanderwege: ")[1].splitlines()[0]


def test_a_package_from_elsewhere_is_installed_and_works(checkout: Path, tmp_path: Path) -> None:
    """A wheel with an entry point, installed by pip; its code lies outside ``plugins``."""
    assert run(checkout, "manage.py", "startplugin", "fremd").returncode == 0
    shutil.move(checkout / "plugins" / "fremd", tmp_path / "fremdpaket")
    for path in (tmp_path / "fremdpaket").rglob("*.py"):
        path.write_text(path.read_text(encoding="utf-8").replace("plugins.fremd", "fremdpaket"), encoding="utf-8")
    shutil.rmtree(checkout / "tests" / "plugins" / "fremd")
    apps = tmp_path / "fremdpaket" / "apps.py"
    apps.write_text(
        apps.read_text(encoding="utf-8").replace('label = "fremd"', 'label = "fremdpaket"'), encoding="utf-8"
    )
    for path in (tmp_path / "fremdpaket").rglob("*.*"):
        if path.suffix in {".py", ".html"}:
            text = path.read_text(encoding="utf-8")
            text = text.replace('"fremd:', '"fremdpaket:').replace('app_name = "fremd"', 'app_name = "fremdpaket"')
            text = text.replace('"fremd/', '"fremdpaket/').replace('f"fremd.', 'f"fremdpaket.').replace("%}fremd:", "")
            path.write_text(text, encoding="utf-8")
    (tmp_path / "fremdpaket" / "templates" / "fremd").rename(tmp_path / "fremdpaket" / "templates" / "fremdpaket")
    wheel = tmp_path / "fremdpaket-1.0-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        for path in (tmp_path / "fremdpaket").rglob("*"):
            if path.is_file() and "__pycache__" not in path.parts:
                archive.write(path, str(path.relative_to(tmp_path)))
        info = "fremdpaket-1.0.dist-info"
        archive.writestr(f"{info}/METADATA", "Metadata-Version: 2.1\nName: fremdpaket\nVersion: 1.0\n")
        archive.writestr(
            f"{info}/WHEEL", "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        archive.writestr(f"{info}/entry_points.txt", "[cms.plugins]\nfremd = fremdpaket\n")
        archive.writestr(f"{info}/RECORD", "")
    shutil.rmtree(tmp_path / "fremdpaket")
    pip = [sys.executable, "-m", "pip"] if find_spec("pip") else [str(Path(sys.executable).with_name("uv")), "pip"]
    site = tmp_path / "site"
    subprocess.run(
        [*pip, "install", "--quiet", "--no-index", "--no-deps", "--target", str(site), str(wheel)], check=True
    )
    script = (
        f"import sys; sys.path.insert(0, {str(site)!r}); import django; django.setup();"
        "from django.core.management import call_command as c; c('check'); c('migrate', verbosity=0);"
        "from fremdpaket.models import FremdItem; FremdItem.objects.create(title='Aus der Ferne', slug='fern');"
        "from django.test import Client; from cms.plugins import switches;"
        "print('Aus der Ferne' in Client().get('/fremdpaket/').content.decode() or Client().get('/fremd/').content);"
        "switches.switch(label='fremdpaket', off=True); print(Client().get('/fremd/').status_code)"
    )
    found = run(checkout, "-c", script, plugins="fremd")
    assert found.stdout.split()[-2:] == ["True", "404"], found.stdout[-500:] + found.stderr[-3000:]
