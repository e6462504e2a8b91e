"""What docs/webhooks.md says about signatures works as it stands there."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from cms.sealing import unseal
from cms.webhooks.sealed import PURPOSE
from cms.webhooks.services import ping
from tests.cms.webhooks.conftest import Receiver

pytestmark = pytest.mark.django_db
DOCS = (Path(__file__).resolve().parents[3] / "docs" / "webhooks.md").read_text()


def block(language: str) -> str:
    found = re.search(rf"```{language}\n(.*?)```", DOCS, re.S)
    assert found
    return found[1]


def test_the_recipe_in_python(receiver: Receiver, endpoint: Any, work: Any) -> None:
    ping(endpoint=endpoint)
    work()
    _path, headers, body = receiver.requests[0]
    names = {"secret": unseal(endpoint.secret, PURPOSE), "body": body, "headers": headers}
    exec(block("python"), names)
    assert names["message"]["type"] == "webhook.ping"


@pytest.mark.parametrize("forged", [False, True])
def test_the_recipe_in_a_shell(receiver: Receiver, endpoint: Any, work: Any, tmp_path: Path, forged: bool) -> None:
    ping(endpoint=endpoint)
    work()
    _path, headers, body = receiver.requests[0]
    (tmp_path / "body.json").write_bytes(body.replace(b"ping", b"pong") if forged else body)
    values = {
        "SECRET": unseal(endpoint.secret, PURPOSE),
        "ID": headers["webhook-id"],
        "TIMESTAMP": headers["webhook-timestamp"],
        "SIGNATURE": headers["webhook-signature"],
        "PATH": "/usr/bin:/bin",
    }
    done = subprocess.run(
        ["sh", "-c", block("sh")], cwd=tmp_path, env=values, capture_output=True, text=True, check=False
    )
    assert done.stdout == ("forged\n" if forged else "valid\n"), done.stderr
