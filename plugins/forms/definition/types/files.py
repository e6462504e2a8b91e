"""Files: which kinds, how large, how many. The content decides about the kind, never the name."""

from __future__ import annotations

import codecs
import zipfile
from collections.abc import Iterable, Sequence
from typing import Any

import filetype
from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext, ngettext_lazy
from django.utils.translation import gettext_lazy as _

from ..structure import Field
from .base import FieldType, Setting, shared, whole

#: Kind -> (media types by content, endings, label). "text" has no mark of its own: it must be readable UTF-8.
KINDS: dict[str, tuple[frozenset[str], tuple[str, ...], Any]] = {
    "pdf": (frozenset({"application/pdf"}), (".pdf",), _("PDF")),
    "image": (
        frozenset({"image/jpeg", "image/png", "image/webp", "image/heic", "image/heif"}),
        (".jpg", ".jpeg", ".png", ".webp", ".heic"),
        _("photo"),
    ),
    "document": (
        frozenset(
            {
                "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
                "application/vnd.oasis.opendocument.text",
            }
        ),
        (".docx", ".odt"),
        _("text document"),
    ),
    "table": (
        frozenset(
            {
                "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
                "application/vnd.oasis.opendocument.spreadsheet",
            }
        ),
        (".xlsx", ".ods"),
        _("spreadsheet"),
    ),
    "text": (frozenset({"text/plain"}), (".txt", ".csv"), _("plain text")),
}
USUAL = ("pdf", "image")
MEGABYTE = 1024 * 1024
SIZE_MB, MOST_MB, COUNT, MOST_COUNT = 10, 50, 1, 20
HEAD = 8192
#: Bytes of the table of contents of an archive (some 10,000 entries), and of all it holds when it is unpacked.
MOST_CONTENTS, MOST_UNPACKED = MEGABYTE, 500 * MEGABYTE


def kinds_of(field: Field) -> tuple[str, ...]:
    """Return the kinds the field takes."""
    named = field.settings.get("kinds")
    found = tuple(kind for kind in named if kind in KINDS) if isinstance(named, (list, tuple)) else ()
    return found or USUAL


def largest(field: Field) -> int:
    """Return the greatest size of one file in bytes."""
    return min(max(whole(field.settings, "max_mb", SIZE_MB) or SIZE_MB, 1), MOST_MB) * MEGABYTE


def most(field: Field) -> int:
    """Return how many files the field takes."""
    return min(max(whole(field.settings, "max_count", COUNT) or COUNT, 1), MOST_COUNT)


def media_type(upload: Any) -> str:
    """Return the media type of a file by its content, "" for none that is known.

    Office files are archives that name their type inside; macros make another type of them, which no field takes.
    """
    upload.seek(0)
    head = upload.read(HEAD)
    upload.seek(0)
    if head.startswith(b"PK\x03\x04"):
        return _office_type(upload)
    if head.lstrip().startswith(b"%PDF-"):
        return "application/pdf"
    if found := filetype.guess(head):
        return str(found.mime)
    return "text/plain" if _is_text(upload) else ""


class _Bounded:
    """An archive of which nothing large is read at once: ``zipfile`` reads the whole table of contents, however long."""

    def __init__(self, upload: Any) -> None:
        self.seek, self.tell, self._read = upload.seek, upload.tell, upload.read

    def seekable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        data: bytes = self._read(MOST_CONTENTS + 1 if size < 0 else min(size, MOST_CONTENTS + 1))
        if len(data) > MOST_CONTENTS:
            raise zipfile.BadZipFile("too long a table of contents")
        return data


def _office_type(upload: Any) -> str:
    word = "application/vnd.openxmlformats-officedocument"
    try:
        with zipfile.ZipFile(_Bounded(upload)) as archive:  # type: ignore[arg-type]
            entries = {entry.filename: entry for entry in archive.infolist()}
            if sum(entry.file_size for entry in archive.infolist()) > MOST_UNPACKED or _has_macros(entries):
                return ""
            kind = entries.get("mimetype")
            # Stored as it is, says OpenDocument 1.3, part 2, 3.3: nothing is unpacked here.
            if kind and kind.compress_type == zipfile.ZIP_STORED and kind.file_size < 200:
                return archive.read(kind).decode("ascii", "replace").strip()
            if "[Content_Types].xml" in entries and "word/document.xml" in entries:
                return f"{word}.wordprocessingml.document"
            if "[Content_Types].xml" in entries and "xl/workbook.xml" in entries:
                return f"{word}.spreadsheetml.sheet"
    except Exception:  # noqa: BLE001 - what is no archive after all fails in many ways (zlib, lzma, struct, ...)
        return ""
    finally:
        upload.seek(0)
    return ""


def _has_macros(names: Iterable[str]) -> bool:
    """Return whether an office file brings programs; OpenDocument lists even those of which it has none (script-lb)."""
    return any(
        name.endswith("vbaProject.bin")
        or name.startswith("Scripts/")
        or (name.startswith("Basic/") and not name.endswith(("/", "script-lb.xml", "script-lc.xml")))
        for name in names
    )


