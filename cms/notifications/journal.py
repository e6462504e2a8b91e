"""What a worker was sending when it died: a few bytes that outlive the process.

SMTP has one moment at which a mail becomes the server's: the line with the single dot (RFC 5321, 4.5.3.2.6 and
RFC 1047 on what happens when the answer is lost). Whether that line went out is written into memory shared with a
file, directly before and after, so that a worker killed at any point neither repeats the mail nor forgets it.
"""

from __future__ import annotations

import mmap
import struct
from pathlib import Path

from django.conf import settings

_FORM = struct.Struct("<QB")
NOTHING, BEGUN, HANDED_OVER = 0, 1, 2


def _path(worker: str) -> Path:
    return Path(settings.WORKER_STATE_DIR) / f"{worker}.mail"


class Journal:
    """The journal of one worker: which mail, and how far it is."""

    def __init__(self, worker: str) -> None:
        self._file = _path(worker)
        self._file.parent.mkdir(parents=True, exist_ok=True)
        self._file.write_bytes(_FORM.pack(0, NOTHING))
        with self._file.open("r+b") as opened:
            self._memory = mmap.mmap(opened.fileno(), _FORM.size)
        self._mail_id = 0

    def begin(self, mail_id: int) -> None:
        """Note that the mail is about to be sent."""
        self._mail_id = mail_id
        _FORM.pack_into(self._memory, 0, mail_id, BEGUN)

    def handed_over(self) -> None:
        """Note that the mail is the server's now."""
        _FORM.pack_into(self._memory, 0, self._mail_id, HANDED_OVER)

    @property
    def state(self) -> tuple[int, bool]:
        """The present mail, and whether it may have reached the server."""
        mail_id, phase = _FORM.unpack_from(self._memory, 0)
        return mail_id, phase == HANDED_OVER

    def end(self) -> None:
        """Close the journal and remove it: this worker has told the database everything."""
        self._memory.close()
        self._file.unlink(missing_ok=True)


def read(worker: str) -> tuple[int, bool] | None:
    """Return (mail, whether it was handed over) of another worker on this machine, None when it left no journal."""
    try:
        mail_id, phase = _FORM.unpack(_path(worker).read_bytes()[: _FORM.size])
    except (OSError, struct.error):
        return None
    return mail_id, phase == HANDED_OVER


def remove_old(living: set[str]) -> None:
    """Remove the journals of workers that neither live nor hold a mail any more."""
    for file in Path(settings.WORKER_STATE_DIR).glob("*.mail"):
        if file.stem not in living:
            file.unlink(missing_ok=True)
