"""Answers that go with a page of the preview instead of lying in a filling."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core import signing

SALT = "forms.preview"


def packed(answers: Mapping[str, Any]) -> str:
    """Return answers as the page carries them."""
    return signing.dumps(dict(answers), salt=SALT, compress=True)


def unpacked(text: str) -> dict[str, Any]:
    """Return the answers of ``packed()``, none for what is no such text."""
    try:
        return signing.loads(text, salt=SALT)
    except signing.BadSignature:
        return {}
