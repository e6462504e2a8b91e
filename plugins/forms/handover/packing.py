"""Make a parcel of a submission: everything that asks the database, before a thread sends it."""

from __future__ import annotations

import base64
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.core import signing
from django.urls import reverse
from django.utils import translation

from ..filling import content as contents
from ..filling import pdf
from ..filling.files import NotChecked, read_checked
from ..filling.papers import submission_context
from ..models import FillingFile, HandOver, Submission
from .parcel import Parcel, ParcelFile

FORMAT = 1
LINKS = "forms.handover.file"
LINK_SECONDS = 7 * 24 * 3600


def pack(row: HandOver, *, files: str, with_pdf: bool, fields: frozenset[str] | None = None) -> Parcel:
    """Return what goes to the target of ``row``; ``files``: "inline", "links" or "none"; ``fields``: keys of the answers
    it gets, None for all.

    Raises Unreadable, NotChecked (a file waits for the virus scanner) and OSError (the storage is away).
    """
    submission = row.submission
    version, form = submission.version, submission.version.form
    reference = submission.case.reference if submission.case else ""
    found = list(FillingFile.objects.filter(filling=submission.filling_id)) if submission.filling_id else []
    packed = [_file(one, row, files) for one in found if fields is None or one.field.split(".")[0] in fields]
    answers = {key: value for key, value in submission.answers.items() if fields is None or key in fields}
    with translation.override(submission.language):
        title, schema = form.title, reverse("forms:schema", args=[form.slug, version.number])
    payload: dict[str, Any] = {
        "format": FORMAT,
        "schema": settings.SITE_URL
        + schema
        + (f"?{urlencode({'fields': ' '.join(sorted(fields))})}" if fields else ""),
        "id": row.key,
        "form": {"slug": form.slug, "number": form.number, "version": version.number},
        "case": reference or None,
        "submitted_at": submission.submitted_at.isoformat().replace("+00:00", "Z"),
        "language": submission.language,
        "channel": submission.channel,
        "identity": _identity(submission),
        "price_cents": submission.price_cents,
        "answers": answers,
        "files": [entry for entry, _inner in packed],
    }
    return Parcel(
        key=row.key,
        form=form.slug,
        title=title,
        version=version.number,
        reference=reference,
        payload=payload,
        files=tuple(inner for _entry, inner in packed if inner),
        pdf=_pdf(submission, reference) if with_pdf else None,
    )


def _identity(submission: Submission) -> dict[str, Any] | None:
    """Return how surely the person has shown who they are, by what, and which answers that vouches for."""
    filling = submission.filling
    if filling is None or not filling.identity_level:
        return None
    return {
        "level": filling.identity_level,
        "provider": filling.identity_provider,
        "confirmed": sorted(contents.read(filling).claims),
    }


def _file(one: FillingFile, row: HandOver, how: str) -> tuple[dict[str, Any], ParcelFile | None]:
    entry = {
        "id": str(one.identifier),
        "field": one.field,
        "name": one.name,
        "kind": one.kind,
        "size": one.size,
        "sha256": one.sha256,
    }
    if one.scan == one.Scan.REFUSED and how != "none":
        # Found after it was sent: what the person applied for must arrive all the same.
        entry["withheld"] = "virus"
        return entry, None
    if one.is_withheld and how != "none":
        raise NotChecked
    if how == "links":
        token = signing.dumps([row.pk, str(one.identifier)], salt=LINKS)
        entry["url"] = settings.SITE_URL + reverse("forms:handed_file", args=[token])
    if how != "inline":
        return entry, None
    content = read_checked(one)
    entry["content"] = base64.b64encode(content).decode()
    return entry, ParcelFile(entry["name"], one.kind, content)


def handed_file(token: str) -> FillingFile | None:
    """Return the file of a link, None when the link is made up or over, or the submission is erased."""
    try:
        pk, identifier = signing.loads(token, salt=LINKS, max_age=LINK_SECONDS)
    except signing.BadSignature:
        return None
    return FillingFile.objects.filter(filling__submission__deliveries=pk, identifier=identifier).first()


def _pdf(submission: Submission, reference: str) -> bytes | None:
    try:
        context = submission_context(submission, submission.language, reference)
        return pdf.make("forms/pdf/submission.html", context, submission.language)
    except pdf.NoPdf:
        return None
