"""Calls with a key, and what is expected of answers."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from django.test import Client


class Caller:
    """Calls the API with one key."""

    def __init__(self, key: str = "") -> None:
        self.client, self.key = Client(raise_request_exception=True), key

    def __call__(self, method: str, path: str, data: Any = None, **headers: str) -> Any:
        """Return the answer; underscores in names of headers stand for hyphens."""
        values = {name.replace("_", "-"): value for name, value in headers.items()}
        if self.key:
            values.setdefault("authorization", f"Bearer {self.key}")
        body = {} if data is None else {"data": json.dumps(data), "content_type": "application/json"}
        return getattr(self.client, method)(path, **body, headers=values)


def problem(answer: Any, status: int, code: str) -> Any:
    """Check that ``answer`` is this problem, and return its body."""
    assert answer.status_code == status, answer.content
    assert answer.headers["Content-Type"] == "application/problem+json"
    body = answer.json()
    assert body["code"] == code, body
    return body


def pointers(body: Any) -> Iterable[str]:
    """Return the places that a problem names."""
    return [item["pointer"] for item in body["errors"]]
