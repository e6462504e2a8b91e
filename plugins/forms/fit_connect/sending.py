"""Send a hand-over to another authority, and follow what becomes of it. Every call lies between two writes of the row.

The number of a submission is written down before anything is sent under it. Whatever is cut off goes on under the same
number, and a submission that was only announced is never seen by anybody: so nothing arrives twice.
"""

from __future__ import annotations

import json
import logging
import uuid
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from cms.cases.models import Case
from cms.cases.services import add_entry

from ..handover.parcel import Parcel
from ..handover.wording import problem
from ..models import HandOver, ReceivedSubmission, SentSubmission
from . import events, metadata
from .access import Access
from .client import ACTIVE, Client, Refused, Unavailable
from .envelopes import encrypt
from .keys import KeyRefused
from .patience import MAX_ATTEMPTS, wait_after

logger = logging.getLogger(__name__)
State = SentSubmission.State
#: How long after the last look the next one comes, and the longest pause.
FIRST_LOOK, LONGEST_LOOK = timedelta(minutes=5), timedelta(hours=6)


class NotSendable(Exception):
    """Another attempt is useless until a person has done something. Words of ours."""


def send(client: Client, parcel: Parcel, options: Mapping[str, Any]) -> SentSubmission:
    """Send a parcel unless it has been sent; return its row. ``options``: of the back end.

    One that was refused, and comes again because a person wants it to, begins anew.
    Raises Unavailable, Refused, NotSendable, KeyRefused.
    """
    row = SentSubmission.objects.filter(key=parcel.key).first()
    if row is None:
        values = {"form": parcel.form[:120], "reference": parcel.reference}
        values["destination_id"] = destination_of(client, options)
        row, _created = SentSubmission.objects.get_or_create(key=parcel.key, defaults=values)
    if row.state in (State.SENT, State.ACCEPTED):
        return row
    if row.state == State.REJECTED:
        destination = destination_of(client, options)
        _set(row, state=State.NEW, submission_id=None, problems=[], done_at=None, destination_id=destination)
    try:
        _bring(client, row, parcel, options)
    except Unavailable as problem:
        _set(row, attempts=row.attempts + 1, last_error=str(problem)[:200])
        raise
    except Refused as problem:
        # The number is over or belongs to something else: the next attempt begins with a new one.
        gone = {"submission_id": None} if problem.status in (404, 410) else {}
        _set(row, attempts=row.attempts + 1, last_error=str(problem)[:200], **gone)
        raise
    except (NotSendable, KeyRefused) as problem:
        _set(row, attempts=row.attempts + 1, last_error=str(problem)[:200])
        raise
    return row


def destination_of(client: Client, options: Mapping[str, Any]) -> str:
    """Return the destination that is set up, or the only one that the Routing API names. Raises NotSendable."""
    if options.get("destination"):
        return str(options["destination"])
    if not client.access.routing_url:
        raise NotSendable("FIT_CONNECT_ROUTING_URL is not set")
    found = client.routes(leika_key(str(options["service"])), str(options["area"]))
    if len(set(found)) != 1:
        raise NotSendable(f"{len(set(found))} destinations are responsible, with a signature that holds")
    return str(uuid.UUID(found[0]))


def leika_key(service: str) -> str:
    """Return the number at the end of the URN of a service."""
    return service.rpartition(":")[2]


def _bring(client: Client, row: SentSubmission, parcel: Parcel, options: Mapping[str, Any]) -> None:
    destination = str(row.destination_id)
    if row.submission_id and _is_submitted(client, row):
        _sent(row)
        return
    known = client.destination(destination)
    if known.get("status") != ACTIVE:
        raise NotSendable("the destination is not active")
    key = client.encryption_key(destination, str(known.get("encryptionKid", "")))
    contents = _contents(parcel)
    if row.submission_id is None or len(row.attachments) != len(contents):
        _announce(client, row, len(contents), options)
    pieces = [
        metadata.Piece(number, name, kind, content, purpose)
        for number, (name, kind, content, purpose) in zip(row.attachments, contents, strict=True)
    ]
    data = json.dumps(_answers(parcel), ensure_ascii=False, sort_keys=True).encode()
    described = metadata.write(
        data,
        schema=str(options.get("schema") or parcel.payload["schema"]),
        service=str(options["service"]),
        name=parcel.title,
        pieces=pieces,
        reference=parcel.reference,
        sent_on=str(parcel.payload["submitted_at"])[:10],
    )
    number = str(row.submission_id)
    try:
        for piece in pieces:
            client.add_attachment(number, piece.identifier, encrypt(piece.content, key, piece.kind))
        client.submit(
            number,
            metadata=encrypt(described, key, "application/json"),
            data=encrypt(data, key, "application/json"),
        )
    except Refused:
        if not _is_submitted(client, row):  # by an attempt whose answer was lost, or by another worker
            raise
    _sent(row)


def _announce(client: Client, row: SentSubmission, number: int, options: Mapping[str, Any]) -> None:
    """Get a number for the submission and write it down; who is second takes the one that is there."""
    attachments = [str(uuid.uuid4()) for _number in range(number)]
    before = row.submission_id
    submission, case = client.create(
        destination=str(row.destination_id),
        service=str(options["service"]),
        name=str(options.get("service_name") or ""),
        attachments=attachments,
    )
    mine = SentSubmission.objects.filter(pk=row.pk, submission_id=before)
    mine.update(submission_id=uuid.UUID(submission), fit_case_id=uuid.UUID(case), attachments=attachments)
    row.refresh_from_db()