def _is_text(upload: Any) -> bool:
    decoder, is_first = codecs.getincrementaldecoder("utf-8")(), True
    try:
        while piece := upload.read(MEGABYTE):
            text = decoder.decode(piece)
            # Markup that a browser would run is no plain text.
            if "\x00" in text or (is_first and text.lstrip().startswith(("<", "%!"))):
                return False
            is_first = False
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    finally:
        upload.seek(0)
    return not is_first


class UploadWidget(forms.ClearableFileInput):
    """One input for several files."""

    allow_multiple_selected = True

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[Any]:
        """Return all files that were sent under the name."""
        return list(files.getlist(name)) if hasattr(files, "getlist") else [files[name]] if name in files else []

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        """Return whether none was sent."""
        return name not in files


class UploadField(forms.FileField):
    """Files; its cleaned value is a list of Django's uploaded files, each with ``kind`` (a key of KINDS)."""

    widget = UploadWidget
    default_error_messages = {
        "large": _("“%(name)s” is larger than %(limit)s."),
        "kind": _("“%(name)s” is of another kind or damaged. Possible are: %(kinds)s."),
        "many": ngettext_lazy("At most %(limit)d file is possible.", "At most %(limit)d files are possible.", "limit"),
    }

    def __init__(self, *, kinds: Sequence[str], size: int, count: int, **kwargs: Any) -> None:
        super().__init__(max_length=200, **kwargs)
        self.kinds, self.size, self.count = kinds, size, count
        self.widget.attrs["accept"] = ",".join(ending for kind in kinds for ending in KINDS[kind][1])
        if count == 1:
            self.widget.allow_multiple_selected = False
            self.widget.attrs.pop("multiple", None)

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:  # type: ignore[override]
        """Return the files. Raises ValidationError for a wrong kind, too large, too many."""
        files = [item for item in (data if isinstance(data, (list, tuple)) else [data]) if item]
        if not files:
            super().clean(None, initial)
            return []
        if len(files) > self.count:
            raise ValidationError(self.error_messages["many"], code="many", params={"limit": self.count})
        for item in files:
            super().clean(item, None)
            self.look_into(item)
        return files

    def look_into(self, item: Any) -> None:
        """Set ``kind`` by the content. Raises ValidationError."""
        if item.size > self.size:
            params = {"name": item.name, "limit": filesizeformat(self.size)}
            raise ValidationError(self.error_messages["large"], code="large", params=params)
        found = media_type(item)
        item.kind = next((kind for kind in self.kinds if found in KINDS[kind][0]), None)
        if item.kind is None:
            params = {"name": item.name, "kinds": ", ".join(str(KINDS[kind][2]) for kind in self.kinds)}
            raise ValidationError(self.error_messages["kind"], code="kind", params=params)


class File(FieldType):
    """Files people send along; the value is a list of {"id", "name", "size", "kind"}, the files lie elsewhere."""

    name, label, icon = "file", _("File"), "doc-full"
    settings = (
        Setting("kinds", _("which kinds"), "kinds", tuple((kind, known[2]) for kind, known in KINDS.items())),
        Setting("max_mb", _("largest size (MB)"), "number"),
        Setting("max_count", _("at most so many files"), "number"),
    )
    accepts = (list,)

    def form_field(self, field: Field, language: str, *, required: bool) -> forms.Field:
        return UploadField(
            kinds=kinds_of(field), size=largest(field), count=most(field), **shared(field, language, required)
        )

    def to_json(self, cleaned: Any) -> Any:
        """Refuse: whoever stores the files knows their ids, and makes the value."""
        raise NotImplementedError("files are stored by the filling")

    def fits(self, value: Any) -> bool:
        return isinstance(value, list) and all(
            isinstance(item, dict)
            and set(item) == {"id", "name", "size", "kind"}
            and isinstance(item["name"], str)
            and isinstance(item["size"], int)
            and item["kind"] in KINDS
            for item in value
        )

    def check(self, field: Field, value: Any, language: str) -> list[str]:
        if not self.fits(value):
            return [gettext("This answer has a wrong form.")]
        if len(value) > most(field):
            return [str(UploadField.default_error_messages["many"] % {"limit": most(field)})]
        wrong = [item for item in value if item["kind"] not in kinds_of(field) or item["size"] > largest(field)]
        return [gettext("“%(name)s” can't be sent here.") % {"name": item["name"]} for item in wrong]

    def text(self, field: Field, value: Any, language: str) -> str:
        return ", ".join(f"{item['name']} ({filesizeformat(item['size'])})" for item in value)

    def schema(self, field: Field) -> dict[str, Any]:
        entry = {
            "type": "object",
            "properties": {
                "id": {"type": ["string", "integer"]},
                "name": {"type": "string", "maxLength": 200},
                "size": {"type": "integer", "minimum": 0, "maximum": largest(field)},
                "kind": {"enum": list(kinds_of(field))},
            },
            "required": ["id", "name", "size", "kind"],
            "additionalProperties": False,
        }
        return {"type": "array", "items": entry, "maxItems": most(field)}
