"""What people can be told, as they find it in their settings (manifest kind ``topics``)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Topic:
    """A kind of message. ``name`` is unique over all apps and stays.

    ``optional``: the person may have it daily, weekly or not at all. ``advertising``: sent without an occasion of the
    recipient's own (newsletter, reminders of offers); each mail then carries a way to unsubscribe with one click
    (section 7 (3) UWG; RFC 8058). ``group``: only members of this group see it in their settings.
    """

    name: str
    title: Any
    description: Any = ""
    optional: bool = True
    advertising: bool = False
    group: str = ""
