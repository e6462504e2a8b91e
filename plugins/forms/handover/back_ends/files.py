"""Files in a folder: what the drop folder and SFTP share."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from ..parcel import Parcel

FOLDER = re.compile(r"[\w][\w.-]*(/[\w][\w.-]*)*", re.ASCII)
ENDING = re.compile(r"\.[a-z0-9]{1,5}", re.ASCII)


def check_folder(value: str) -> None:
    """Raise ValidationError for anything but plain names below one another."""
    if value and (not FOLDER.fullmatch(value) or ".." in value.split("/")):
        raise ValidationError({"folder": _("Only letters, digits, dots, dashes and slashes; no way upwards.")})


def pieces(parcel: Parcel, options: Mapping[str, Any]) -> Iterator[tuple[str, bytes]]:
    """Yield (name, content); the document itself comes last, so that whoever sees it has the rest.

    Names are the key and a number: nothing a person typed is the name of a file on another machine.
    """
    for number, file in enumerate(parcel.files, start=1):
        ending = PurePosixPath(file.name).suffix.lower()
        yield f"{parcel.key}-{number}{ending if ENDING.fullmatch(ending) else '.bin'}", file.content
    kind = str(options.get("format") or "json")
    yield f"{parcel.key}.{kind}", parcel.written(kind)
