"""The one view through which every uploaded file is read: originals, renditions and documents."""

from __future__ import annotations

import math
import mimetypes
import posixpath
import re
import zlib
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import IO, Any
from urllib.parse import quote

from django.apps import apps
from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.core.files.storage import default_storage
from django.db import connection
from django.db.models import OuterRef, Subquery
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.http import content_disposition_header, http_date, parse_http_date_safe
from wagtail.documents import get_document_model
from wagtail.images import get_image_model

from cms.media.models import end_of_day

from .models import CollectionAccess
from .rules import Clauses, reader_may, rule_book

#: Types a browser may show in place; everything else is offered as a download.
INLINE = {
    "image/png",
    "image/jpeg",
    "image/gif",
    "image/webp",
    "image/avif",
    "application/pdf",
    "video/mp4",
    "video/webm",
}
mimetypes.add_type("text/vtt", ".vtt")
#: "bytes=0-99", "bytes=100-", "bytes=-50" (RFC 9110, section 14.1.2). Several ranges are answered with the whole file.
RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")
PRESIGNED_SECONDS = 60
CHUNK = 64 * 1024


@dataclass(frozen=True)
class Found:
    """A stored file: its audience, the name under which its current content lies, and its last day, if it has one."""

    clauses: Clauses
    name: str
    last_day: date | None = None


@cache
def _questions() -> dict[str, str]:
    """Return the SQL that asks a table for the rule and the last day or current file of a file, by folder.

    Compiled once: every picture asks it.
    """
    image = get_image_model()
    tables: dict[str, tuple[Any, str, str]] = {
        "images": (image.get_rendition_model(), "image__collection_id", "image__expires_on"),
        "original_images": (image, "collection_id", "expires_on"),
        "documents": (get_document_model(), "collection_id", "file"),
        # The name of an earlier version is an address people have: it leads to the current file.
        "earlier": (apps.get_model("media", "DocumentVersion"), "document__collection_id", "document__file"),
    }
    return {
        folder: model.objects.filter(file="")
        .order_by()
        .values_list(
            Subquery(CollectionAccess.objects.filter(collection_id=OuterRef(collection)).values("rule_id")), second
        )
        .query.sql_with_params()[0]
        for folder, (model, collection, second) in tables.items()
    }


def find(name: str) -> Found:
    """Return what is known of the stored file ``name``. Raises Http404 for files nobody knows.

    One query in the usual case: the folder tells which table to ask first.
    """
    first = name.partition("/")[0]
    questions = _questions()
    with connection.cursor() as cursor:
        for folder in sorted(questions, key=lambda place: place != first):
            cursor.execute(questions[folder], [name])
            if found := cursor.fetchone():
                rule, second = found
                if rule is None:  # a collection without a rule is shown to nobody
                    raise Http404
                if "images" not in folder:
                    return Found(rule_book.clauses(rule), second)
                # SQLite hands a date over as text.
                return Found(rule_book.clauses(rule), name, date.fromisoformat(str(second)) if second else None)
    raise Http404


def serve_media(request: HttpRequest, name: str) -> HttpResponseBase:
    """Answer with the file ``name`` when the reader may see its collection, else 404 (its existence is a secret too).

    An image after its last day is gone (410), except for those who work in the admin. No cache keeps a file beyond
    that day, and every cache asks before it shows a document again, because a new file takes the same address.
    """
    if name != posixpath.normpath(name) or name.startswith(("/", "..")):
        raise Http404
    found = find(name)
    if not reader_may(request, found.clauses):
        raise Http404
    left = (end_of_day(found.last_day) - timezone.now()).total_seconds() if found.last_day else math.inf
    if left <= 0 and not request.user.has_perm("wagtailadmin.access_admin"):
        response: HttpResponseBase = HttpResponse(status=410)
        patch_cache_control(response, no_store=True)
        return response
    response = deliver(request, found.name)
    if found.clauses or left <= 0:
        patch_cache_control(response, private=True, no_store=True)
        return response
    # What everybody may see, other sites may show: a front end of its own has another address.
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    if name.partition("/")[0] == "documents":
        patch_cache_control(response, public=True, no_cache=True)
    else:
        patch_cache_control(response, public=True, max_age=int(min(settings.MEDIA_MAX_AGE, left)))
    return response