def _is_submitted(client: Client, row: SentSubmission) -> bool:
    """Return whether the delivery service has noted that it was sent."""
    destination = str(row.destination_id)
    return any(one.name == events.SUBMITTED and one.issuer != destination for one in _log(client, row)[0])


def _log(client: Client, row: SentSubmission) -> tuple[list[events.Event], int]:
    return events.read(
        client.events(str(row.fit_case_id)),
        submission=str(row.submission_id),
        key_of=client.signer(str(row.destination_id)),
    )


def _contents(parcel: Parcel) -> list[tuple[str, str, bytes, str]]:
    """Return name, media type, content and purpose of everything that goes along."""
    form = [(f"{parcel.form}.pdf", "application/pdf", parcel.pdf, "form")] if parcel.pdf else []
    return [*form, *((one.name, one.kind, one.content, "attachment") for one in parcel.files)]


def _answers(parcel: Parcel) -> dict[str, Any]:
    """Return the payload without what goes along as attachments."""
    files = [{name: value for name, value in one.items() if name != "content"} for one in parcel.payload["files"]]
    return {**parcel.payload, "files": files}


def _sent(row: SentSubmission) -> None:
    _set(row, state=State.SENT, attempts=0, last_error="", next_at=timezone.now() + FIRST_LOOK)


def _set(row: SentSubmission, **values: Any) -> None:
    for name, value in values.items():
        setattr(row, name, value)
    row.save(update_fields=list(values))


# --- what becomes of it --------------------------------------------------------------------------------------


def follow(access: Access) -> int:
    """Look into the logs of what was sent and is not decided; return how many are now."""
    client = Client(access)
    due = SentSubmission.objects.filter(state=State.SENT, next_at__lte=timezone.now()).order_by("next_at", "pk")
    return sum(_look(client, row) for row in list(due[:500]))


def _look(client: Client, row: SentSubmission) -> bool:
    now = timezone.now()
    try:
        log, unsure = _log(client, row)
    except (Unavailable, Refused) as problem:
        attempts = row.attempts + 1
        after = getattr(problem, "after", None) or timedelta()
        values: dict[str, Any] = {"attempts": attempts, "last_error": str(problem)[:200]}
        if attempts >= MAX_ATTEMPTS:
            values |= {"state": State.GIVEN_UP, "done_at": now}
        _set(row, next_at=now + max(wait_after(attempts), after), **values)
        return False
    decided = events.decision(log, str(row.destination_id))
    if decided is None:
        pause = min(max(FIRST_LOOK, (now - row.created_at) / 10), LONGEST_LOOK)
        words = f"{unsure} events have no signature that holds" if unsure else ""
        _set(row, next_at=now + pause, attempts=0, last_error=words)
        return False
    with transaction.atomic():
        locked = SentSubmission.objects.select_for_update().get(pk=row.pk)
        if locked.state != State.SENT:
            return False
        accepted = decided.name == events.ACCEPTED
        _set(
            locked,
            state=State.ACCEPTED if accepted else State.REJECTED,
            problems=decided.problems(),
            done_at=now,
            attempts=0,
            last_error="",
        )
        _tell_case(locked, accepted)
        if not accepted:
            _return_hand_over(locked)
    return True


def _return_hand_over(row: SentSubmission) -> None:
    """Give the hand-over up after all: it is in the list, in the mail of failures, and a person can send it again."""
    why = f"the other authority has refused it ({', '.join(row.problems)})"
    done = HandOver.objects.filter(key=row.key, state=HandOver.State.DONE)
    done.update(state=HandOver.State.GIVEN_UP, done_at=row.done_at, last_error=why[:200])


def _tell_case(row: SentSubmission, accepted: bool) -> None:
    """Note in the case, for those who work on it, what the other authority says."""
    case = Case.objects.filter(reference=row.reference, erased_at=None).first() if row.reference else None
    if case is None:
        return
    with translation.override(settings.LANGUAGE_CODE):
        text = _("The other authority has received it.") if accepted else _("The other authority has refused it.")
        kinds = [problem(kind) for kind in row.problems]
    add_entry(case=case, verb="fit_connect", text=" ".join([text, *kinds]), public=False)


# --- again ---------------------------------------------------------------------------------------------------


@transaction.atomic
def retry(*, row: ReceivedSubmission | SentSubmission, by: Any) -> bool:
    """Make what was given up due again; return False when it is not given up. Raises PermissionDenied."""
    model = type(row)
    if not by.has_perm(f"forms.change_{model._meta.model_name}"):
        raise PermissionDenied
    locked = model.objects.select_for_update().get(pk=row.pk)  # type: ignore[attr-defined]
    if locked.state != "given_up":
        return False
    locked.state = _state_before(locked)
    locked.attempts, locked.next_at, locked.done_at, locked.last_error = 0, timezone.now(), None, ""
    locked.save(update_fields=["state", "attempts", "next_at", "done_at", "last_error"])
    log(locked, "forms.fit_connect_retried", user=by)
    return True


def _state_before(row: ReceivedSubmission | SentSubmission) -> str:
    if isinstance(row, SentSubmission):
        return State.SENT
    states = ReceivedSubmission.State
    if row.problems:
        return states.REFUSED
    return states.OPENED if row.tags else states.WAITING
