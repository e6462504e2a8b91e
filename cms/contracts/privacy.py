"""What an app keeps about a person (manifest kind ``privacy``): to hand out, and to erase."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.functional import cached_property


@dataclass(frozen=True)
class Sought:
    """Whom a request of a person without an account is about; at least one of the three is given.

    ``mail``: an address, ``reference``: of a case, as it is stored, ``words``: what must all stand in the same record
    (name, street, date of birth as ``1980-03-12``).
    """

    mail: str = ""
    reference: str = ""
    words: tuple[str, ...] = ()

    @property
    def is_written(self) -> bool:
        """Whether texts have to be read: a reference alone is looked up."""
        return bool(self.mail or self.words)

    @cached_property
    def _patterns(self) -> list[list[re.Pattern[str]]]:
        # An address is not found in a longer one: "anna@a.example" is not "joanna@a.example" or "anna@a.example.org".
        mail = rf"(?<![\w.+-]){re.escape(self.mail.casefold())}(?![\w-]|\.\w)"
        words = [rf"(?<!\w){re.escape(word.casefold())}(?!\w)" for word in self.words]
        return [[re.compile(one) for one in ways] for ways in ([mail] if self.mail else [], words) if ways]

    def is_in(self, value: Any) -> bool:
        """Return whether the address, or all of the words, stand in a JSON value; what stands in its keys does not count."""
        text = "\n".join(_texts(value)).casefold()
        return any(all(pattern.search(text) for pattern in ways) for ways in self._patterns)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for one in value.values():
            yield from _texts(one)
    elif isinstance(value, (list, tuple)):
        for one in value:
            yield from _texts(one)
    elif value is not None and not isinstance(value, bool):
        yield str(value)


@dataclass(frozen=True, kw_only=True)
class Trace:
    """Something that is kept about a person, in words and as data (Art. 15 DSGVO).

    ``rows``: (what, value) for people to read. ``data``: the same as JSON. ``files``: (name, callable() -> content; raises
    cms.sealing.Unreadable or OSError). ``reference``: of its case; what else belongs to that is found with it.
    ``needed``: why it can't be erased yet, for people; empty when it can.
    """

    title: str
    at: datetime
    rows: list[tuple[str, str]]
    data: Any
    files: list[tuple[str, Callable[[], bytes]]] = field(default_factory=list)
    reference: str = ""
    needed: str = ""


class Tracer(ABC):
    """Finds what is kept about people without an account, by number (primary key)."""

    @abstractmethod
    def find(self, sought: Sought) -> Iterator[int]:
        """Yield the numbers of all records about ``sought``; called in the background, it may read everything."""

    @abstractmethod
    def read(self, number: int) -> Trace | None:
        """Return what is kept in a record; None when it is gone or its key is."""

    @abstractmethod
    def forget(self, number: int) -> None:
        """Erase a record, or what is personal in it (Art. 17); called in a transaction, for traces nobody needs."""


class ColumnTracer(Tracer):
    """Traces in a table whose columns can be read as they are.

    ``rows``: callable() -> query set; ``columns``: where address and name stand; ``trace``: callable(row) -> Trace;
    ``forget``: callable(query set of one row).
    """

    def __init__(
        self,
        *,
        rows: Callable[[], Any],
        columns: tuple[str, ...],
        trace: Callable[[Any], Trace],
        forget: Callable[[Any], Any],
    ) -> None:
        self._rows, self._columns, self._trace, self._forget = rows, columns, trace, forget

    def find(self, sought: Sought) -> Iterator[int]:
        """Yield the numbers of rows that name the person; none of them has a case."""
        if sought.is_written:
            for number, *values in self._rows().order_by("pk").values_list("pk", *self._columns).iterator():
                if sought.is_in(values):
                    yield number

    def read(self, number: int) -> Trace | None:
        """Return what is kept in a row."""
        row = self._rows().filter(pk=number).first()
        return self._trace(row) if row else None

    def forget(self, number: int) -> None:
        """Erase what is personal in a row."""
        self._forget(self._rows().filter(pk=number))


@dataclass(frozen=True, kw_only=True)
class PersonalData:
    """One kind of personal data.

    ``name``: key in the export, unique within the app. ``models``: labels ("app.Model") it covers; a contract test
    insists that every model which points at an account or holds a mail address is covered by somebody.
    ``export``: callable(user) -> list of JSON objects (Art. 15 and 20 DSGVO). ``erase``: callable(user) -> number of
    rows erased or made anonymous (Art. 17); called inside one transaction, before the account itself is deleted.
    ``retention``: in words, how long it is kept otherwise. ``tracer``: finds it for people who have no account.
    """

    name: str
    title: Any
    models: tuple[str, ...]
    export: Callable[[Any], list[dict[str, Any]]]
    erase: Callable[[Any], int]
    retention: Any
    tracer: Tracer | None = None
