"""Send a filling: once, whoever presses how often; with a case, hand-overs and a receipt."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext_noop

from cms.cases.services import open_case, status_path
from cms.notifications.services import notify
from cms.sealing import seal, unseal

from ..definition.logic import Evaluated
from ..definition.structure import Definition, Field
from ..handover.services import queue
from ..models import CoSignature, Filling, FillingFile, Form, Submission
from ..models.fillings import FILLING, SUBMISSION
from ..models.forms import FULL, OPEN
from . import content as contents
from .confirming import waiting
from .content import Content
from .counting import Event, count, took
from .files import signed
from .identity import is_enough
from .opening import NotOpen, all_taken, definition_of, note_full, state_of
from .services import Gone, Over, evaluated, first_open

#: What becomes of a submission, as the status page names it.
STEPS = (gettext_noop("Received"), gettext_noop("Being worked on"), gettext_noop("Decided"))
Check = Submission.Check
CHECKS: dict[str, str] = {Form.Requirement.PRINT: Check.PAPER, Form.Requirement.QUALIFIED: Check.SIGNATURE}


class NotReady(Exception):
    """Something is missing. ``step``: key of the first step that is not complete."""

    def __init__(self, step: str) -> None:
        super().__init__(step)
        self.step = step


class Blocked(Exception):
    """Rules of the form forbid it. ``messages``: texts by language."""

    def __init__(self, messages: list[Any]) -> None:
        super().__init__("blocked")
        self.messages = messages


class NeedsIdentity(Exception):
    """The form asks for a trust level that the person has not shown."""


class NeedsConfirmation(Exception):
    """An e-mail address has not been confirmed by its code."""


class NeedsSignature(Exception):
    """The form asks for a qualified signature, and the signed PDF is not there yet."""


class FilesRefused(Exception):
    """A file was found to be harmful and must be taken out."""


def submit(*, filling: Filling, content: Content) -> Submission | None:
    """Send the filling, whose row the caller has locked; None while others must still sign.

    A second call returns what the first has sent. Of a survey nothing but the answers is kept.
    Raises NotOpen, NotReady, Blocked, NeedsConfirmation, NeedsIdentity, NeedsSignature, FilesRefused.
    """
    if filling.state == Filling.State.SENT:
        return Submission.objects.get(filling=filling)
    form, definition = filling.version.form, definition_of(filling.version)
    found = check(filling=filling, content=content)
    if form.purpose != Form.Purpose.SURVEY and _ask_to_sign(filling, content, definition, found):
        return None
    return _send(filling, content, definition, found)


def check(*, filling: Filling, content: Content) -> Evaluated:
    """Return what would be sent. Raises what :func:`submit` raises."""
    form, definition = filling.version.form, definition_of(filling.version)
    found = evaluated(definition, content)
    if (step := first_open(definition, found, content)) is not None:
        raise NotReady(step)
    if found.blocks:
        raise Blocked([texts for texts, _target in found.blocks])
    if waiting(filling, content, definition, found):
        raise NeedsConfirmation
    if form.purpose != Form.Purpose.SURVEY and not is_enough(form.asks, filling.identity_level):
        raise NeedsIdentity
    qualified = form.purpose != Form.Purpose.SURVEY and form.asks == Form.Requirement.QUALIFIED
    if qualified and signed(filling, content) is None:
        raise NeedsSignature
    state = state_of(form, version=filling.version, account=filling.filled_by or filling.account)
    if state != OPEN:
        raise NotOpen(state)
    if filling.files.filter(scan=FillingFile.Scan.REFUSED).exists():
        raise FilesRefused
    return found


def _send(filling: Filling, content: Content, definition: Definition, found: Evaluated) -> Submission:
    form = filling.version.form
    counted = form.max_submissions is not None and not form.test_mode
    # Whoever comes at the same moment waits here, so that the last place is taken once.
    if counted and all_taken(Form.objects.select_for_update().get(pk=form.pk)):
        raise NotOpen(FULL)
    survey = form.purpose == Form.Purpose.SURVEY
    submission = Submission(
        version=filling.version,
        filling=None if survey else filling,
        sealed=seal(json.dumps(found.answers, ensure_ascii=False), SUBMISSION),
        language=filling.language,
        channel=filling.channel,
        price_cents=max(found.price_cents, 0),
        hand_overs=list(found.hand_overs),
        check_state=CHECKS.get(form.asks, Check.NOTHING) if not survey else Check.NOTHING,
        # A survey's answers must not be told apart by the second.
        submitted_at=timezone.now().replace(hour=0, minute=0, second=0, microsecond=0) if survey else timezone.now(),
        test=form.test_mode,
    )
    submission.save()
    if counted:
        note_full(form)
    began = filling.created_at
    if survey:
        filling.delete()
    else:
        if not submission.test:
            _open_case(filling, content, submission, definition, found)
        _close(filling, content)
        queue(submission=submission)
    count(filling.version_id, (Event.FINISHED, ""), (Event.TOOK, took(timezone.now() - began)))
    return submission


def _open_case(
    filling: Filling, content: Content, submission: Submission, definition: Definition, found: Evaluated
) -> None:
    form = filling.version.form
    mail = mail_of(filling, definition, found)
    opened = open_case(
        kind="submission",
        object_id=str(submission.pk),
        title={language: form.text("title", language) for language in form.languages()},
        unit=form.unit,
        steps=case_steps(),
        account=filling.account,
        mail=mail,
        language=filling.language,
        expected_on=timezone.localdate() + timedelta(days=form.expected_days) if form.expected_days else None,
        by=filling.filled_by,
    )
    submission.case = opened.case
    submission.save(update_fields=["case"])
    content.reference, content.status_path = opened.case.reference, status_path(opened.secret)
    if mail:
        notify(
            topic="forms",
            template="forms/mail/sent.txt",
            to=mail,
            language=filling.language,
            key=f"form-sent-{submission.pk}",
            context={
                "title": form.title,
                "reference": content.reference,
                "url": settings.SITE_URL + content.status_path,
                "paper": submission.check_state == Check.PAPER,
                "expected_on": opened.case.expected_on,
            },
        )


def _close(filling: Filling, content: Content) -> None:
    content.answers, content.typed, content.changed = {}, {}, {}
    content.claims = dict.fromkeys(content.claims)
    filling.state, filling.code_hash = Filling.State.SENT, ""
    contents.write(filling, content)
    filling.save(update_fields=["state", "code_hash", "sealed", "updated_at"])


def case_steps() -> list[dict[str, str]]:
    """Return the steps of a case, in all languages."""
    return [_in_all_languages(step) for step in STEPS]


def _in_all_languages(text: str) -> dict[str, str]:
    found = {}
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            found[code] = translation.gettext(text)
    return found


def mail_of(filling: Filling, definition: Definition, found: Evaluated) -> str:
    """Return the address to which the receipt goes: the first one in the answers, else the account's, else ""."""
    for _step, field in definition.walk():
        answer = found.answers.get(field.key)
        if field.type == "email" and not field.settings.get("co_signs") and isinstance(answer, str) and answer:
            return answer
    return filling.account.email if filling.account else ""


