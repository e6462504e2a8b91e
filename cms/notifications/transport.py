"""SMTP with a witness: the journal learns when a mail becomes the server's."""

from __future__ import annotations

import smtplib
import socket
from typing import Any

from django.core.mail.backends.smtp import EmailBackend

from .journal import Journal


class _Witnessed:
    """``data()`` of smtplib in two steps: the text, then the dot that hands it over."""

    journal: Journal

    def data(self: Any, msg: Any) -> tuple[int, bytes]:
        """Send the text of a mail. Raises SMTPDataError when the server refuses it beforehand."""
        self.putcmd("data")
        code, answer = self.getreply()
        if code != 354:
            raise smtplib.SMTPDataError(code, answer)
        if isinstance(msg, str):
            msg = smtplib._fix_eols(msg).encode("ascii")  # type: ignore[attr-defined]
        text = smtplib._quote_periods(msg)  # type: ignore[attr-defined]
        self.send(text if text.endswith(b"\r\n") else text + b"\r\n")
        self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # the dot must not wait for an acknowledgement
        self.sock.sendall(b".\r\n")
        self.journal.handed_over()
        return self.getreply()


class _SMTP(_Witnessed, smtplib.SMTP):
    pass


class _SMTP_SSL(_Witnessed, smtplib.SMTP_SSL):
    pass


class WitnessedBackend(EmailBackend):
    """Django's SMTP backend; the settings are its own."""

    def __init__(self, *args: Any, journal: Journal, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.journal = journal

    @property
    def connection_class(self) -> type:
        """Return smtplib's class with our ``data``, bound to the journal."""
        base = _SMTP_SSL if self.use_ssl else _SMTP
        return type(base.__name__, (base,), {"journal": self.journal})
