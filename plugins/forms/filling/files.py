"""Files people add: checked by what is in them, sealed in the storage, read only by who holds the filling."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterable, Iterator, Mapping
from io import BytesIO
from pathlib import PurePath
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from pypdf import PasswordType, PdfReader

from cms.sealing import seal, seal_bytes

from ..definition.structure import Field
from ..definition.types import TYPES
from ..definition.types.files import largest, media_type, most
from ..models import Filling, FillingFile
from ..models.fillings import FILE
from . import pictures
from .content import Content, digest
from .scanning import is_set_up, scan_later
from .signatures import look_at
from .stepform import Place

#: The place of the PDF with a qualified signature; no key of a field.
SIGNED = "_signed"
#: Of all files of one filling together.
MOST_OF_FILLING = 100 * 1024 * 1024


class NotChecked(Exception):
    """The virus scanner has not said anything about the file yet, or has refused it."""


def take(
    *, filling: Filling, content: Content, places: Mapping[str, Place], uploads: MultiValueDict
) -> dict[str, list[str]]:
    """Keep what was uploaded to the questions ``places`` and note it in the answers; the caller stores ``content``.

    Returns HTML name -> messages for what was refused; the rest is kept all the same.
    """
    errors: dict[str, list[str]] = {}
    total = sum(filling.files.values_list("size", flat=True)) if uploads else 0
    for place in places.values():
        if place.field.type != "file":
            continue
        for upload in uploads.getlist(place.name):
            upload.name = name = _short(upload.name)
            given = _given(content, place)
            try:
                if len(given) >= (limit := most(place.field)):
                    text = ngettext("No more than %(n)d file.", "No more than %(n)d files.", limit)
                    raise ValidationError(text % {"n": limit})
                kept = _keep(filling, place, upload, MOST_OF_FILLING - total)
            except ValidationError as refused:
                texts = (text if name in text else f"{name}: {text}" for text in refused.messages)
                errors.setdefault(place.name, []).extend(texts)
                continue
            total += kept.size
            given.append(
                {
                    "id": str(kept.identifier),
                    "name": kept.name,
                    "size": kept.size,
                    "kind": upload.kind,  # type: ignore[attr-defined]  # set by look_into
                }
            )
            content.changed[place.group or place.field.key] = filling.revision + 1
    return errors


def _given(content: Content, place: Place) -> list[dict[str, Any]]:
    """Return the list of files in the answers, made where there is none."""
    answers = content.answers
    if place.group:
        rows = answers.setdefault(place.group, [])
        rows.extend({} for _number in range(place.row + 1 - len(rows)))
        answers = rows[place.row]
    if not isinstance(answers.get(place.field.key), list):
        answers[place.field.key] = []
    return answers[place.field.key]


def _keep(filling: Filling, place: Place, upload: UploadedFile, room: int) -> FillingFile:
    """Store one file. Raises ValidationError."""
    _look_into(upload, place.field, filling, room)
    kind, name = media_type(upload), _short(upload.name)
    upload.seek(0)
    data = upload.read()
    if pictures.is_picture(kind):
        data, kept_as = pictures.kept(data, kind, largest(place.field))
        if kept_as != kind:
            kind, name = kept_as, _short(f"{PurePath(name).stem}.jpg")
    elif kind == "application/pdf" and _is_locked(data):
        raise ValidationError(_("The PDF opens only with a password. Please save it without one and send that."))
    identifier = uuid.uuid4()
    waits = is_set_up()
    row = FillingFile.objects.create(
        filling=filling,
        identifier=identifier,
        field=place.path,
        sealed_name=seal(name, FILE),
        content=ContentFile(seal_bytes(data, FILE), name=identifier.hex),
        size=len(data),
        kind=kind,
        sha256=hashlib.sha256(data).hexdigest(),
        scan=FillingFile.Scan.WAITING if waits else FillingFile.Scan.UNCHECKED,
    )
    if waits:
        scan_later(row)
    return row


def _look_into(upload: UploadedFile, field: Field, filling: Filling, room: int) -> None:
    """Refuse what is empty, too large or of another kind. Raises ValidationError."""
    if not upload.size:
        raise ValidationError(_("The file is empty."))
    if upload.size > room:
        raise ValidationError(_("All files together are too large."))
    asked: Any = TYPES["file"].form_field(field, filling.language, required=False)
    asked.look_into(upload)


def _is_locked(data: bytes) -> bool:
    """Return whether a PDF opens only with a password; many have an empty one, which limits printing alone."""
    if b"/Encrypt" not in data:
        return False
    try:
        reader = PdfReader(BytesIO(data))
        return reader.is_encrypted and reader.decrypt("") == PasswordType.NOT_DECRYPTED
    except Exception:  # noqa: BLE001 - what pypdf can't read may still open elsewhere
        return False


def _short(name: str | None) -> str:
    """Return the name without folders and without what can't be printed, at most 100 characters with its ending."""
    path = PurePath("".join(letter for letter in (name or "") if letter.isprintable()).replace("\\", "/"))
    return (path.stem[: 100 - len(path.suffix[:10])] + path.suffix[:10]) or "-"


