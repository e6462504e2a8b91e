"""Fetch applications, open a case for each, acknowledge them. Calls outside lie between the transactions, never in one.

A row is written before anything is fetched, the case in one transaction with the content, the acknowledgement after
it. Whatever is cut off is done again from the row: FIT-Connect keeps a submission until it is acknowledged.
"""

from __future__ import annotations

import json
import logging
import uuid
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone

from cms.cases.services import open_case, status_path
from cms.directory.models import OrganisationUnit
from cms.notifications.services import notify
from cms.sealing import seal, seal_bytes

from ..filling.scanning import is_set_up, scan_later
from ..filling.sending import case_steps
from ..models import FitConnectService, Form, ReceivedFile, ReceivedSubmission
from ..models.fit_connect import RECEIVED
from . import events
from .access import Access
from .client import Client, Refused, Unavailable
from .envelopes import UnknownKey
from .opening import Content, Faulty, opened
from .patience import MAX_ATTEMPTS, wait_after

logger = logging.getLogger(__name__)
State = ReceivedSubmission.State
#: Rows in one run, and so many without an answer one after the other end it.
PORTION, SILENT = 500, 3


def receive(access: Access) -> int:
    """Note what waits for us and do what is due; return how many rows were finished.

    What fails for one row is noted at the row. Raises Unavailable, Refused when a destination can't be asked, after
    the others have had their turn, and NotSetUp.
    """
    client = Client(access)
    keys, signature = access.private_keys(), access.signature_key()
    access.anchors()  # what can't be trusted is not even fetched
    errors: list[Unavailable | Refused] = []
    for destination in access.destinations:
        try:
            note_waiting(client, destination)
        except (Unavailable, Refused) as problem:
            errors.append(problem)
    finished = 0
    if len(errors) < len(access.destinations):
        finished = _work(client, keys, signature)
    if errors:
        raise errors[0]
    return finished


def _work(client: Client, keys: Any, signature: Any) -> int:
    """Do what is due; stop when FIT-Connect does not answer any more, so that not every row waits for it in vain."""
    due = ReceivedSubmission.objects.filter(state__in=ReceivedSubmission.UNFINISHED, next_at__lte=timezone.now())
    finished = silent = 0
    for row in list(due.order_by("next_at", "pk").defer("sealed")[:PORTION]):
        try:
            finished += _step(client, row, keys, signature)
            silent = 0
        except Unavailable as problem:
            _failed(row, str(problem), problem.after)
            silent += 1
        if silent >= SILENT:
            break
    return finished


def note_waiting(client: Client, destination: str) -> None:
    """Write a row for each submission that waits. One that was given up because of us is not begun again by itself."""
    for entry in client.waiting(destination):
        try:
            number, case = uuid.UUID(str(entry["submissionId"])), uuid.UUID(str(entry["caseId"]))
            owner = uuid.UUID(str(entry.get("destinationId", destination)))
        except (KeyError, ValueError):
            logger.error("FIT-Connect: an entry of the list has no numbers")
            continue
        if owner == uuid.UUID(destination):
            ReceivedSubmission.objects.get_or_create(
                submission_id=number, defaults={"fit_case_id": case, "destination_id": destination}
            )


def _step(client: Client, row: ReceivedSubmission, keys: Any, signature: Any) -> bool:
    """Do what is next for one row; note why not. Return whether it is finished. Raises Unavailable."""
    try:
        if row.state == State.WAITING:
            fetch(client, row, keys)
        acknowledge(client, row, signature)
    except Unavailable:
        raise
    except Refused as problem:
        _failed(row, str(problem))
    except UnknownKey:
        _failed(row, "it was encrypted for a key that we don't have")
    except OSError as problem:
        _failed(row, f"the storage is away ({type(problem).__name__})")
    # One submission must not keep the others from coming in, and the text could quote it.
    except Exception as problem:
        logger.error("FIT-Connect: submission %s failed: %s", row.submission_id, type(problem).__name__)
        _failed(row, type(problem).__name__)
    return row.done_at is not None


def fetch(client: Client, row: ReceivedSubmission, keys: Any) -> None:
    """Fetch and check a submission; open its case or note why it is refused.

    Raises Unavailable, Refused, UnknownKey, OSError.
    """
    number, destination = str(row.submission_id), str(row.destination_id)
    found = client.submission(number)
    listed = found.get("attachments")
    attachments = {
        str(uuid.UUID(str(one))): client.attachment(number, str(uuid.UUID(str(one))))
        for one in (listed if isinstance(listed, list) else [])
    }
    log, unsure = events.read(client.events(str(row.fit_case_id)), submission=number, key_of=client.signer(destination))
    if not any(one.name == events.SUBMITTED and one.issuer != destination for one in log):
        raise Unavailable(f"nobody vouches that it was sent ({unsure} events without a signature that holds)")
    try:
        content = opened(found, attachments, log, keys)
    except Faulty as faulty:
        row.problems, row.state = [one.written() for one in faulty.problems], State.REFUSED
        changed = ReceivedSubmission.objects.filter(pk=row.pk, state=State.WAITING)
        if not changed.update(problems=row.problems, state=row.state):
            row.refresh_from_db()
        return
    service = found.get("serviceType")
    outside = str(service.get("identifier", "")) if isinstance(service, dict) else ""
    keep(row, content, service=content.service or outside)


