"""Every answer, also errors, redirects and files, carries the headers that keep browsers on our side."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from wagtail.models import Collection

from tests.cms.access.test_media import make_document

ROOT = Path(__file__).resolve().parents[2]
EXPECTED = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Frame-Options": "SAMEORIGIN",
}


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path", ["/", "/aemter/", "/suche/?q=x", "/gibtesnicht/", "/api/v1/units/", "/accounts/login/", "/admin/", "FILE"]
)
def test_every_answer_has_them(home: Any, client: Any, path: str) -> None:
    answer = client.get(make_document(Collection.get_first_root_node()).url if path == "FILE" else path)
    # Files that everybody may see may be shown on other sites.
    policy = {"Cross-Origin-Resource-Policy": "cross-origin" if path == "FILE" else "same-origin"}
    assert {name: answer.get(name) for name in EXPECTED} == EXPECTED | policy
    assert "camera=()" in answer["Permissions-Policy"]
    policy = answer["Content-Security-Policy"]
    assert "'unsafe-eval'" not in policy
    assert "https:" not in policy
    if path.startswith("/api/"):
        assert policy == "default-src 'none'; frame-ancestors 'none'"
    elif path not in {"/admin/", "FILE"}:
        assert "'unsafe-inline'" not in policy
        assert "object-src 'none'" in policy
        assert "frame-ancestors 'self'" in policy


def test_cookies_in_production_belong_to_this_host_only() -> None:
    env = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "cms.settings.production",
        "SECRET_KEY": "kaum-zu-erraten-" * 5 + "0123456789abcdef",
        "ALLOWED_HOSTS": "www.mainz.example",
        "SITE_URL": "https://www.mainz.example",
        "DATABASE_URL": "postgres://nobody@127.0.0.1:1/none",
    }
    script = (
        "from django.conf import settings as s; import json;"
        "print(json.dumps([[getattr(s, f'{c}_COOKIE_{n}') for n in ('NAME', 'SECURE', 'SAMESITE', 'PATH', 'DOMAIN')]"
        " for c in ('SESSION', 'CSRF')] + [s.SESSION_COOKIE_HTTPONLY]))"
    )
    found = subprocess.run([sys.executable, "-c", script], cwd=ROOT, env=env, capture_output=True, text=True)
    session, csrf, http_only = json.loads(found.stdout)
    assert session == ["__Host-sessionid", True, "Lax", "/", None]
    assert csrf == ["__Host-csrftoken", True, "Lax", "/", None]
    assert http_only is True
