"""The demo city: accounts, and what each app loads from its file in ``fixtures/``."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings
from django.db import transaction

from cms.accounts.models import User
from cms.accounts.roles import (
    AGENT_GROUP,
    EASY_RELEASERS_GROUP,
    EDITORS_GROUP,
    EXTRANET_GROUP,
    SIGN_RELEASERS_GROUP,
    STAFF_GROUP,
    set_up_roles,
)
from cms.plugins.registry import collect

FIXTURES = Path(settings.BASE_DIR, "fixtures")
Report = Callable[[str], None]
GROUPS_OF_ROLE = {
    "editor": [EDITORS_GROUP, STAFF_GROUP],
    "section_editor": [STAFF_GROUP],
    "staff": [STAFF_GROUP],
    "agent": [STAFF_GROUP, AGENT_GROUP],
    "administrator": [STAFF_GROUP],
    "extranet": [EXTRANET_GROUP],
    "inclusion": [STAFF_GROUP, EASY_RELEASERS_GROUP, SIGN_RELEASERS_GROUP],
    "emergency": [STAFF_GROUP],
}


def read_fixture(name: str) -> dict[str, Any]:
    """Return the content of ``fixtures/<name>.yaml``; empty when there is none."""
    path = FIXTURES / f"{name}.yaml"
    return yaml.safe_load(path.read_text(encoding="utf-8")) or {} if path.is_file() else {}


def demo_accounts() -> list[dict[str, str]]:
    """Return the demo accounts as written in the fixture."""
    return read_fixture("accounts").get("accounts", [])


def demo_keys() -> list[dict[str, str]]:
    """Return the demo's integrations with their API keys as written in the fixture."""
    return read_fixture("integrations").get("integrations", [])


def load_accounts() -> None:
    """Create the demo accounts; existing ones keep what was changed."""
    groups = set_up_roles()
    for row in demo_accounts():
        user, created = User.objects.get_or_create(
            username=row["username"],
            defaults={"email": row["email"], "first_name": row["first_name"], "last_name": row["last_name"]},
        )
        if created:
            user.set_password(row["password"])
            user.is_superuser = user.is_staff = row["role"] == "administrator"
            user.save()
            user.groups.set(groups[name] for name in GROUPS_OF_ROLE[row["role"]])


@transaction.atomic
def load_demo(report: Report) -> None:
    """Load accounts and every app's demo content, the core's first; ``report`` gets one line a step. Safe to repeat."""
    report("accounts")
    load_accounts()
    # Plugins stand before the core in INSTALLED_APPS; the directory comes before pages, which show its records.
    order = {"directory": 0, "services": 1, "content": 9, "media": 10, "languages": 11, "reviews": 12, "editing": 13}
    for config, load in sorted(collect("demo", also_off=True), key=lambda pair: order.get(pair[0].label, 5)):
        report(str(config.verbose_name))
        load(read_fixture(config.label), report)
