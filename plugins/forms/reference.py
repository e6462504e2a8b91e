"""Lists of reference data that forms offer: which there are, and what is in them. Only what the public may see."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.contrib.auth.models import AnonymousUser
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from cms.directory.models import Location, OrganisationUnit

from .models.reference import ReferenceList


def units(language: str) -> list[tuple[str, str]]:
    """Return the units of the city."""
    with override(language):
        return [(str(unit.pk), str(unit)) for unit in OrganisationUnit.objects.visible_to(AnonymousUser()).with_texts()]


def locations(language: str) -> list[tuple[str, str]]:
    """Return the places of the city."""
    with override(language):
        return [(str(place.pk), str(place)) for place in Location.objects.visible_to(AnonymousUser()).with_texts()]


#: Name -> (label, function of the language that returns (value, label)).
LISTS: dict[str, tuple[object, Callable[[str], list[tuple[str, str]]]]] = {
    "units": (_("Units"), units),
    "locations": (_("Locations"), locations),
}


def names() -> list[tuple[str, object]]:
    """Return (name, label) of all lists: those that are always there, and those that editors keep."""
    own = ReferenceList.objects.values_list("key", "title")
    return [*((name, label) for name, (label, _entries) in LISTS.items()), *own]


#: What has been read inside of :func:`read_once`: (name, language) -> entries.
_read: ContextVar[dict[tuple[str, str], list[tuple[str, str]]] | None] = ContextVar("reference_lists", default=None)


@contextmanager
def read_once() -> Iterator[None]:
    """Within, each list is read once, however many questions offer it. Also a decorator; the outermost one counts."""
    if _read.get() is not None:
        yield
        return
    token = _read.set({})
    try:
        yield
    finally:
        _read.reset(token)


def entries(name: str, language: str) -> list[tuple[str, str]]:
    """Return (value, label) of everything in the list ``name``; nothing for a list there is not."""
    kept = _read.get()
    if kept is None:
        return _entries(name, language)
    if (name, language) not in kept:
        kept[name, language] = _entries(name, language)
    return kept[name, language]


def _entries(name: str, language: str) -> list[tuple[str, str]]:
    if known := LISTS.get(name):
        return known[1](language)
    own = ReferenceList.objects.filter(key=name).first()
    return own.entries() if own else []
