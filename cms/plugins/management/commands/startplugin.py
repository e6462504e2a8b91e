"""``manage.py startplugin NAME``: write a working plugin with its tests."""

from __future__ import annotations

import keyword
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.management.base import CommandError, CommandParser
from django.core.management.templates import TemplateCommand
from django.db.migrations.loader import MigrationLoader

STARTER = Path(__file__).resolve().parents[2] / "starter"


class Command(TemplateCommand):
    """Write ``plugins/NAME`` and ``tests/plugins/NAME``."""

    help = "Writes a new plugin with model, pages, search, menu, rights, admin and tests."
    rewrite_template_suffixes = ((".py-tpl", ".py"),)

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the name and the title."""
        parser.add_argument("name", help="folder, app label and address: lower-case letters and digits")
        parser.add_argument("--title", help="what readers see (default: the name)")

    def handle(self, *args: Any, **options: Any) -> None:  # type: ignore[override]
        """Write the files. Raises CommandError for a name that can't be used or is taken."""
        name = options.pop("name")
        title = options.pop("title") or name.capitalize()
        if not (name.isascii() and name.isalnum() and name.islower() and name[0].isalpha()) or keyword.iskeyword(name):
            raise CommandError(f"{name!r} can't be a name: use lower-case letters and digits, a letter first.")
        if any(sign in title for sign in '"\\{}\n'):
            raise CommandError("The title must not contain quotation marks, backslashes, braces or line breaks.")
        folder, tests = (Path(settings.BASE_DIR, *parts) for parts in (("plugins", name), ("tests", "plugins", name)))
        taken = folder.exists() or tests.exists() or name in {config.label for config in apps.get_app_configs()}
        if taken or find_spec(name):
            raise CommandError(f"{name!r} is taken by a plugin, an app or a Python module.")
        leaf = max(key[1] for key in MigrationLoader(None).graph.leaf_nodes("access"))
        values = {
            "title": title,
            "access_migration": leaf,
            "app_name_lower": name,
            "verbosity": options["verbosity"],
            "extensions": ["py"],
            "files": [],
            "exclude": [],
        }
        for target, part in ((folder, "plugin"), (tests, "tests")):
            target.mkdir(parents=True)
            super().handle("app", name, str(target), template=str(STARTER / part), **values)
            for path in target.rglob("*app_name*"):  # files are renamed by Django, folders are not in every case
                path.rename(path.with_name(path.name.replace("app_name", name)))
        self.stdout.write(
            f"Written: plugins/{name} and tests/plugins/{name}. Next: add {name!r} to the setting PLUGINS "
            f"(PLUGINS={','.join([*settings.PLUGINS, name])}), then manage.py migrate."
        )
