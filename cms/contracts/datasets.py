"""What apps give to everybody as open data (manifest kind ``datasets``)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Dataset:
    """All public things of one resource of the API, to be taken as a whole: CSV with its simple fields, JSON with all.

    ``name`` stands in addresses and stays; ``kind`` is that of the resource ("service"). ``title``, ``description`` and
    ``keywords`` are lazy. ``since``: first day it was offered. ``theme`` and ``frequency`` are codes of the EU's lists
    data-theme ("GOVE") and frequency ("CONT": changed whenever something changes).
    """

    name: str
    kind: str
    title: Any
    description: Any
    keywords: tuple[Any, ...]
    since: date
    theme: str = "GOVE"
    frequency: str = "CONT"
