"""The files of open data, made while they are sent: CSV (RFC 4180) and JSON."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest
from django.utils import translation
from rest_framework.utils.encoders import JSONEncoder

from cms.api.resources import resource_of
from cms.api.serializers import read_references
from cms.contracts.api import Resource
from cms.contracts.datasets import Dataset
from cms.plugins.registry import collect

FORMATS = {"csv": "text/csv", "json": "application/json"}
#: How many rows are read at once.
CHUNK = 200
#: A spreadsheet takes a cell that begins so for a formula (OWASP, CSV injection).
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def datasets() -> list[tuple[Dataset, Resource]]:
    """Return what the apps declare, with the resource each is made of, as long as there is one."""
    declared = [item for _config, items in collect("datasets") for item in items]
    return [(item, found) for item in declared if (found := resource_of(item.kind))]


def languages() -> list[str]:
    """Return the languages in which there are files: those of records."""
    return [code for code, _name in settings.TEXT_LANGUAGES]


def write(resource: Resource, form: str, language: str) -> Iterator[tuple[str, int]]:
    """Yield the parts of a file, each with the number of things in it: what everybody may see, whoever asks."""
    return (_csv if form == "csv" else _json)(resource, language)


class _Origin(HttpRequest):
    """The public, where serializers ask for the host and the reader: files are the same wherever they are fetched."""

    def __init__(self, scheme: str, host: str) -> None:
        super().__init__()
        self._origin = scheme, host

    def _get_scheme(self) -> str:
        return self._origin[0]

    def get_host(self) -> str:
        """Return the host of the setting SITE_URL."""
        return self._origin[1]


def _things(resource: Resource, language: str, *, whole: bool) -> Iterator[list[dict[str, Any]]]:
    """Yield what the API says of all public things, some at a time, by number."""
    serializer = resource.detail_serializer if whole and resource.detail_serializer else resource.serializer
    rows = resource.detail_rows if whole and resource.detail_rows else resource.rows
    place = urlsplit(settings.SITE_URL)
    last = 0
    while True:
        with translation.override(language):
            found = list(rows(None).filter(pk__gt=last).order_by("pk")[:CHUNK])
            many = serializer(
                found, many=True, context={"request": _Origin(place.scheme, place.netloc), "referenced": {}}
            )
            read_references(found, many.child, None)
            data = many.data
        if not found:
            return
        yield data
        last = found[-1].pk


def _json(resource: Resource, language: str) -> Iterator[tuple[str, int]]:
    is_first = True
    yield "[", 0
    for part in _things(resource, language, whole=True):
        text = ",\n".join(json.dumps(item, ensure_ascii=False, cls=JSONEncoder) for item in part)
        yield ("\n" if is_first else ",\n") + text, len(part)
        is_first = False
    yield "\n]\n", 0


def columns(resource: Resource) -> list[str]:
    """Return the names of the simple fields of a resource."""
    return list(resource.serializer.Meta.fields)  # type: ignore[attr-defined]


def _csv(resource: Resource, language: str) -> Iterator[tuple[str, int]]:
    names = columns(resource)
    yield _lines([names]), 0
    for part in _things(resource, language, whole=False):
        yield _lines([[_cell(item[name]) for name in names] for item in part]), len(part)


def _lines(rows: list[list[Any]]) -> str:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue()


def _cell(value: Any) -> Any:
    """Return what stands in a cell: texts that a spreadsheet would calculate begin with an apostrophe."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str) and value.startswith(FORMULA):
        return f"'{value}"
    return value
