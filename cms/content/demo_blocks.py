"""Blocks of the demo's fixtures, which name things by slug, as the data of a StreamField."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.images import ImageFile
from django.db.models import Model
from wagtail.images import get_image_model
from wagtail.models import Page

from cms.directory.models import Location, OrganisationUnit

from .blocks.data import table

PICTURES = Path(settings.BASE_DIR) / "fixtures" / "pictures"
#: Kinds of records a fixture can point to by slug.
RECORDS: dict[str, type[Model]] = {"page": Page, "unit": OrganisationUnit, "location": Location}


def stored(kind: str, value: Any, documents: dict[str, Any]) -> tuple[str, Any]:
    """Return name and value of the block; the value is None when it refers to what does not exist.

    ``documents``: those of the demo by slug.
    """
    if kind == "unit_contact":
        return kind, _key(OrganisationUnit, value)
    if kind == "opening_hours":
        return kind, _key(Location, value)
    if kind == "document":
        return kind, documents[value].pk if value in documents else None
    if kind == "documents":
        items = [{**item, "document": documents[item["document"]].pk} for item in value["documents"]]
        return kind, {**value, "documents": items}
    if kind == "table":
        return kind, table([value["header"], *value["rows"]], value.get("caption") or "")
    if kind == "chart":
        return kind, {**value, "data": table([value["header"], *value["rows"]])}
    if kind == "map":
        return kind, {**value, "places": [key for slug in value["places"] if (key := _key(Location, slug))]}
    if kind == "teaser":
        of, slug = value["record"].split(":")
        key = _key(RECORDS[of], slug)
        return kind, {**value, "record": f"{of}:{key}"} if key else None
    if kind == "gallery":
        return kind, {
            **value,
            "images": [{**item, "image": _image(item["image"], item["alt"])} for item in value["images"]],
        }
    if kind in {"links", "buttons"}:
        return kind, [{"page": None, **link} for link in value]
    if kind == "image":
        return "picture", value
    return kind, value


def _key(model: type[Model], slug: str) -> int | None:
    return model._default_manager.filter(slug=slug).order_by("pk").values_list("pk", flat=True).first()


def _image(name: str, title: str) -> int:
    """Return the key of a picture of the fixtures, stored at first use."""
    model = get_image_model()
    found = model.objects.filter(title=title).first()
    if found is None:
        with (PICTURES / f"{name}.webp").open("rb") as file:
            found = model(title=title, file=ImageFile(file, name=f"{name}.webp"))
            found.save()
    return int(found.pk)
