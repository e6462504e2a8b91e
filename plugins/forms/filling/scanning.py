"""The virus scanner: a hook (setting ``FORMS_VIRUS_SCANNER``, a dotted path), and ClamAV behind it.

Files wait sealed until the scanner has answered: it is asked by a job, never inside a request's transaction.
"""

from __future__ import annotations

import logging
import socket
import struct
from collections.abc import Callable
from datetime import timedelta

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.module_loading import import_string

from cms.jobs import Policy, job

from ..models import FillingFile

logger = logging.getLogger(__name__)
Scan = FillingFile.Scan
CHUNK = 64 * 1024
SECONDS = 30


class Unreachable(Exception):
    """The scanner does not answer, or not as it should; the file waits."""


#: Returns whether the content is clean. Raises Unreachable.
Scanner = Callable[[bytes], bool]


def is_set_up() -> bool:
    """Return whether there is a scanner."""
    return bool(getattr(settings, "FORMS_VIRUS_SCANNER", ""))


def scanner() -> Scanner:
    """Return the scanner of the settings. Raises ImportError."""
    return import_string(settings.FORMS_VIRUS_SCANNER)


def scan_later(row: FillingFile) -> None:
    """Ask the scanner after the transaction."""
    number = row.pk
    transaction.on_commit(lambda: scan_file.enqueue(number))


@job(Policy(attempts=2, first_wait=timedelta(seconds=20)), atomic=False)
def scan_file(number: int) -> str:
    """Ask about one file; return its state. What is refused is deleted at once, its row stays and says so."""
    row = FillingFile.objects.filter(pk=number, scan=Scan.WAITING).first()
    if row is None:
        return ""
    from .files import read

    row.scan = Scan.CLEAN if scanner()(read(row)) else Scan.REFUSED
    row.save(update_fields=["scan"])
    if row.scan == Scan.REFUSED:
        logger.warning("the virus scanner has refused file %s of a form", row.identifier)
        default_storage.delete(row.content.name)
    return row.scan


@job(atomic=False)
def scan_waiting() -> int:
    """Ask about all files that still wait, until the scanner can't be reached; return for how many it answered."""
    count = 0
    if is_set_up():
        for number in FillingFile.objects.filter(scan=Scan.WAITING).order_by("pk").values_list("pk", flat=True)[:200]:
            try:
                scan_file.func(number)
            except Unreachable:
                break
            count += 1
    return count


def clamav(content: bytes) -> bool:
    """Ask clamd by its INSTREAM command (clamd(8)): length and bytes of each chunk, then a length of 0.

    ``FORMS_CLAMAV``: "host:port", or the path of its socket. Raises Unreachable.
    """
    try:
        with _connected(settings.FORMS_CLAMAV) as link:
            link.sendall(b"zINSTREAM\0")
            for start in range(0, len(content), CHUNK):
                chunk = content[start : start + CHUNK]
                link.sendall(struct.pack("!L", len(chunk)) + chunk)
            link.sendall(struct.pack("!L", 0))
            answer = b""
            while not answer.endswith(b"\0") and (more := link.recv(4096)):
                answer += more
    except OSError as error:
        raise Unreachable(type(error).__name__) from error
    said = answer.rstrip(b"\0\n").decode("utf-8", "replace")
    if said.endswith(" FOUND"):
        return False
    if said.endswith(": OK"):
        return True
    raise Unreachable("the scanner gave no verdict")


def _connected(place: str) -> socket.socket:
    if place.startswith("/"):
        link = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        link.settimeout(SECONDS)
        link.connect(place)
        return link
    host, _colon, port = place.rpartition(":")
    return socket.create_connection((host, int(port)), timeout=SECONDS)
