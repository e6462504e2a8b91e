"""With good values Django has nothing to say against going live."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import date, timedelta

import pytest

from .test_settings import GOOD, ROOT, start


def test_check_deploy_is_clean() -> None:
    env = {key: value for key, value in os.environ.items() if key not in {*GOOD, "DEBUG"}}
    env |= {**GOOD, "DJANGO_SETTINGS_MODULE": "cms.settings.production", "SECURE_PROXY": "true"}
    env["SECURITY_TXT_CONTACT"] = "mailto:sicherheit@mainz.example"
    env["SECURITY_TXT_EXPIRES"] = str(date.today() + timedelta(days=300))
    found = subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        cwd=ROOT,
        env=env,
        capture_output=True,
        text=True,
    )
    assert found.returncode == 0, found.stderr


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SECRET_KEY", "a" * 60),
        ("SECRET_KEY", "development-only-" + "0123456789" * 5),
        ("SECRET_KEY", "django-insecure-" + "0123456789" * 5),
        ("ALLOWED_HOSTS", "www.mainz.example,*"),
        ("ALLOWED_HOSTS", "."),
        ("SITE_URL", ""),
        ("SITE_URL", "www.mainz.example"),
    ],
)
def test_more_that_must_not_go_live_is_named(name: str, value: str) -> None:
    found = start(**{name: value})
    assert found.returncode != 0
    assert name in found.stderr


def test_all_that_is_wrong_is_said_at_once() -> None:
    found = start(SECRET_KEY="", ALLOWED_HOSTS="", DATABASE_URL="", SITE_URL="")
    for name in ("SECRET_KEY", "ALLOWED_HOSTS", "DATABASE_URL", "SITE_URL"):
        assert name in found.stderr


def test_the_secret_is_not_repeated_in_the_refusal() -> None:
    secret = "geheim-aber-kurz"
    assert secret not in start(SECRET_KEY=secret).stderr
