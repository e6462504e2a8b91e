"""Load ``fixtures/media.yaml``: pictures drawn by us and documents, and put them on pages of the demo city."""

from __future__ import annotations

import uuid
from io import BytesIO
from typing import Any

from django.core.files.base import ContentFile
from wagtail.models import Collection, Page

from cms.content.models import CityDocument
from cms.content.pdf import write_pdf

from .drawing import draw_picture, draw_scan
from .models import CityImage, ImageLicence
from .services import keep_version, make_sizes


def load(data: dict[str, Any], report: Any) -> None:
    """Create pictures and documents that don't exist yet and add them to their pages; what was edited stays."""
    pictures, documents = data.get("pictures", []), data.get("documents", [])
    for row in pictures:
        if not CityImage.objects.filter(title=row["title"]).exists():
            image = _image(row)
            _add(row["page"], "image", {"image": image.pk, "alt": "", "decorative": False, "caption": ""})
    for row in documents:
        if not CityDocument.objects.filter(title=row["title"]).exists():
            _add(row["page"], "document", _document(row).pk)
    report(f"{len(pictures)} pictures, {len(documents)} documents of every kind")


def _image(row: dict[str, Any]) -> CityImage:
    x, y, width, height = row["focal"]
    image = CityImage(
        title=row["title"],
        file=ContentFile(draw_picture(row["motif"]), name=f"{row['slug']}.jpg"),
        collection=Collection.get_first_root_node(),
        description=row["description"],
        caption=row["caption"],
        credit=row["credit"],
        licence=ImageLicence.objects.filter(code=row["licence"], is_current=True).first(),
        expires_on=row.get("expires_on"),
        focal_point_x=x,
        focal_point_y=y,
        focal_point_width=width,
        focal_point_height=height,
    )
    image.save()
    make_sizes(image=image)
    return image


def _document(row: dict[str, Any]) -> CityDocument:
    document = CityDocument(title=row["title"], collection=Collection.get_first_root_node())
    texts = [row["first_text"], row["text"]] if "first_text" in row else [row["text"]]
    for number, text in enumerate(texts):
        before = document.file if number else None
        raw = draw_scan(row["title"]) if row["kind"] == "scan" else _tagged(row["title"], text)
        document.file = ContentFile(raw, name=f"{row['slug']}.pdf")
        document._set_document_file_metadata()
        document.save()
        if before:
            keep_version(document=document, before=before, note=row["note"], by=None)
    return document


def _tagged(title: str, text: list[str]) -> bytes:
    buffer = BytesIO()
    write_pdf(buffer, title, ["\n\n".join(text)], tagged=True)
    return buffer.getvalue()


def _add(slug: str, kind: str, value: Any) -> None:
    """Put a block behind the first text of the German page ``slug``, and publish."""
    page = Page.objects.filter(slug=slug, locale__language_code="de").specific().first()
    if page is None:
        return
    blocks = list(page.body.raw_data)
    place = next((number for number, block in enumerate(blocks, start=1) if block["type"] == "rich_text"), len(blocks))
    if kind == "document":
        place = len(blocks)
    page.body.raw_data.insert(place, {"type": kind, "value": value, "id": str(uuid.uuid4())})
    page.save_revision(user=page.owner).publish()
