"""The one view through which every uploaded file is read: originals, renditions and documents."""

from __future__ import annotations

import mimetypes
import posixpath

from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponseBase
from django.utils.cache import patch_cache_control
from wagtail.documents import get_document_model
from wagtail.images import get_image_model

from .models import AccessRule, CollectionAccess
from .rules import rule_ids_for

#: Types a browser may show in place; everything else is offered as a download.
INLINE = {"image/png", "image/jpeg", "image/gif", "image/webp", "image/avif", "application/pdf"}


def collection_of(name: str) -> int:
    """Return the id of the collection the stored file ``name`` belongs to. Raises Http404 for files nobody knows."""
    image = get_image_model()
    rendition = image.get_rendition_model()
    for queryset, field in (
        (rendition.objects.filter(file=name), "image__collection_id"),
        (image.objects.filter(file=name), "collection_id"),
        (get_document_model().objects.filter(file=name), "collection_id"),
    ):
        found = queryset.values_list(field, flat=True).first()
        if found is not None:
            return int(found)
    raise Http404


def serve_media(request: HttpRequest, name: str) -> HttpResponseBase:
    """Answer with the file ``name`` when the reader may see its collection, else 404 (its existence is a secret too)."""
    if name != posixpath.normpath(name) or name.startswith(("/", "..")):
        raise Http404
    rule_id = CollectionAccess.objects.filter(collection_id=collection_of(name)).values_list("rule", flat=True).first()
    if rule_id not in rule_ids_for(request):
        raise Http404
    try:
        handle = default_storage.open(name, "rb")
    except (FileNotFoundError, SuspiciousOperation) as error:
        raise Http404 from error
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    response = FileResponse(
        handle, content_type=kind, as_attachment=kind not in INLINE, filename=posixpath.basename(name)
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    if rule_id == AccessRule.objects.public().pk:
        patch_cache_control(response, public=True, max_age=settings.MEDIA_MAX_AGE)
    else:
        patch_cache_control(response, private=True, no_store=True)
    return response
