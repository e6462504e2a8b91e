"""Files in a folder on this machine, from which the specialist system fetches them."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..parcel import Parcel
from .base import FIELDS, FORMAT, BackEnd, Option, TryAgain
from .files import check_folder, pieces


class DropFolder(BackEnd):
    """A file appears whole or not at all, and the same key never twice while it lies there."""

    name = "folder"
    label = gettext_lazy("Drop folder")
    options = (
        Option(
            name="folder",
            label=gettext_lazy("Folder"),
            required=True,
            help=gettext_lazy("Below the folder that the operators have set up (FORM_DROP_FOLDER)."),
        ),
        FIELDS,
        FORMAT,
    )

    def clean(self, options: Mapping[str, Any], secrets: Mapping[str, str]) -> None:
        """Only below the operators' folder."""
        if not settings.FORM_DROP_FOLDER:
            raise ValidationError({"folder": _("The operators have not set up a folder (FORM_DROP_FOLDER).")})
        check_folder(options["folder"])

    def deliver(self, parcel: Parcel, options: Mapping[str, Any], secrets: Mapping[str, str]) -> None:
        """Write it. Raises TryAgain."""
        if not settings.FORM_DROP_FOLDER:
            raise TryAgain("FORM_DROP_FOLDER is not set")
        root = Path(settings.FORM_DROP_FOLDER).resolve()
        folder = (root / options["folder"]).resolve()
        if not folder.is_relative_to(root):  # a link that leads out
            raise TryAgain("the folder is not below FORM_DROP_FOLDER")
        try:
            folder.mkdir(parents=True, exist_ok=True)
            for name, content in pieces(parcel, options):
                _appear(folder, name, content)
        except OSError as error:
            raise TryAgain(f"the folder can't be written ({type(error).__name__})") from error


def _appear(folder: Path, name: str, content: bytes) -> None:
    """Write beside, make sure it is on the disk, then give it its name; a file of that name stays as it is."""
    beside = folder / f".{name}.part"
    with open(beside, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(beside, folder / name)  # unlike a rename it fails when the name is taken
    except FileExistsError:
        pass
    beside.unlink()
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)  # the name, too
    finally:
        os.close(handle)
