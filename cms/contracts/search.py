"""What a part of the city says about itself to the search (see docs/plugins.md, "search").

A plugin declares one :class:`SearchDocument` per kind of record. The search app calls it,
stores what it returns as rows of ``search.SearchEntry`` and never looks into the plugin's models.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, ClassVar, Protocol, runtime_checkable

from django.db.models import Model, QuerySet


@dataclass(frozen=True, kw_only=True)
class Card:
    """What a result shows besides title and text, in the entry's language; readable for whoever may read the entry.

    ``facts``: (name, text), such as ("fee", "37,00 €"); names: fee, papers, duration, unit, address, function, file.
    ``action_url``: where it is done at once, ``action_label`` what that is called. ``phone``: as it is written.
    ``hours``: opening hours as ``cms.directory.hours.Schedule.stored()`` gives them; ``place``: whose hours these are.
    """

    facts: tuple[tuple[str, str], ...] = ()
    action_label: str = ""
    action_url: str = ""
    phone: str = ""
    place: str = ""
    hours: Mapping[str, Any] | None = None


@dataclass(frozen=True, kw_only=True)
class Listing:
    """Asks for at most ``number`` things of ``kind`` about ``topic`` ("": any), the newest first or by title.

    In the active language; in the default language when there is nothing else. ``without``: the key of one to leave out.
    """

    topic: str = ""
    kind: str = ""
    number: int = 6
    by_title: bool = False
    without: str = ""


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One findable thing in one language: a record, or one page of a document.

    All texts are plain text (no markup). ``url`` is a path on this site, without host.
    ``rule_id`` is the primary key of the access rule a reader must satisfy.
    ``same_as``: entries of one kind with the same value say the same (a page in several languages); one of them is shown.
    ``staff_text`` and ``agent_text`` are searched and highlighted only for readers of that level.
    """

    language: str
    title: str
    url: str
    rule_id: int
    part: str = ""
    same_as: str = ""
    alternative_titles: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    summary: str = ""
    body: str = ""
    staff_text: str = ""
    agent_text: str = ""
    topics: tuple[str, ...] = ()
    unit_id: int | None = None
    district: str = ""
    date: date | None = None
    latitude: float | None = None
    longitude: float | None = None
    boost: float = 1.0
    publish_from: datetime | None = None
    publish_until: datetime | None = None
    card: Card | None = None


@runtime_checkable
class SearchDocument(Protocol):
    """Describes how one model becomes search entries.

    ``kind`` is stable and unique over all plugins ("service", "unit", "page" ...); ``label`` is
    shown as filter (lazy translation); ``dependents`` maps the label of another model
    ("directory.OrganisationUnit") to the queryset look-up of this model which names the rows whose
    entries change with it ("responsibilities__unit").
    A document whose entries name topics has ``topic_names() -> dict[str, str]`` as well: what readers call them.
    """

    kind: ClassVar[str]
    label: Any
    icon: ClassVar[str]
    model: type[Model]
    dependents: ClassVar[Mapping[str, str]]

    def queryset(self) -> QuerySet[Any]:
        """Rows that may have entries (live ones, whatever their audience), with what ``entries`` needs prefetched."""

    def entries(self, obj: Any) -> Iterable[Entry]:
        """Entries of one committed row; none when it must not be found by anybody."""
