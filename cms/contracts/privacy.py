"""What an app keeps about a person (manifest kind ``privacy``): to hand out, and to erase."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True)
class PersonalData:
    """One kind of personal data.

    ``name``: key in the export, unique within the app. ``models``: labels ("app.Model") it covers; a contract test
    insists that every model which points at an account or holds a mail address is covered by somebody.
    ``export``: callable(user) -> list of JSON objects (Art. 15 and 20 DSGVO). ``erase``: callable(user) -> number of
    rows erased or made anonymous (Art. 17); called inside one transaction, before the account itself is deleted.
    ``retention``: in words, how long it is kept otherwise.
    """

    name: str
    title: Any
    models: tuple[str, ...]
    export: Callable[[Any], list[dict[str, Any]]]
    erase: Callable[[Any], int]
    retention: Any