# --- others who sign -----------------------------------------------------------------------------------------


def signers(definition: Definition, found: Evaluated) -> list[tuple[Field, str]]:
    """Return the fields that hold the address of somebody who must sign as well, with the address."""
    return [
        (field, found.answers[field.key])
        for _step, field in definition.walk()
        if field.type == "email" and field.settings.get("co_signs") and found.answers.get(field.key)
    ]


def _ask_to_sign(filling: Filling, content: Content, definition: Definition, found: Evaluated) -> bool:
    """Ask whoever must sign and has not been asked; return whether somebody has not agreed yet."""
    wanted = signers(definition, found)
    if not wanted:
        return False
    signed = {row.field: row for row in filling.signatures.all()}
    for field, mail in wanted:
        if field.key not in signed:
            _invite(filling, field, mail)
    filling.state = Filling.State.SIGNING
    filling.save(update_fields=["state", "updated_at"])
    return any(
        field.key not in signed or signed[field.key].state != CoSignature.State.AGREED for field, _mail in wanted
    )


def _invite(filling: Filling, field: Field, mail: str) -> None:
    token = contents.new_token()
    filling.signatures.create(field=field.key, token_hash=contents.hashed(token), sealed_mail=seal(mail, FILLING))
    try:
        validate_email(mail)
    except ValidationError:
        return  # can't happen with an answer that was checked; the filling shows that the signature is awaited
    notify(
        topic="forms",
        template="forms/mail/sign.txt",
        to=mail,
        language=filling.language,
        context={
            "title": filling.version.form.title,
            "url": settings.SITE_URL + reverse("forms:sign", args=[token]),
            "until": filling.expires_at,
        },
    )


def reopen(*, filling: Filling) -> None:
    """Let the first person change answers again; whoever had signed is asked anew. Does nothing when it is sent."""
    if filling.state == Filling.State.SIGNING:
        filling.signatures.all().delete()
        filling.state = Filling.State.OPEN
        filling.save(update_fields=["state", "updated_at"])


def find_signature(token: str, *, lock: bool = False) -> tuple[CoSignature, Filling, Content]:
    """Return the signature at a secret address with what it is about. Raises Gone, Over."""
    row = CoSignature.objects.filter(token_hash=contents.hashed(token)).first()
    if row is None:
        raise Gone
    fillings = Filling.objects.select_related("version__form")
    filling = (fillings.select_for_update(of=("self",)) if lock else fillings).filter(pk=row.filling_id).first()
    if filling is None:
        raise Gone
    if filling.state != Filling.State.SENT and filling.expires_at <= timezone.now():
        raise Over
    row.refresh_from_db()
    return row, filling, contents.read(filling)


@transaction.atomic
def sign(*, token: str, agree: bool) -> Submission | None:
    """Note what the second person says; when all agree, send it. Raises Gone, Over and what :func:`submit` raises."""
    row, filling, content = find_signature(token, lock=True)
    if row.state == CoSignature.State.WAITING and filling.state == Filling.State.SIGNING:
        row.state = CoSignature.State.AGREED if agree else CoSignature.State.DECLINED
        row.decided_at = timezone.now()
        row.save(update_fields=["state", "decided_at"])
        if agree:
            return submit(filling=filling, content=content)
    return None


def signature_mail(row: CoSignature) -> str:
    """Return the address of the second person."""
    return unseal(row.sealed_mail, FILLING)
