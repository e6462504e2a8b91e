"""Open cases, say what happens in them, find them by their link."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac

from cms.accounts.rights import may
from cms.directory.models import OrganisationUnit
from cms.notifications.services import notify
from cms.sealing import Unreadable, seal, unseal

from .models import Case, CaseEntry, CaseLink, EntryText
from .references import new_code, new_reference, read_code, read_reference
from .sealed import MAIL, TEXT

CHANGE = "cases.change_case"
SALT = "cms.cases.link"
#: A mailed new link works so long; at most so many are sent for a case in a day.
NEW_LINK_DAYS, NEW_LINKS_A_DAY = 30, 3


@dataclass(frozen=True)
class Opened:
    """A new case, and the secret of its link: it can be read nowhere later."""

    case: Case
    secret: str


@transaction.atomic
def open_case(
    *,
    kind: str,
    object_id: str,
    title: dict[str, str],
    unit: OrganisationUnit | None,
    steps: Sequence[dict[str, str]],
    account: Any = None,
    mail: str = "",
    language: str,
    expected_on: date | None = None,
    by: Any = None,
) -> Opened:
    """Open a case; ``title`` and each of ``steps`` by language. ``account``: whose case it is; ``by``: who opened it
    for them at the counter, None for the person. Joins the caller's transaction.
    """
    now = timezone.now()
    values = {
        "kind": kind,
        "object_id": object_id,
        "title": title,
        "steps": list(steps),
        "unit": unit,
        "account": account,
        "mail": seal(mail, MAIL) if mail else "",
        "language": language,
        "expected_on": expected_on,
        "opened_at": now,
        "changed_at": now,
    }
    case = _with_own_reference(values, timezone.localtime(now).date())
    _entry(case, verb="opened", text="", public=True, by=by, at=now)
    return Opened(case, _new_link(case, until=None))


def _with_own_reference(values: dict[str, Any], today: date) -> Case:
    """Store the case under a reference nobody has: one in eight thousand million is taken, so a few tries are enough."""
    for _try in range(5):
        reference = new_reference(today)
        try:
            with transaction.atomic():
                return Case.objects.create(reference=reference, **values)
        except IntegrityError:
            if not Case.objects.filter(reference=reference).exists():  # something else was refused
                raise
    raise RuntimeError("no free reference")


def status_path(secret: str) -> str:
    """Return the path of the page of a case in the active language."""
    return reverse("cases:status", args=[secret])


def find(secret: str) -> Case | None:
    """Return the case whose link has this secret, however it was typed; None for one that is made up or over."""
    code = read_code(secret)
    if not code:
        return None
    links = CaseLink.objects.filter(digest__in=_digests(code)).select_related("case__unit")
    link = links.first()
    if link is None or (link.until and link.until <= timezone.now()) or link.case.erased_at:
        return None
    return link.case


def new_link(*, case: Case) -> str:
    """Return the secret of a further link that works for some days. The earlier ones still work."""
    now = timezone.now()
    CaseLink.objects.filter(case=case, until__lte=now - timedelta(days=1)).delete()
    return _new_link(case, until=now + timedelta(days=NEW_LINK_DAYS))


@transaction.atomic
def send_new_link(*, reference: str, mail: str, language: str) -> bool:
    """Mail a new link if the case exists and is that address's; return whether it went out.

    Whoever asked must not learn it: views call this in a job. The address counts without regard to case (RFC 5321, 2.4
    leaves that to its owner's server, and people type it either way).
    """
    stored = read_reference(reference)
    case = Case.objects.select_for_update(no_key=True).filter(reference=stored or "", erased_at=None).first()
    if case is None or not mail or not constant_time_compare(mail_of(case).casefold(), mail.casefold()):
        return False
    day_ago = timezone.now() - timedelta(days=1)
    if case.links.filter(until__isnull=False, created_at__gt=day_ago).count() >= NEW_LINKS_A_DAY:
        return False
    path = status_path(new_link(case=case))
    notify(
        topic="cases",
        template="cases/mail/link.txt",
        to=mail_of(case),
        language=language,
        context={"case": case, "url": settings.SITE_URL + path, "days": NEW_LINK_DAYS},
    )
    return True


def mail_of(case: Case) -> str:
    """Return the address of whoever applied; "" when there is none, or nobody can read it any more."""
    try:
        return unseal(case.mail, MAIL) if case.mail else ""
    except Unreadable:
        return ""


def text_of(entry: CaseEntry) -> str:
    """Return the words of an entry; "" when there are none (any more)."""
    words = getattr(entry, "words", None)
    try:
        return unseal(words.text, TEXT) if words and words.text else ""
    except Unreadable:
        return ""


@transaction.atomic
def add_entry(*, case: Case, verb: str, text: str, public: bool, by: Any = None) -> CaseEntry:
    """Add to the history. ``text`` may be personal and is sealed. ``by`` None: the system, or the person applying.

    Raises PermissionDenied when ``by`` may not work on the case.
    """
    _may(case, by)
    locked = _locked(case)
    return _entry(locked, verb=verb, text=text, public=public, by=by, at=_touch(locked, case))


@transaction.atomic
def move(*, case: Case, step: int, by: Any = None) -> None:
    """Make another of its steps (from 0) the present one. Raises PermissionDenied, ValueError for a step it has not."""
    _may(case, by)
    locked = _locked(case)
    if not 0 <= step < len(locked.steps):
        raise ValueError(f"the case has no step {step}")
    if locked.step == step:
        return
    case.step = locked.step = step
    _entry(locked, verb="moved", text="", public=True, by=by, at=_touch(locked, case), data={"step": step})


@transaction.atomic
def set_state(*, case: Case, state: str, text: str = "", by: Any = None) -> None:
    """Change the state; ``text`` says why to the applicant. Raises PermissionDenied, ValueError for an unknown state."""
    _may(case, by)
    locked = _locked(case)
    case.state = locked.state = Case.State(state)
    data = {"state": str(locked.state)}
    _entry(locked, verb="state", text=text, public=True, by=by, at=_touch(locked, case), data=data)


@transaction.atomic
def expect(*, case: Case, on: date | None, by: Any = None) -> None:
    """Say until when it should be finished. Raises PermissionDenied."""
    _may(case, by)
    locked = _locked(case)
    case.expected_on = locked.expected_on = on
    data = {"on": on.isoformat() if on else None}
    _entry(locked, verb="expected", text="", public=True, by=by, at=_touch(locked, case), data=data)


@transaction.atomic
def erase(*, case: Case) -> None:
    """Take everything personal out of a case: address, account, links, what was written and by whom.

    What stays is that there was a case of this kind and what happened when: history and figures need no person.
    """
    locked = _locked(case)
    if locked.erased_at:
        return
    EntryText.objects.filter(entry__case=locked).delete()
    locked.links.all().delete()
    locked.mail, locked.account, locked.erased_at = "", None, timezone.now()
    _entry(locked, verb="erased", text="", public=False, by=None, at=_touch(locked, case))
    case.mail, case.account, case.erased_at = "", None, locked.erased_at


def _may(case: Case, by: Any) -> None:
    if by is not None and not may(by, CHANGE, case):
        raise PermissionDenied


def _locked(case: Case) -> Case:
    """Return the row for writing. Entries have their foreign key on it, so the weaker lock."""
    return Case.objects.select_for_update(no_key=True).get(pk=case.pk)


def _touch(locked: Case, case: Case) -> datetime:
    case.changed_at = locked.changed_at = timezone.now()
    locked.save(update_fields=["step", "state", "expected_on", "mail", "account", "erased_at", "changed_at"])
    return locked.changed_at


def _entry(
    case: Case, *, verb: str, text: str, public: bool, by: Any, at: datetime, data: dict[str, Any] | None = None
) -> CaseEntry:
    entry = CaseEntry.objects.create(case=case, verb=verb, public=public, at=at, data=data or {})
    if text or by is not None:
        EntryText.objects.create(entry=entry, text=seal(text, TEXT) if text else "", by=by)
    return entry


def _new_link(case: Case, *, until: datetime | None) -> str:
    secret = new_code()
    CaseLink.objects.create(case=case, digest=_digests(secret)[0], until=until)
    return secret


def _digests(secret: str) -> list[str]:
    """Return the keyed hash by SECRET_KEY and by each of its fallbacks."""
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return [salted_hmac(SALT, secret, secret=key, algorithm="sha256").hexdigest() for key in keys]
