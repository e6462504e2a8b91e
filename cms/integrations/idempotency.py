"""A request that is sent twice is carried out once (draft-ietf-httpapi-idempotency-key-header)."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework.exceptions import ValidationError
from rest_framework.renderers import JSONRenderer
from rest_framework.response import Response

from cms.api.errors import Conflict, KeyReused

from .models import DoneRequest, Integration

KEPT = timedelta(hours=24)
#: A string of structured fields (RFC 9651), as the draft wants it, or the same without quotes, as most clients send it.
KEY = re.compile(r'"?([\x21\x23-\x7e]{1,255})"?')
#: Headers of an answer that belong to what was created.
KEPT_HEADERS = ("Location", "Content-Location", "ETag")


@transaction.atomic
def once(*, request: Any, integration: Integration, work: Callable[[], Response]) -> Response:
    """Return what ``work()`` answers, or what it answered to the same request with the same Idempotency-Key.

    Without the header it is simply carried out. Answer and work commit together: after a crash there are both or
    neither. What fails is not kept, so it may be corrected and sent again with the same key. Raises Conflict while the
    first request still runs (on SQLite the second waits), KeyReused for another request, ValidationError for a bad key.
    """
    header = request.headers.get("Idempotency-Key")
    if header is None:
        return work()
    found = KEY.fullmatch(header.strip())
    if found is None:
        raise ValidationError({"Idempotency-Key": _("1 to 255 visible ASCII characters, such as a UUID.")})
    key, now = found[1], timezone.now()
    if not _alone(f"{integration.pk} {key}"):
        raise Conflict(_("The first request with this Idempotency-Key is still being answered."))
    fingerprint = _fingerprint(request)
    mine = DoneRequest.objects.filter(integration=integration, key=key)
    mine.filter(at__lte=now - KEPT).delete()
    done = mine.first()
    if done is not None:
        if done.fingerprint != fingerprint:
            raise KeyReused
        headers = {**done.headers, "Idempotency-Replayed": "true"}
        return Response(json.loads(done.body), status=done.status, headers=headers)
    response = work()
    DoneRequest.objects.create(
        integration=integration,
        key=key,
        fingerprint=fingerprint,
        status=response.status_code,
        headers={name: response.headers[name] for name in KEPT_HEADERS if response.has_header(name)},
        body=JSONRenderer().render(response.data).decode(),
        at=now,
    )
    return response


def forget(before: datetime) -> int:
    """Delete what was answered before; return how many rows."""
    return DoneRequest.objects.filter(at__lte=before).delete()[0]


def _alone(words: str) -> bool:
    """Return whether no other request with the same words is running, and keep others out until the transaction ends.

    SQLite lets only one request write at a time anyway.
    """
    if connection.vendor != "postgresql":
        return True
    number = int.from_bytes(hashlib.sha256(words.encode()).digest()[:8], "big", signed=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [number])
        return cursor.fetchone()[0]


def _fingerprint(request: Any) -> str:
    """Return a hash of what is asked: method, address and the values in the body, however they are written."""
    parts = [request.method, request.path, json.dumps(request.data, sort_keys=True)]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()