def drop(*, filling: Filling, content: Content, identifier: str) -> bool:
    """Take a file out of the answers and delete it; False when the filling has none of that name."""
    row = filling.files.filter(identifier=identifier).first() if _is_uuid(identifier) else None
    if row is None:
        return False
    for files in _lists(content.answers, row.field):
        files[:] = [one for one in files if one.get("id") != identifier]
    key = row.field.partition(".")[0]
    content.changed[key] = filling.revision + 1
    name = row.content.name
    row.delete()
    delete_later([name])
    return True


def delete_later(names: Iterable[str]) -> None:
    """Delete contents from the storage once the transaction is committed."""

    def delete() -> None:
        for name in names:
            default_storage.delete(name)

    transaction.on_commit(delete)


def _lists(answers: dict[str, Any], path: str) -> Iterator[list[dict[str, Any]]]:
    """Yield the lists of files of the question at ``path``, of a group those of all its rows: rows move up."""
    parts = path.split(".")
    for holder in answers.get(parts[0]) or [] if len(parts) > 1 else [answers]:
        if isinstance(files := holder.get(parts[-1]), list):
            yield files


def _is_uuid(text: str) -> bool:
    try:
        uuid.UUID(text)
    except ValueError:
        return False
    return True


def keep_signed(*, filling: Filling, content: Content, upload: UploadedFile | None) -> FillingFile:
    """Keep the PDF with the qualified signature instead of an earlier one; the caller stores ``content``.

    Raises ValidationError.
    """
    field = Field(key=SIGNED, type="file", settings={"kinds": ["pdf"], "max_mb": 20})
    if upload is None:
        raise ValidationError(_("Please choose the signed PDF."))
    _look_into(upload, field, filling, MOST_OF_FILLING)
    look_at(upload, content)
    made = _keep(filling, Place(SIGNED, SIGNED, field), upload, MOST_OF_FILLING)
    drop_signed(filling, besides=made.pk)
    content.signed_for = digest(content.answers)
    return made


def signed(filling: Filling, content: Content) -> FillingFile | None:
    """Return the signed PDF of a filling, None without one or when an answer or a file has changed since."""
    return filling.files.filter(field=SIGNED).first() if content.signed_for == digest(content.answers) else None


def drop_signed(filling: Filling, besides: int = 0) -> None:
    """Delete the signed PDF: the answers it shows are no longer those of the filling."""
    rows = list(filling.files.filter(field=SIGNED).exclude(pk=besides))
    if rows:
        filling.files.filter(pk__in=[row.pk for row in rows]).delete()
        delete_later([row.content.name for row in rows])


def find(filling: Filling, identifier: str) -> FillingFile | None:
    """Return a file of the filling, or None."""
    return filling.files.filter(identifier=identifier).first() if _is_uuid(identifier) else None


def read_checked(row: FillingFile) -> bytes:
    """Return what is in it, for handing it over. Raises NotChecked, Unreadable, OSError."""
    if row.is_withheld:
        raise NotChecked
    return row.read()
