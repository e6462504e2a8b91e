"""The PDF that is signed with a qualified signature: whether somebody has signed it, and whether it is the one of these answers.

Whether the signature is good is for a person to say (section 126a BGB, section 3a VwVfG): nothing here does.
"""

from __future__ import annotations

import re
from io import BytesIO

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from pypdf import PdfReader

from .content import Content, digest

#: What each signature in a PDF says of the bytes it covers, never compressed (ISO 32000-2, 12.8.1).
SIGNATURE = re.compile(rb"/ByteRange\s*\[")


def code_of(content: Content) -> str:
    """Return what stands at the foot of the PDF and differs with any answer: "3F7A-11C2-90AB"."""
    found = digest(content.answers)[:12].upper()
    return "-".join(found[at : at + 4] for at in range(0, 12, 4))


def look_at(upload: UploadedFile, content: Content) -> None:
    """Refuse a PDF that nobody has signed, and that of other answers. Raises ValidationError."""
    upload.seek(0)
    data = upload.read()
    upload.seek(0)
    if not SIGNATURE.search(data):
        raise ValidationError(_("There is no signature in this PDF. Please sign it first, then add the signed file."))
    try:
        text = "".join("".join(page.extract_text() for page in PdfReader(BytesIO(data)).pages).split())
    except Exception:  # noqa: BLE001 - pypdf raises whatever rubbish leads to; a person looks at it anyway
        return
    if code_of(content) not in text:
        raise ValidationError(
            _(
                "This PDF does not belong to your answers as they are now. Please download the PDF here, sign it and add it."
            )
        )
