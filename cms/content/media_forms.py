"""Uploads are what they say they are, or refused with the reason."""

from __future__ import annotations

import re
import zipfile
from pathlib import PurePath
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from wagtail.admin.widgets import AdminDateInput
from wagtail.documents.forms import BaseDocumentForm
from wagtail.images.fields import WagtailImageField
from wagtail.images.forms import BaseImageForm

#: Limits of what a packed file (office documents are ZIP files) may unpack to.
MAX_UNPACKED = 500 * 1024 * 1024
MAX_RATIO = 200
MAX_MEMBERS = 10_000
#: First member or marker that names the kind of an office file.
OFFICE_MARKERS = {
    ".docx": "word/",
    ".xlsx": "xl/",
    ".pptx": "ppt/",
    ".odt": "content.xml",
    ".ods": "content.xml",
    ".odp": "content.xml",
}
#: How films and captions begin.
BEGINNINGS = {
    ".mp4": re.compile(rb"....ftyp", re.DOTALL),
    ".webm": re.compile(rb"\x1a\x45\xdf\xa3"),
    ".vtt": re.compile(rb"(\xef\xbb\xbf)?WEBVTT([ \t\r\n]|$)"),
}
SCRIPT_MARKS = (b"<script", b"<svg", b"<html", b"<!doctype html")


def check_document(upload: Any) -> None:
    """Raise ValidationError unless ``upload`` (a Django file) has the content its extension promises."""
    extension = PurePath(upload.name).suffix.lower()
    if upload.size == 0:
        raise ValidationError(_("The file is empty."), code="empty")
    if upload.size > settings.DOCUMENT_MAX_UPLOAD_SIZE:
        raise ValidationError(
            _("The file is too large (%(size)s). At most %(limit)s are allowed.")
            % {"size": filesizeformat(upload.size), "limit": filesizeformat(settings.DOCUMENT_MAX_UPLOAD_SIZE)},
            code="too_large",
        )
    upload.seek(0)
    head = upload.read(4096)
    upload.seek(0)
    if extension == ".pdf":
        if b"%PDF-" not in head[:1024]:
            raise ValidationError(_("The file is called .pdf, but it is not a PDF document."), code="disguised")
    elif extension in OFFICE_MARKERS:
        _check_office(upload, extension)
    elif extension in {".csv", ".txt", ".ics", ".vtt"}:
        _check_text(upload, head, extension)
    if extension in BEGINNINGS and not BEGINNINGS[extension].match(head):
        raise ValidationError(
            _("The file is called %(extension)s, but it is not such a document.") % {"extension": extension},
            code="disguised",
        )
    upload.seek(0)


def _check_office(upload: Any, extension: str) -> None:
    try:
        with zipfile.ZipFile(upload) as archive:
            members = archive.infolist()
    except zipfile.BadZipFile as error:
        raise ValidationError(
            _("The file is called %(extension)s, but it is not such a document.") % {"extension": extension},
            code="disguised",
        ) from error
    unpacked = sum(member.file_size for member in members)
    packed = max(1, sum(member.compress_size for member in members))
    if (
        len(members) > MAX_MEMBERS
        or unpacked > MAX_UNPACKED
        or (unpacked > 10_000_000 and unpacked / packed > MAX_RATIO)
    ):
        raise ValidationError(_("The file unpacks to an unreasonable size and is refused."), code="zip_bomb")
    if not any(member.filename.startswith(OFFICE_MARKERS[extension]) for member in members):
        raise ValidationError(
            _("The file is called %(extension)s, but it is not such a document.") % {"extension": extension},
            code="disguised",
        )


def _check_text(upload: Any, head: bytes, extension: str) -> None:
    if b"\x00" in head or any(mark in head.lower() for mark in SCRIPT_MARKS):
        raise ValidationError(
            _("The file is called %(extension)s, but it is not plain text.") % {"extension": extension},
            code="disguised",
        )