def keep(row: ReceivedSubmission, content: Content, *, service: str) -> None:
    """Keep what came and open its case, once: whoever comes second finds the row no longer waiting."""
    stored: list[str] = []
    try:
        files = []
        for piece in content.files:
            stored.append(
                default_storage.save(f"forms/{uuid.uuid4().hex}", ContentFile(seal_bytes(piece.content, RECEIVED)))
            )
            files.append(
                ReceivedFile(
                    received=row,
                    identifier=piece.identifier,
                    sealed_name=seal(piece.name, RECEIVED),
                    content=stored[-1],
                    size=len(piece.content),
                    kind=piece.kind[:100],
                    scan=ReceivedFile.Scan.WAITING if is_set_up() else ReceivedFile.Scan.UNCHECKED,
                )
            )
        with transaction.atomic():
            locked = ReceivedSubmission.objects.select_for_update().get(pk=row.pk)
            if kept := locked.state == State.WAITING:
                _open(locked, content, service)
                for file in files:
                    file.save()
                    if file.is_withheld:
                        scan_later(file)
    except BaseException:
        drop(stored)
        raise
    if not kept:
        drop(stored)
    row.refresh_from_db()


def drop(names: list[str]) -> None:
    """Delete files of the storage."""
    for name in names:
        default_storage.delete(name)


def _open(row: ReceivedSubmission, content: Content, service: str) -> None:
    form, unit = assigned(service)
    title = (
        {language: form.text("title", language) for language in form.languages()}
        if form
        else {code: _name(content) for code, _label in settings.LANGUAGES}
    )
    mail = _valid(content.mail)
    language = settings.LANGUAGE_CODE.partition("-")[0]
    case = open_case(
        kind="fit_connect",
        object_id=str(row.pk),
        title=title,
        unit=unit,
        steps=case_steps(),
        mail=mail,
        language=language,
    )
    row.case, row.form, row.service, row.state = case.case, form, service[:255], State.OPENED
    row.sealed = seal(
        json.dumps({"metadata": content.metadata, "data": content.data, "kind": content.kind}, ensure_ascii=False),
        RECEIVED,
    )
    row.tags, row.last_error = content.tags, ""
    row.save()
    if mail:
        notify(
            topic="forms",
            template="forms/mail/sent.txt",
            to=mail,
            language=language,
            key=f"fit-connect-received-{row.submission_id}",
            context={
                "title": title.get(language) or next(iter(title.values()), ""),
                "reference": case.case.reference,
                "url": settings.SITE_URL + status_path(case.secret),
                "paper": False,
            },
        )


def assigned(service: str) -> tuple[Form | None, OrganisationUnit | None]:
    """Return form and unit of a service; for one that nobody has assigned the unit of the settings."""
    row = FitConnectService.objects.select_related("form__unit", "unit").filter(identifier=service).first()
    if row is not None and (row.unit or (row.form and row.form.unit)):
        return row.form, row.unit or row.form.unit  # type: ignore[union-attr]  # one of them is there
    fallback = OrganisationUnit.objects.filter(slug=settings.FIT_CONNECT.get("unit") or "-").first()
    return (row.form if row else None), fallback


def _name(content: Content) -> str:
    """Return what the sender calls the service: public words, no answer."""
    kind = content.metadata.get("publicServiceType", {})
    return str(kind.get("name") or kind.get("identifier") or "FIT-Connect")[:200]


def _valid(mail: str) -> str:
    try:
        validate_email(mail)
    except ValidationError:
        return ""
    return mail


def acknowledge(client: Client, row: ReceivedSubmission, signature: Any) -> None:
    """Tell FIT-Connect what was decided; afterwards it deletes the submission. Raises Unavailable, Refused."""
    if row.state not in (State.OPENED, State.REFUSED):
        return
    accepted = row.state == State.OPENED
    number, case, destination = str(row.submission_id), str(row.fit_case_id), str(row.destination_id)
    payload = {"authenticationTags": row.tags} if accepted else {"problems": row.problems}
    token = events.write(
        events.ACCEPTED if accepted else events.REJECTED,
        payload,
        key=signature,
        destination=destination,
        submission=number,
        case=case,
    )
    try:
        client.add_event(case, token)
    except Refused:
        # Perhaps it came at an earlier attempt whose answer was lost.
        log, _unsure = events.read(client.events(case), submission=number, key_of=client.signer(destination))
        if events.decision(log, destination) is None:
            raise
    row.state, row.done_at, row.last_error = State.ACCEPTED if accepted else State.REJECTED, timezone.now(), ""
    row.save(update_fields=["state", "done_at", "last_error"])


def _failed(row: ReceivedSubmission, why: str, after: timedelta | None = None) -> None:
    row.refresh_from_db()
    row.attempts, row.last_error, now = row.attempts + 1, why[:200], timezone.now()
    row.next_at = now + max(wait_after(row.attempts), after or timedelta())
    if row.attempts >= MAX_ATTEMPTS and row.state in ReceivedSubmission.UNFINISHED:
        row.state, row.done_at = State.GIVEN_UP, now
    row.save(update_fields=["attempts", "last_error", "next_at", "state", "done_at"])
