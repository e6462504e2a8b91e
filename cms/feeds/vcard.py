"""vCard 4.0 (RFC 6350). Lines are folded by icalendar: both formats share that rule (RFC 6350, 3.2; RFC 5545, 3.1)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from icalendar.parser import Contentline

from .conditional import answer
from .writing import clean, host

MEDIA_TYPE = "text/vcard"


@dataclass(frozen=True, kw_only=True)
class Card:
    """How to reach somebody or something.

    ``kind``: "individual", "org" or "location". ``key`` names it for ever ("person/12"). ``names``: family names, given
    names and titles of a person. ``organisation``: the city and its units, the largest first. ``address``: street,
    town, region, postcode, country. ``geo``: latitude, longitude.
    """

    kind: str
    key: str
    name: str
    url: str
    language: str
    names: tuple[str, str, str] | None = None
    organisation: tuple[str, ...] = ()
    role: str = ""
    phone: str = ""
    email: str = ""
    room: str = ""
    address: tuple[str, str, str, str, str] | None = None
    geo: tuple[float, float] | None = None
    note: str = ""


def write(card: Card) -> bytes:
    """Return the card as a file."""
    lines = [
        "BEGIN:VCARD",
        "VERSION:4.0",
        f"UID:{_uri(f'tag:{host()},2026:{card.key}')}",
        f"KIND:{card.kind}",
        f"FN:{_text(card.name)}",
    ]
    if card.names:
        family, given, title = card.names
        lines.append(f"N:{_parts([family, given, '', title, ''])}")
    if any(card.organisation):
        lines.append(f"ORG:{_parts(card.organisation)}")
    if card.role:
        lines.append(f"TITLE:{_text(card.role)}")
    if card.phone:
        # As text: numbers here are written for people, a tel: address would have to be a valid one.
        lines.append(f"TEL;VALUE=text;TYPE=work,voice:{_text(card.phone)}")
    if card.email:
        lines.append(f"EMAIL;TYPE=work:{_text(card.email)}")
    if card.address:
        street, town, region, postcode, country = card.address
        lines.append(f"ADR;TYPE=work:{_parts(['', '', street, town, region, postcode, country])}")
    if card.geo:
        lines.append(f"GEO:geo:{card.geo[0]:.6f},{card.geo[1]:.6f}")
    if note := "\n".join(part for part in (card.room, card.note) if part):
        lines.append(f"NOTE:{_text(note)}")
    lines += [f"URL:{_uri(card.url)}", f"LANG:{card.language.split('-')[0]}", "END:VCARD"]
    return "".join(f"{Contentline(line).to_ical().decode()}\r\n" for line in lines).encode()


def card_answer(request: HttpRequest, card: Card, name: str) -> HttpResponse:
    """Return the answer with the file ``name``.vcf."""
    return answer(request, write(card), f"{MEDIA_TYPE}; charset=utf-8", name=f"{name}.vcf")


def _text(value: str) -> str:
    """Escape a text (RFC 6350, 3.4)."""
    return re.sub(r"([\\,;])", r"\\\1", clean(value)).replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\\n")


def _parts(values: Iterable[str]) -> str:
    return ";".join(_text(value) for value in values)


def _uri(value: str) -> str:
    return re.sub(r"\s", "", clean(value))
