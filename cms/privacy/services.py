"""Find what is kept about a person, hand it out, erase it."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterable
from datetime import timedelta
from itertools import islice
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.text import get_valid_filename
from wagtail.log_actions import log

from cms.contracts.privacy import Sought, Trace, Tracer
from cms.plugins.registry import collect
from cms.sealing import Unreadable

from .jobs import look_up
from .models import PersonRequest

RIGHT = "privacy.answer_requests"
#: Traces listed of one kind: a person has a handful, an address of everybody ("info@…") has all.
MOST = 50
#: A month to answer, and two more for difficult cases (Art. 12 (3) DSGVO).
KEPT = timedelta(days=90)


def tracers() -> dict[str, tuple[Any, Tracer]]:
    """Return "app.name" -> (title, tracer), of plugins that are switched off, too."""
    return {
        f"{config.label}.{item.name}": (item.title, item.tracer)
        for config, items in collect("privacy", also_off=True)
        for item in items
        if item.tracer
    }


@transaction.atomic
def begin(*, sought: Sought, file_number: str, by: Any) -> PersonRequest:
    """Note a request and have the search done in the background. Raises PermissionDenied."""
    _may(by)
    request = PersonRequest(file_number=file_number, asked_by=by)
    request.sought = sought
    request.save()
    log(instance=request, action="privacy.search", user=by)
    look_up.enqueue(request.pk)
    return request


@transaction.atomic
def again(*, request: PersonRequest, by: Any) -> None:
    """Search once more, after a failure or for what came since. Raises PermissionDenied."""
    _may(by)
    request.state, request.searched = PersonRequest.State.WAITING, 0
    request.save(update_fields=["state", "searched"])
    log(instance=request, action="privacy.search", user=by)
    look_up.enqueue(request.pk)


def search(request: PersonRequest) -> None:
    """Ask every tracer; how far it is shows after each. What fails is noted, and raised for the next try."""
    keys: list[str] = []
    request.state, request.searched, request.cut = PersonRequest.State.SEARCHING, 0, False
    request.save(update_fields=["state", "searched", "cut"])
    try:
        for name, (_title, tracer) in tracers().items():
            found = list(islice(tracer.find(request.sought), MOST + 1))
            request.cut |= len(found) > MOST
            keys += [f"{name}:{number}" for number in found[:MOST]]
            request.searched += 1
            request.save(update_fields=["searched"])
        # What belongs to the same case is about the same person, also where neither name nor address stands in it.
        for reference in {trace.reference for _key, _title, trace in traces(keys) if trace.reference}:
            for name, (_title, tracer) in tracers().items():
                keys += [f"{name}:{number}" for number in tracer.find(Sought(reference=reference))]
    except Exception:
        request.state = PersonRequest.State.FAILED
        request.save(update_fields=["state"])
        raise
    request.keys = [key for key, _title, _trace in traces(dict.fromkeys(keys))]
    request.state = PersonRequest.State.DONE
    request.save(update_fields=["keys", "state", "cut"])


def traces(keys: Iterable[str]) -> list[tuple[str, Any, Trace]]:
    """Return (key, title of its kind, trace) of what is still there, the newest first."""
    known, found = tracers(), []
    for key in keys:
        name, _colon, number = key.rpartition(":")
        title, tracer = known.get(name, ("", None))
        trace = tracer.read(int(number)) if tracer else None
        if trace:
            found.append((key, title, trace))
    return sorted(found, key=lambda one: one[2].at, reverse=True)


@transaction.atomic
def hand_out(*, request: PersonRequest, keys: Iterable[str], by: Any) -> bytes:
    """Return a ZIP file with what is kept, to read (HTML), as data (JSON) and with all files (Art. 15 and 20 DSGVO).

    Raises PermissionDenied.
    """
    _may(by)
    packed = io.BytesIO()
    found = traces(key for key in request.keys if key in set(keys))
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        shown = []
        for number, (_key, title, trace) in enumerate(found, 1):
            names = []
            for place, (name, read) in enumerate(trace.files, 1):
                path = f"{number:02}/{place:02}-{get_valid_filename(name) or 'datei'}"
                try:
                    archive.writestr(path, read())
                except (Unreadable, OSError):
                    path = ""  # its key or the storage has lost it: the page says so
                names.append((name, path))
            shown.append((number, title, trace, names))
        now = timezone.localtime()
        page = render_to_string("privacy/handed_out.html", {"traces": shown, "now": now, "record": request})
        archive.writestr("auskunft.html", page)
        data = [
            {"kind": key.rpartition(":")[0], "at": trace.at.isoformat(), "data": trace.data} for key, _t, trace in found
        ]
        archive.writestr("auskunft.json", json.dumps(data, ensure_ascii=False, indent=2, default=str))
    request.handed_out_at = now
    request.save(update_fields=["handed_out_at"])
    log(instance=request, action="privacy.hand_out", user=by, data={"traces": len(found)})
    return packed.getvalue()


@transaction.atomic
def erase(*, request: PersonRequest, keys: Iterable[str], by: Any) -> int:
    """Erase what of ``keys`` the request has found and nobody needs any more; return how many. Raises PermissionDenied."""
    _may(by)
    locked = PersonRequest.objects.select_for_update(no_key=True).get(pk=request.pk)
    known, wanted = tracers(), set(keys)
    gone = [key for key, _title, trace in traces(key for key in locked.keys if key in wanted) if not trace.needed]
    for key in gone:
        name, _colon, number = key.rpartition(":")
        known[name][1].forget(int(number))
    locked.keys = [key for key in locked.keys if key not in gone]
    locked.erased += len(gone)
    locked.save(update_fields=["keys", "erased"])
    log(instance=locked, action="privacy.erase", user=by, data={"traces": len(gone)})
    return len(gone)


def _may(by: Any) -> None:
    if not by.has_perm(RIGHT):
        raise PermissionDenied
