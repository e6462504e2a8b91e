"""What an app knows to be wrong with itself (manifest kind ``health``)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Problem:
    """Something operators must look at. ``name``: one word for monitoring; ``text``: a sentence without personal data."""

    name: str
    text: str
    url: str = ""
