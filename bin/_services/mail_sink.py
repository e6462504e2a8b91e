"""An SMTP server that writes each message into a folder. Started by bin/services with aiosmtpd at hand."""

import signal
import sys
import time
import uuid
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


class Folder:
    """Writes ``<time>-<number>.eml``; the envelope goes into headers, because Bcc is nowhere else."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        name = f"{time.time_ns()}-{uuid.uuid4().hex[:8]}"
        content = envelope.content
        if isinstance(content, str):
            content = content.encode("utf-8", "surrogateescape")
        head = f"X-Envelope-From: {envelope.mail_from}\r\nX-Envelope-To: {', '.join(envelope.rcpt_tos)}\r\n"
        draft = self.folder / f"{name}.part"
        draft.write_bytes(head.encode("utf-8", "surrogateescape") + (content or b""))
        draft.rename(self.folder / f"{name}.eml")  # a reader never sees half a message
        return "250 Message kept"


def main() -> None:
    port, folder = int(sys.argv[1]), Path(sys.argv[2])
    stopping = {signal.SIGTERM, signal.SIGINT}
    signal.pthread_sigmask(signal.SIG_BLOCK, stopping)
    controller = Controller(Folder(folder), hostname="127.0.0.1", port=port, ident="mail sink", enable_SMTPUTF8=True)
    controller.start()
    signal.sigwait(stopping)
    controller.stop()


if __name__ == "__main__":
    main()
