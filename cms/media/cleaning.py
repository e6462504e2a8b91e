"""Images as they are stored: upright, eight bits in RGB or grey, and nothing in the file about a person or place.

Written anew by Pillow, a file holds what is passed here and nothing else: the picture, its colour profile and the
note on copyright. Location, device, serial number, maker notes, thumbnails, XMP and IPTC stay behind.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from io import BytesIO
from pathlib import PurePath
from typing import IO, Any

from django.core.files.base import ContentFile
from PIL import ExifTags, Image, ImageCms, ImageFile, ImageOps

#: Kept of Exif: who made the picture and whose it is.
KEPT_TAGS = (ExifTags.Base.Artist, ExifTags.Base.Copyright)
#: How good a picture is that has to be encoded again; renditions are made from it.
QUALITY = {"JPEG": 95, "WEBP": 92, "AVIF": 85}
MAX_FRAMES = 600
_switching = threading.Lock()


@dataclass(frozen=True)
class Cleaned:
    """``file``: ready to be stored, with ``is_cleaned`` and ``is_animated_image``; ``credit``: what it said itself."""

    file: Any
    credit: str


def cleaned(source: IO[bytes], name: str) -> Cleaned:
    """Return the image in ``source`` without personal metadata. Raises OSError, ValueError, … for a damaged file."""
    source.seek(0)
    data = source.read()
    with _strictly(), Image.open(BytesIO(data)) as image:
        exif = _kept_exif(image)
        credit = str(exif.get(ExifTags.Base.Copyright) or exif.get(ExifTags.Base.Artist) or "").strip("\0 ")[:200]
        frames = getattr(image, "n_frames", 1) if image.format in {"GIF", "WEBP", "PNG", "AVIF"} else 1
        if frames > MAX_FRAMES:
            raise ValueError(f"more than {MAX_FRAMES} frames")
        raw = _animation(image) if frames > 1 else _still(image, exif)
    file = ContentFile(raw, name=PurePath(name).name)
    file.is_cleaned, file.is_animated_image = True, frames > 1  # type: ignore[attr-defined]
    return Cleaned(file=file, credit=credit)


@contextmanager
def _strictly() -> Iterator[None]:
    """Have Pillow refuse cut-off files. Libraries that print PDFs switch that off for the whole process."""
    with _switching:
        before, ImageFile.LOAD_TRUNCATED_IMAGES = ImageFile.LOAD_TRUNCATED_IMAGES, False
        try:
            yield
        finally:
            ImageFile.LOAD_TRUNCATED_IMAGES = before


def _kept_exif(image: Image.Image) -> Image.Exif:
    kept = Image.Exif()
    # Exif is damaged more often than pictures are.
    with suppress(Exception):
        found = image.getexif()
        for tag in KEPT_TAGS:
            if isinstance(value := found.get(tag), str) and value.strip("\0 "):
                kept[tag] = value
    return kept


def _still(image: Image.Image, exif: Image.Exif) -> bytes:
    kind = "JPEG" if image.format == "MPO" else str(image.format)  # MPO: a JPEG with a second picture behind it
    profile = image.info.get("icc_profile")
    image.load()
    upright = ImageOps.exif_transpose(image)
    plain = _in_eight_bits(upright, profile)
    untouched = image.format == "JPEG" and plain is upright and image.getexif().get(ExifTags.Base.Orientation, 1) == 1
    if plain.mode != upright.mode and upright.mode == "CMYK":
        profile = None  # the colours are sRGB now
    options: dict[str, Any] = {"exif": exif.tobytes() if len(exif) else b""}
    if profile:
        options["icc_profile"] = profile
    if kind == "JPEG":
        # "keep" takes the tables of the file itself, so next to nothing is lost.
        options |= {"quality": "keep" if untouched else QUALITY[kind], "optimize": True, "comment": b""}
        plain = image if untouched else plain
    elif kind in QUALITY:
        options |= {"quality": QUALITY[kind], "xmp": b""}
    elif kind == "GIF":
        options = {"comment": b""}
    if kind == "PNG":
        options["pnginfo"] = None
    if not untouched:
        plain.info = {key: plain.info[key] for key in ("transparency",) if key in plain.info}
    buffer = BytesIO()
    plain.save(buffer, kind, **options)
    return buffer.getvalue()


def _in_eight_bits(image: Image.Image, profile: bytes | None) -> Image.Image:
    """Return the image in a mode every browser shows; colours of a printer's profile become sRGB."""
    if image.mode == "CMYK":
        with suppress(ImageCms.PyCMSError, OSError):
            if profile:
                source = ImageCms.ImageCmsProfile(BytesIO(profile))
                converted = ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
                if converted is not None:
                    return converted
        return image.convert("RGB")
    if image.mode.startswith("I"):  # 16 bits of grey
        return image.convert("I").point(lambda value: value / 256).convert("L")
    if image.mode in {"YCbCr", "LAB", "HSV", "F"}:
        return image.convert("RGB")
    return image


def _animation(image: Image.Image) -> bytes:
    """Return all frames with their times, nothing else."""
    buffer = BytesIO()
    options: dict[str, Any] = {"save_all": True, "loop": image.info.get("loop", 0)}
    if image.format == "WEBP":
        options |= {"quality": QUALITY["WEBP"], "exif": b"", "xmp": b""}
    elif image.format == "AVIF":
        options = {"save_all": True, "quality": QUALITY["AVIF"], "exif": b"", "xmp": b""}
    elif image.format == "GIF":
        options["comment"] = b""
    elif image.format == "PNG":
        options["pnginfo"] = None
    image.save(buffer, str(image.format), **options)
    return buffer.getvalue()
