"""The pictures of one answer: who may see them is asked once, their sizes are read once."""

from __future__ import annotations

import dataclasses
import logging
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from wagtail.images.models import Filter
from wagtail.models import Page

from cms.access.pages import visible_in_collections

from .models import CityImage
from .services import prepare_renditions
from .sizes import FORMATS, RATIOS, sizes_of

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Source:
    """One ``source`` element."""

    type: str
    srcset: str
    media: str = ""


@dataclass(frozen=True)
class Shown:
    """What the component shows. Without ``src`` there is nothing to show but ``problem``, for editors."""

    src: str = ""
    width: int = 0
    height: int = 0
    alt: str = ""
    sources: list[Source] = dataclasses.field(default_factory=list)
    caption: str = ""
    credit: str = ""
    licence: Any = None
    source_url: str = ""
    expired_on: Any = None
    problem: str = ""
    title: str = ""


class Gallery:
    """Reads the images of a page with two queries, however many there are."""

    def __init__(self, request: Any) -> None:
        self.request = request
        self.found: dict[int, CityImage | None] = {}

    @classmethod
    def of(cls, request: Any, page: Any = None) -> Gallery:
        """Return the gallery of a request; the first time it reads all images that ``page`` refers to."""
        gallery = getattr(request, "_gallery", None)
        if gallery is None:
            gallery = cls(request)
            if request is not None:
                request._gallery = gallery
            if isinstance(page, Page):
                gallery.read(images_in(page))
        return gallery

    def read(self, ids: Iterable[int]) -> None:
        """Read images that are going to be shown; for views that list many."""
        wanted = set(ids) - self.found.keys()
        if wanted:
            images = CityImage.objects.filter(pk__in=wanted).select_related("licence").prefetch_related("renditions")
            seen = {image.pk: image for image in visible_in_collections(self.request, images)}
            self.found |= {pk: seen.get(pk) for pk in wanted}

    def get(self, image: Any) -> CityImage | None:
        """Return the image when the reader may see it, with its sizes."""
        if image is None or image.pk is None:
            return None
        self.read([image.pk])
        return self.found[image.pk]


def images_in(page: Page) -> set[int]:
    """Return the ids of the images that ``page`` refers to, as it is in memory."""
    ids = set()
    for field in page._meta.concrete_fields:
        value = field.value_from_object(page)
        if field.related_model is CityImage:
            ids.add(value)
        elif hasattr(field, "extract_references"):
            ids |= {int(pk) for model, pk, *_paths in field.extract_references(value) if issubclass(model, CityImage)}
    return ids - {None}


def show(
    request: Any,
    image: Any,
    *,
    page: Any = None,
    alt: str = "",
    decorative: bool = False,
    caption: str = "",
    ratio: str = "",
) -> Shown | None:
    """Return what ``request`` is shown of ``image``; None for nothing at all.

    ``ratio``: one of ``RATIOS``. Only one size is made here when it is missing; the worker makes the others. An
    expired or broken image is left out for readers, and named in an editor's preview. Raises KeyError for a ratio
    that does not exist.
    """
    if ratio not in RATIOS:
        raise KeyError(ratio)
    known = Gallery.of(request, page).get(image)
    if known is None:
        return None
    is_preview = bool(getattr(request, "is_preview", False)) and not getattr(request, "preview_mode", "")
    expired = known.is_expired()
    if expired and not is_preview:
        return None
    found = _files(known, ratio)
    if found is None:
        return Shown(problem="broken", title=known.title) if is_preview else None
    src, width, height, sources = found
    return Shown(
        src=src,
        width=width,
        height=height,
        sources=sources,
        alt="" if decorative else (alt or known.default_alt_text),
        caption=caption or known.caption,
        credit=known.credit,
        licence=known.licence,
        source_url=known.source_url,
        expired_on=known.expires_on if expired else None,
        title=known.title,
    )


def _files(image: CityImage, ratio: str) -> tuple[str, int, int, list[Source]] | None:
    """Return address, width and height of the ``img`` and its sources, None when the file can't be read."""
    sizes = sizes_of(image, ratio)
    there = _existing(image)
    fallback = there.get(sizes.fallback)
    if fallback is None:
        try:
            fallback = image.get_rendition(sizes.fallback)
        # A damaged file fails in any way inside the decoders; the page is shown without the picture.
        except Exception as error:
            logger.warning("image %s can't be shown: %s", image.pk, type(error).__name__)
            if not image.problem:
                prepare_renditions(image=image, ratio=ratio)  # the worker notes it for the editors
            return None
    ready = {kind: [there[spec] for spec in specs if spec in there] for kind, specs in sizes.sources.items()}
    if any(len(ready[kind]) < len(specs) for kind, specs in sizes.sources.items()) and not image.problem:
        prepare_renditions(image=image, ratio=ratio)
    sources = [
        Source(
            type=FORMATS[kind],
            srcset=", ".join(f"{item.url} {item.width}w" for item in items),
            # The frames move in the file itself; who wants less motion gets the first of them.
            media="(prefers-reduced-motion: reduce)" if image.animated else "",
        )
        for kind, items in ready.items()
        if items
    ]
    if image.animated and not ratio:
        return image.file.url, image.width, image.height, sources
    return fallback.url, fallback.width, fallback.height, sources


def _existing(image: CityImage) -> dict[str, Any]:
    """Return the stored sizes by spec that fit the present focal point; no query after a prefetch."""
    specs = {item.filter_spec for item in image.renditions.all()}
    return {item.spec: rendition for item, rendition in image.find_existing_renditions(*map(Filter, specs)).items()}