class CheckedDocumentForm(BaseDocumentForm):
    """Upload form of documents. A new file of an existing document is its next version."""

    original_file: Any

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.user = kwargs.get("user")
        super().__init__(*args, **kwargs)
        if self.instance.pk and "file" in self.fields:
            self.fields["version_note"] = forms.CharField(
                label=_("What has changed?"),
                max_length=200,
                required=False,
                help_text=_("For a new file: shown to readers with the version. The earlier file is kept."),
            )

    def clean_file(self) -> Any:
        """Check content against extension. Raises ValidationError."""
        upload = self.cleaned_data["file"]
        if upload and "file" in self.changed_data:
            check_document(upload)
        return upload

    def save(self, commit: bool = True) -> Any:
        """Store the document; the file it had stays, as an earlier version."""
        before = self.original_file if self.instance.pk and "file" in self.changed_data else None
        self.original_file = None  # Wagtail would delete it
        if not before or not commit:
            return super().save(commit=commit)
        from cms.media.services import keep_version

        with transaction.atomic():
            document = super().save(commit=True)
            keep_version(document=document, before=before, note=self.cleaned_data["version_note"], by=self.user)
        return document


class CheckedImageField(WagtailImageField):
    """Wagtail reads size and frames of an image outside its own guard: a cut-off file would be a server error."""

    def check_image_pixel_size(self, f: Any) -> None:
        """Refuse an image that can't be read. Raises ValidationError."""
        try:
            super().check_image_pixel_size(f)
        except ValidationError:
            raise
        # The decoders fail in many ways on damaged files (OSError, SyntaxError, struct.error, ...): none is our fault.
        except Exception as error:
            raise ValidationError(self.error_messages["invalid_image"], code="invalid_image") from error


class CheckedImageForm(BaseImageForm):
    """Upload form of images. Wagtail checks format against extension, size and number of pixels; SVG is not allowed.

    What the file tells about places and persons is removed before anything is stored.
    """

    original_file: Any

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "file" in self.fields:  # the form after a multiple upload has none
            self.fields["file"].__class__ = CheckedImageField  # adds one check, no state
        if "description" in self.fields:
            self.fields["description"].label = _("Alternative text")
            self.fields["description"].help_text = _(
                "What can be seen, for those who can’t see it. Pages may say it in their own words."
            )
        if "source_url" in self.fields:
            self.fields["source_url"].assume_scheme = "https"
        if "expires_on" in self.fields:
            self.fields["expires_on"].widget = AdminDateInput()
        if "licence" in self.fields:
            # A licence of an older list may stay, but not be chosen anew.
            licences = self.fields["licence"].queryset.model.objects
            self.fields["licence"].queryset = licences.filter(Q(is_current=True) | Q(pk=self.instance.licence_id))

    def clean_file(self) -> Any:
        """Refuse code in disguise and damaged files with a reason people understand. Raises ValidationError."""
        upload = self.cleaned_data["file"]
        if not upload or "file" not in self.changed_data:
            return upload
        upload.seek(0)
        head = upload.read(4096).lower()
        upload.seek(0)
        if any(mark in head for mark in SCRIPT_MARKS):
            raise ValidationError(
                _("This is a drawing or a web page with code, not a photo. It is refused."), code="script"
            )
        from cms.media.cleaning import cleaned

        try:
            result = cleaned(upload, upload.name)
        # The decoders fail in many ways on damaged files (OSError, SyntaxError, struct.error, ...): none is our fault.
        except Exception as error:
            raise ValidationError(
                _("The file is damaged or has more than this site can read. Please save it anew and try again."),
                code="invalid_image",
            ) from error
        self.credit_of_file = result.credit
        return result.file

    def save(self, commit: bool = True) -> Any:
        """Store the image; sizes and the file it had go after the commit."""
        before = self.original_file if self.instance.pk and "file" in self.changed_data else None
        self.original_file = None  # Wagtail would delete it before the commit
        moved = any(name.startswith("focal_point") for name in self.changed_data)
        if not self.instance.credit:
            self.instance.credit = getattr(self, "credit_of_file", "")
        image = super().save(commit=commit)
        if commit and (before or moved):
            from cms.media.models import delete_after_commit
            from cms.media.services import drop_renditions, prepare_renditions

            drop_renditions(image=image)
            prepare_renditions(image=image)
            if before:
                delete_after_commit(before)
        return image
