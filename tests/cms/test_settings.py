"""Production refuses to start with a dangerous configuration and says which."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
GOOD = {
    "SECRET_KEY": "k7Jq2-nx93mZpLw8RtYv5BcQ1sDfGhJkLzXcVbNm4W6E0uIoPa",
    "ALLOWED_HOSTS": "www.mainz.example",
    "DATABASE_URL": "sqlite:////tmp/none.sqlite3",
    "SITE_URL": "https://www.mainz.example",
}


def start(**changes: str) -> subprocess.CompletedProcess[str]:
    env = {key: value for key, value in os.environ.items() if key not in {*GOOD, "DEBUG"}}
    env |= {**GOOD, "DJANGO_SETTINGS_MODULE": "cms.settings.production", **changes}
    return subprocess.run(
        [sys.executable, "-c", "import cms.settings.production"], cwd=ROOT, env=env, capture_output=True, text=True
    )


def test_a_good_configuration_starts() -> None:
    found = start()
    assert found.returncode == 0, found.stderr


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SECRET_KEY", ""),
        ("SECRET_KEY", "short"),
        ("ALLOWED_HOSTS", ""),
        ("ALLOWED_HOSTS", "*"),
        ("DEBUG", "true"),
        ("DATABASE_URL", ""),
        ("SITE_URL", "http://www.mainz.example"),
    ],
)
def test_a_dangerous_one_is_named(name: str, value: str) -> None:
    found = start(**{name: value})
    assert found.returncode != 0
    assert name in found.stderr