def deliver(request: HttpRequest, name: str) -> HttpResponseBase:
    """Answer with the file ``name``, checked before: by the web server, by the object storage, or from here.

    ``MEDIA_ACCEL_PREFIX`` set: an empty answer with ``X-Accel-Redirect``, nginx sends the file. A storage that can
    sign addresses: a redirect to one that is valid for a minute. Otherwise the file, with ranges and conditions.
    Raises Http404 when the storage lacks it.
    """
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    disposition = content_disposition_header(kind not in INLINE, posixpath.basename(name)) or "inline"
    if settings.MEDIA_ACCEL_PREFIX:
        response: HttpResponseBase = HttpResponse(content_type=kind)
        response["X-Accel-Redirect"] = quote(posixpath.join(settings.MEDIA_ACCEL_PREFIX, name))
    elif hasattr(default_storage, "presigned_url"):
        return HttpResponseRedirect(
            default_storage.presigned_url(
                name, seconds=PRESIGNED_SECONDS, content_type=kind, content_disposition=disposition
            )
        )
    else:
        response = from_storage(request, name, kind)
    response["Content-Disposition"] = disposition
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def from_storage(request: HttpRequest, name: str, kind: str) -> HttpResponseBase:
    """Return the file, a part of it (206), "not modified" (304) or "no such part" (416). Raises Http404."""
    try:
        modified = int(default_storage.get_modified_time(name).timestamp())
        handle = default_storage.open(name, "rb")
    except (FileNotFoundError, SuspiciousOperation) as error:
        raise Http404 from error
    size = handle.size
    # The name is part of it: two versions of a document may be stored within a second, and be equally long.
    etag = f'"{modified:x}-{size:x}-{zlib.crc32(name.encode()):x}"'
    response: HttpResponseBase
    if _not_modified(request, etag, modified):
        handle.close()
        response = HttpResponse(status=304)
    else:
        response = _whole_or_part(request, handle, size, etag, kind)
    response["ETag"] = etag
    response["Last-Modified"] = http_date(modified)
    response["Accept-Ranges"] = "bytes"
    return response


def _not_modified(request: HttpRequest, etag: str, modified: int) -> bool:
    if tags := request.headers.get("If-None-Match"):
        return tags.strip() == "*" or etag in [tag.strip().removeprefix("W/") for tag in tags.split(",")]
    since = parse_http_date_safe(request.headers.get("If-Modified-Since", ""))
    return since is not None and modified <= since


def _whole_or_part(request: HttpRequest, handle: IO[bytes], size: int, etag: str, kind: str) -> HttpResponseBase:
    wanted = RANGE.fullmatch(request.headers.get("Range", "").strip())
    # "If-Range" with another version means: the whole file, for what the reader has is outdated.
    if request.headers.get("If-Range", etag) != etag:
        wanted = None
    if wanted is None or not any(wanted.groups()):
        return FileResponse(handle, content_type=kind)
    first, last = wanted.groups()
    start = int(first) if first else max(size - int(last), 0)
    end = min(int(last), size - 1) if first and last else size - 1
    if first and last and int(last) < int(first):
        return FileResponse(handle, content_type=kind)  # not a valid range: to be ignored
    if start >= size or (not first and int(last) == 0):
        handle.close()
        response = HttpResponse(status=416)
        response["Content-Range"] = f"bytes */{size}"
        return response
    handle.seek(start)
    part = FileResponse(_Part(handle, end - start + 1), status=206, content_type=kind)
    part["Content-Length"] = str(end - start + 1)
    part["Content-Range"] = f"bytes {start}-{end}/{size}"
    return part


class _Part:
    """A file that ends after ``length`` bytes."""

    def __init__(self, handle: IO[bytes], length: int) -> None:
        self._handle, self._left = handle, length
        self.close = handle.close

    def read(self, size: int = CHUNK) -> bytes:
        """Return up to ``size`` bytes, none when the part is over."""
        data = self._handle.read(self._left if size < 0 else min(size, self._left))
        self._left -= len(data)
        return data
