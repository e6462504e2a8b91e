"""What changes images and documents."""

from __future__ import annotations

import logging
from typing import Any

from django.core.cache import cache
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone
from wagtail.log_actions import log

from cms.caching.watching import note_change
from cms.content.models import CityDocument

from .cleaning import cleaned
from .models import CityImage, DocumentDetails, DocumentVersion, delete_after_commit
from .sizes import sizes_of

logger = logging.getLogger(__name__)
#: For so long nobody asks again for the same sizes.
ASKED_SECONDS = 300


def prepare_renditions(*, image: CityImage, ratio: str = "") -> None:
    """Have the worker make the sizes of a picture after the commit; asked again soon after, it does nothing."""
    from .jobs import make_renditions

    key = f"media:asked:{image.pk}:{image.file_hash}:{image.focal_point_x}:{image.focal_point_y}:{ratio}"
    transaction.on_commit(
        lambda: make_renditions.enqueue(image.pk, ratio) if cache.add(key, 1, ASKED_SECONDS) else None
    )


def make_sizes(*, image: CityImage, ratio: str = "") -> int:
    """Make the sizes of a picture that are missing, note what is wrong with its file; return how many were made."""
    specs = sizes_of(image, ratio).all()
    there = set(image.renditions.values_list("filter_spec", flat=True))
    made, problem = 0, ""
    for spec in specs:
        try:
            image.get_rendition(spec)
            made += spec not in there
        # A damaged file fails in any way inside the decoders (OSError, SyntaxError, struct.error, ...).
        except Exception as error:
            problem = f"{type(error).__name__}: {error}"[:200]
            logger.warning("no renditions of image %s: %s", image.pk, type(error).__name__)
            break
    if problem != image.problem:
        CityImage.objects.filter(pk=image.pk).update(problem=problem)
        image.problem = problem
    elif made:
        note_change()  # pages that were kept show one size only
    return made


def drop_renditions(*, image: CityImage) -> None:
    """Forget all sizes of a picture whose file or focal point has changed; their files go after the commit."""
    image.renditions.all().delete()


def clean_stored_image(*, image: CityImage) -> None:
    """Write an image that was stored before metadata was removed anew. Raises what Pillow raises for a damaged file."""
    before = image.file
    with image.open_file() as handle:
        result = cleaned(handle, image.file.name)
    size = image.width, image.height
    image.file = result.file
    if not image.credit:
        image.credit = result.credit
    if size != (image.width, image.height):  # it was turned
        image.set_focal_point(None)
    image._set_image_file_metadata()
    image.file.seek(0)
    with transaction.atomic():
        image.save()
        delete_after_commit(before)
        drop_renditions(image=image)


@transaction.atomic
def keep_version(*, document: CityDocument, before: Any, note: str, by: Any) -> DocumentVersion:
    """Keep the file ``before`` of a document whose file has just been replaced. Returns the kept version.

    The caller has checked the right to change the document. The address stays, the version counts on.
    """
    details = DocumentDetails.objects.select_for_update().get_or_create(
        document=document, defaults={"address": before.name}
    )[0]
    version = DocumentVersion.objects.create(
        document=document,
        number=details.version,
        file=before.name,
        file_size=before.storage.size(before.name) if before.storage.exists(before.name) else None,
        note=details.note,
        stored_at=details.replaced_at or document.created_at,
        replaced_by=by,
    )
    details.version += 1
    details.replaced_at = timezone.now()
    details.note = note
    details.save(update_fields=["version", "replaced_at", "note"])
    document.details = details
    log(document, "media.replace", user=by, data={"version": details.version})
    return version


@transaction.atomic
def empty_version(*, version: DocumentVersion, by: Any) -> None:
    """Delete the file of an earlier version for good. Its name stays taken, because it leads to the current file."""
    storage, name = version.file.storage, version.file.name
    log(version.document, "media.empty_version", user=by, data={"version": version.number})
    DocumentVersion.objects.filter(pk=version.pk).update(file_size=0, note="")

    def empty() -> None:
        storage.delete(name)
        storage.save(name, ContentFile(b""))

    transaction.on_commit(empty)
