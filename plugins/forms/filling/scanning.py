"""The virus scanner: a hook (setting ``FORMS_VIRUS_SCANNER``, a dotted path), and ClamAV behind it.

Files wait sealed until the scanner has answered: it is asked by a job, never inside a request's transaction.
"""

from __future__ import annotations

import logging
import socket
import struct
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.files.storage import default_storage
from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.module_loading import import_string
from django.utils.translation import gettext, ngettext

from cms.cases.services import add_entry
from cms.contracts.health import Problem
from cms.jobs import Policy, job
from cms.sealing import Unreadable

from ..models import FillingFile, ReceivedFile
from ..models.fillings import SealedFile

logger = logging.getLogger(__name__)
Scan = SealedFile.Scan
#: In the order in which they are asked about.
UNDECIDED = (Scan.WAITING, Scan.FAILED)
SCANNED: tuple[Any, ...] = (FillingFile, ReceivedFile)
#: Files in one run of each kind; after so long operators are told that one waits.
PORTION, PATIENCE = 200, timedelta(minutes=30)
CHUNK = 64 * 1024
SECONDS = 30


class Unreachable(Exception):
    """The scanner does not answer; the file waits."""


class NoVerdict(Exception):
    """The scanner can't say anything about this file, because it is too large for it for example."""


#: Returns whether the content is clean. Raises Unreachable, NoVerdict.
Scanner = Callable[[bytes], bool]


def is_set_up() -> bool:
    """Return whether there is a scanner."""
    return bool(getattr(settings, "FORMS_VIRUS_SCANNER", ""))


def scanner() -> Scanner:
    """Return the scanner of the settings. Raises ImportError."""
    return import_string(settings.FORMS_VIRUS_SCANNER)


def scan_later(row: SealedFile) -> None:
    """Ask the scanner after the transaction."""
    label, number = row._meta.label, row.pk
    transaction.on_commit(lambda: scan_file.enqueue(label, number))


@job(Policy(attempts=1), atomic=False)
def scan_file(label: str, number: int) -> str:
    """Ask about one file of a model; return its state. When the scanner is away :func:`scan_waiting` asks again."""
    row = apps.get_model(label).objects.filter(pk=number, scan__in=UNDECIDED).first()
    if row is None:
        return ""
    try:
        return _ask(row)
    except Unreachable:
        return row.scan


def _ask(row: Any) -> str:
    """Ask about a file and note the answer. Raises Unreachable.

    What a citizen's filling must not hold is deleted at once, its row says so. What another authority sent, and we have
    acknowledged, stays sealed and withheld: nobody could send it again.
    """
    try:
        scan = Scan.CLEAN if scanner()(row.read()) else Scan.REFUSED
    except (NoVerdict, Unreadable, OSError) as error:
        logger.warning("file %s of a form could not be checked: %s", row.identifier, type(error).__name__)
        scan = Scan.FAILED
    changed = type(row).objects.filter(pk=row.pk, scan__in=UNDECIDED).exclude(scan=scan).update(scan=scan)
    row.scan = scan
    if changed and scan == Scan.REFUSED:
        logger.warning("the virus scanner has refused file %s of a form", row.identifier)
        if isinstance(row, FillingFile):
            default_storage.delete(row.content.name)
        elif case := row.received.case:
            with translation.override(settings.LANGUAGE_CODE):
                text = gettext("The virus scanner has refused a file of this application. Nobody is given it.")
            add_entry(case=case, verb="scan", text=text, public=False)
    return scan


@job(atomic=False)
def scan_waiting() -> int:
    """Ask about all files that still wait, then again about those that failed, until the scanner can't be reached;
    return for how many it answered.
    """
    if not is_set_up():
        return 0
    count = 0
    for state in UNDECIDED:
        for model in SCANNED:
            for row in list(model.objects.filter(scan=state).order_by("pk")[:PORTION]):
                try:
                    _ask(row)
                except Unreachable:
                    return count
                count += 1
    return count


def health() -> list[Problem]:
    """Name files that nobody gets because the scanner has not answered for a while."""
    before = timezone.now() - PATIENCE
    number = (
        FillingFile.objects.filter(scan__in=UNDECIDED, created_at__lte=before).count()
        + ReceivedFile.objects.filter(scan__in=UNDECIDED, received__created_at__lte=before).count()
    )
    if not number:
        return []
    text = ngettext(
        "One file of a form waits for the virus scanner and is given to nobody.",
        "%(count)s files of forms wait for the virus scanner and are given to nobody.",
        number,
    )
    return [Problem(name="forms_scanner", text=text % {"count": number}, url=reverse("form_hand_overs"))]


def clamav(content: bytes) -> bool:
    """Ask clamd by its INSTREAM command (clamd(8)): length and bytes of each chunk, then a length of 0.

    ``FORMS_CLAMAV``: "host:port", or the path of its socket. Raises Unreachable, NoVerdict.
    """
    try:
        link = _connected(settings.FORMS_CLAMAV)
    except OSError as error:
        raise Unreachable(type(error).__name__) from error
    try:
        with link:
            link.sendall(b"zINSTREAM\0")
            for start in range(0, len(content), CHUNK):
                chunk = content[start : start + CHUNK]
                link.sendall(struct.pack("!L", len(chunk)) + chunk)
            link.sendall(struct.pack("!L", 0))
            answer = b""
            while not answer.endswith(b"\0") and (more := link.recv(4096)):
                answer += more
    except TimeoutError as error:
        raise Unreachable from error
    except OSError as error:  # so it does with what is larger than its StreamMaxLength
        raise NoVerdict from error
    said = answer.rstrip(b"\0\n").decode("utf-8", "replace")
    if said.endswith(" FOUND"):
        return False
    if said.endswith(": OK"):
        return True
    raise NoVerdict


def _connected(place: str) -> socket.socket:
    if place.startswith("/"):
        link = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        link.settimeout(SECONDS)
        link.connect(place)
        return link
    host, _colon, port = place.rpartition(":")
    return socket.create_connection((host, int(port)), timeout=SECONDS)
