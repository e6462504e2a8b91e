"""Photos as they are kept: for every desk to open, without place and device, never larger than a computer can show."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pillow_heif
from django.core.exceptions import ValidationError
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from PIL import Image

from cms.media.cleaning import cleaned

#: Kinds of a photo; those of the second set few office computers open: they become JPEG.
PLAIN = frozenset({"image/jpeg", "image/png", "image/webp"})
OF_PHONES = frozenset({"image/heic", "image/heif"})
#: What a good phone takes; unpacked some 200 MB. Of an animation all pictures count together.
MOST_PIXELS = 64_000_000
#: How a photo is written that has become too large for its question: quality, and by how much its sides are divided.
SMALLER = ((85, 1), (80, 2), (75, 4))


def is_picture(kind: str) -> bool:
    """Return whether files of a media type go through :func:`kept`."""
    return kind in PLAIN | OF_PHONES


def kept(data: bytes, kind: str, limit: int) -> tuple[bytes, str]:
    """Return what is stored of a photo, and its media type. Raises ValidationError.

    Upright, with its colours and the note on copyright, without location and device (Art. 25 GDPR: nobody has asked for
    them). ``limit``: bytes that the question takes; what has grown beyond them is written smaller.
    """
    try:
        if kind in OF_PHONES:
            data, kind = _from_phone(data), "image/jpeg"
        else:
            with Image.open(BytesIO(data), formats=["JPEG", "PNG", "WEBP"]) as image:
                frames = getattr(image, "n_frames", 1) if image.format in ("PNG", "WEBP") else 1
                _check(image.width * image.height * frames)
            data = cleaned(BytesIO(data), "").file.read()
        if len(data) > limit:
            data, kind = _smaller(data, limit), "image/jpeg"
    except (ValidationError, MemoryError):
        raise
    except Image.DecompressionBombError as error:
        raise _too_large() from error
    except Exception as error:  # Pillow's readers raise whatever their formats make of rubbish
        raise ValidationError(_("The picture is damaged.")) from error
    return data, kind


def _check(pixels: int) -> None:
    if pixels > MOST_PIXELS:
        raise _too_large()


def _too_large() -> ValidationError:
    most = MOST_PIXELS // 1_000_000
    return ValidationError(
        _("The picture has more than %(most)d megapixels. Please send it in a smaller size.") % {"most": most}
    )


def _from_phone(data: bytes) -> bytes:
    """Return an HEIC picture as JPEG; libheif has turned it upright."""
    photo = pillow_heif.open_heif(BytesIO(data), convert_hdr_to_8bit=True)
    _check(photo.size[0] * photo.size[1])
    image = photo.to_pillow()
    return _jpeg(image, 90, image.info.get("icc_profile"))


def _smaller(data: bytes, limit: int) -> bytes:
    with Image.open(BytesIO(data)) as image:
        for quality, part in SMALLER:
            found = _jpeg(image.reduce(part) if part > 1 else image, quality, image.info.get("icc_profile"))
            if len(found) <= limit:
                return found
    raise ValidationError(
        _("The picture is larger than %(limit)s. Please send it in a smaller size.") % {"limit": filesizeformat(limit)}
    )


def _jpeg(image: Image.Image, quality: int, profile: Any) -> bytes:
    out = BytesIO()
    image.convert("RGB").save(out, "JPEG", quality=quality, icc_profile=profile, exif=b"", optimize=True)
    return out.getvalue()
