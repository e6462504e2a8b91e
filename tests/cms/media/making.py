"""Real image files of every kind, made by Pillow, with everything in them that must not be published."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from django.core.files.base import ContentFile
from PIL import ExifTags, Image, ImageCms
from PIL.PngImagePlugin import PngInfo
from wagtail.models import Collection

from cms.media.models import CityImage

SECRETS = (b"GEHEIMKAMERA", b"SN-4711", b"MAKERNOTE", b"Gaustrasse 5", b"XMPGEHEIM")
XMP = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><photoshop:City>XMPGEHEIM Gaustrasse 5</photoshop:City></x:xmpmeta>'


def exif(orientation: int = 1) -> Image.Exif:
    """Return Exif with a place, a device, a maker note and a copyright."""
    found = Image.Exif()
    found[ExifTags.Base.Make] = "GEHEIMKAMERA"
    found[ExifTags.Base.Orientation] = orientation
    found[ExifTags.Base.Copyright] = "Jana Rhein"
    found[ExifTags.Base.ImageDescription] = "Gaustrasse 5"
    inner = found.get_ifd(ExifTags.IFD.Exif)
    inner[ExifTags.Base.BodySerialNumber] = "SN-4711"
    inner[ExifTags.Base.MakerNote] = b"MAKERNOTE"
    place = found.get_ifd(ExifTags.IFD.GPSInfo)
    place[ExifTags.GPS.GPSLatitudeRef], place[ExifTags.GPS.GPSLatitude] = "N", (49.0, 59.0, 55.0)
    place[ExifTags.GPS.GPSLongitudeRef], place[ExifTags.GPS.GPSLongitude] = "E", (8.0, 16.0, 24.0)
    return found


def profile() -> bytes:
    """Return a colour profile."""
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def drawing(size: tuple[int, int] = (60, 40), mode: str = "RGB") -> Image.Image:
    """Return a picture whose left half is red and right half blue."""
    image = Image.new("RGB", size, "blue")
    image.paste("red", (0, 0, size[0] // 2, size[1]))
    return image if mode == "RGB" else image.convert(mode)


def loaded(kind: str, *, orientation: int = 1, size: tuple[int, int] = (60, 40)) -> bytes:
    """Return a file of ``kind`` full of metadata."""
    buffer = BytesIO()
    options: dict[str, Any] = {"exif": exif(orientation), "icc_profile": profile()}
    if kind == "PNG":
        text = PngInfo()
        text.add_text("Location", "Gaustrasse 5")
        text.add_itxt("XML:com.adobe.xmp", XMP.decode())
        options["pnginfo"] = text
    else:
        options["xmp"] = XMP
    if kind == "JPEG":
        options["comment"] = b"Gaustrasse 5"
    drawing(size).save(buffer, kind, **options)
    raw = buffer.getvalue()
    if kind == "JPEG":  # IPTC, as Photoshop writes it
        block = b"Photoshop 3.0\x008BIM\x04\x04\x00\x00\x00\x00\x00\x12\x1c\x02\x5a\x00\x0cGaustrasse 5"
        raw = raw[:2] + b"\xff\xed" + (len(block) + 2).to_bytes(2, "big") + block + raw[2:]
    return raw


def animation(kind: str = "GIF", size: tuple[int, int] = (400, 300)) -> bytes:
    """Return three frames."""
    buffer = BytesIO()
    frames = [Image.new("RGB", size, colour) for colour in ("red", "green", "blue")]
    frames[0].save(buffer, kind, save_all=True, append_images=frames[1:], duration=100, loop=0)
    return buffer.getvalue()


def stored(raw: bytes | None = None, name: str = "dom.jpg", **values: Any) -> CityImage:
    """Store an image as an upload does; by default a photo of 1600 x 1200 pixels."""
    if raw is None:
        buffer = BytesIO()
        drawing((1600, 1200)).save(buffer, "JPEG")
        raw = buffer.getvalue()
    values.setdefault("title", "Dom")
    values.setdefault("collection", Collection.get_first_root_node())
    image = CityImage(file=ContentFile(raw, name=name), **values)
    image.save()
    return image
