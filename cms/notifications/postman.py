"""Sends the mails that are due. Belongs to one worker."""

from __future__ import annotations

import base64
import logging
import smtplib
from collections.abc import Callable
from datetime import timedelta

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone

from cms.sealing import Unreadable

from . import journal
from .models import Mail, Undeliverable
from .transport import WitnessedBackend

logger = logging.getLogger(__name__)
State = Mail.State
#: After so many failures a mail waits for a person. With the waits below that is about two days.
MAX_ATTEMPTS = 12
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=30), timedelta(hours=6)
#: So long the mails of a dead worker of another machine wait for a worker there, who can read its journal.
LEFT_TO_ITS_MACHINE = timedelta(minutes=15)
SMTP = "django.core.mail.backends.smtp.EmailBackend"


class Postman:
    """Takes mails in portions and sends them over one connection."""

    def __init__(self, worker: str) -> None:
        self.worker = worker
        self._journal: journal.Journal | None = None
        self._connection: BaseEmailBackend | None = None

    def deliver(self, portion: int, go_on: Callable[[], bool]) -> bool:
        """Send up to ``portion`` mails that are due; return whether there were any.

        ``go_on`` is asked before each: once it says no, the rest goes back into the queue.
        """
        if not self._due().exists():
            self._hang_up()
            return False
        if self._journal is None:  # before anything is taken: without a journal nobody could tell what was sent
            self._journal = journal.Journal(self.worker)
        mails = self._take(portion)
        try:
            for mail in mails:
                if not go_on():
                    break
                self._send(mail)
        finally:
            self._give_back()
        return bool(mails)

    def _give_back(self) -> None:
        if self._journal is not None:
            settle(self.worker, self._journal.state)

    def close(self) -> None:
        """End the connection and the journal."""
        self._hang_up()
        if self._journal is not None and not self._mine().exists():
            self._journal.end()
            self._journal = None

    def take_back(self, living: set[str]) -> int:
        """Settle the mails that dead workers were sending; return how many."""
        count = 0
        workers = Mail.objects.filter(state=State.SENDING).exclude(worker__in=living).values_list("worker", flat=True)
        for worker in set(workers):
            if worker != self.worker:
                count += settle(worker, journal.read(worker))
        return count

    def _due(self):  # type: ignore[no-untyped-def]
        return Mail.objects.filter(state=State.WAITING, next_at__lte=timezone.now()).order_by("next_at", "id")

    def _mine(self):  # type: ignore[no-untyped-def]
        return Mail.objects.filter(state=State.SENDING, worker=self.worker)

    def _take(self, portion: int) -> list[Mail]:
        skip = {"skip_locked": True} if connection.features.has_select_for_update_skip_locked else {}
        with transaction.atomic():
            ids = list(self._due().select_for_update(**skip).values_list("pk", flat=True)[:portion])
            Mail.objects.filter(pk__in=ids, state=State.WAITING).update(
                state=State.SENDING, worker=self.worker, claimed_at=timezone.now(), attempts=F("attempts") + 1
            )
        return list(self._mine().order_by("next_at", "id"))

    def _send(self, mail: Mail) -> None:
        assert self._journal is not None  # noqa: S101  made in deliver()
        self._journal.begin(mail.pk)
        try:
            line = self._line()
            line.send_messages([_message(mail, line)])
        except smtplib.SMTPRecipientsRefused as error:
            code, answer = next(iter(error.recipients.values()))
            self._refused(mail, code, answer)
        except smtplib.SMTPResponseException as error:
            self._refused(mail, error.smtp_code, error.smtp_error)
        except Unreadable:
            self._done(mail, state=State.FAILED, last_error="Its text was sealed with a key that is no longer known.")
        except (OSError, smtplib.SMTPException) as error:
            self._hang_up()
            self._interrupted(mail, error)
        # Anything else (a header that can't be written, an attachment that is broken) must not stop the others.
        except Exception as error:
            logger.exception("mail %s can't be sent", mail.pk)
            self._done(mail, state=State.FAILED, last_error=f"{type(error).__name__}: {error}"[:500])
        else:
            self._journal.handed_over()
            self._done(mail, state=State.SENT, sent_at=timezone.now(), sealed="", last_error="")

    def _line(self) -> BaseEmailBackend:
        if self._connection is None:
            if settings.MAIL_TRANSPORT == SMTP:
                self._connection = WitnessedBackend(journal=self._journal, timeout=30)
            else:
                self._connection = get_connection(settings.MAIL_TRANSPORT)
            self._connection.open()
        return self._connection

    def _hang_up(self) -> None:
        if self._connection is not None:
            line, self._connection = self._connection, None
            try:
                line.close()
            except (OSError, smtplib.SMTPException):
                logger.debug("the mail server was gone already")

    def _refused(self, mail: Mail, code: int, answer: bytes | str) -> None:
        words = f"{code} {answer.decode(errors='replace') if isinstance(answer, bytes) else answer}"[:500]
        if code < 500:
            self._later(mail, words)
            return
        self._done(mail, state=State.BOUNCED, last_error=words, sealed="")
        if code in (550, 551, 553):  # RFC 5321, 4.2.3: about the mailbox, not about this mail
            mark_undeliverable(mail.address, words)

    def _interrupted(self, mail: Mail, error: Exception) -> None:
        words = f"{type(error).__name__}: {error}"[:500]
        if self._journal is not None and self._journal.state[1] and mail.optional:
            # The server has it and did not answer. Nobody is helped by getting a newsletter twice; what people
            # wait for (a code, a decision) goes out again, with the same Message-ID.
            self._done(mail, state=State.UNSURE, last_error=words)
        else:
            self._later(mail, words)

    def _later(self, mail: Mail, words: str) -> None:
        if mail.attempts >= MAX_ATTEMPTS:
            self._done(mail, state=State.FAILED, last_error=words)
        else:
            wait = min(FIRST_WAIT * 2 ** (mail.attempts - 1), LONGEST_WAIT)
            self._done(mail, state=State.WAITING, next_at=timezone.now() + wait, last_error=words)

    def _done(self, mail: Mail, **values: object) -> None:
        self._mine().filter(pk=mail.pk).update(worker="", **values)


def _message(mail: Mail, line: BaseEmailBackend) -> EmailMultiAlternatives:
    body = mail.body
    message = EmailMultiAlternatives(
        subject=mail.subject,
        body=body["text"],
        to=[mail.address],
        reply_to=[mail.reply_to] if mail.reply_to else None,
        headers={"Message-ID": mail.message_id, **mail.headers},
        connection=line,
    )
    if body["html"]:
        message.attach_alternative(body["html"], "text/html")
    for name, content, kind in body["attachments"]:
        message.attach(name, base64.b64decode(content), kind)
    return message


def mark_undeliverable(address: str, reason: str) -> None:
    """Note that mail to ``address`` comes back for good."""
    Undeliverable.objects.update_or_create(address=address.lower(), defaults={"reason": reason[:300]})


def settle(worker: str, noted: tuple[int, bool] | None) -> int:
    """Decide about the mails ``worker`` still holds: handed over, or not yet begun; return how many.

    ``noted``: the mail in its journal and whether that was handed over; None when there is no journal here.
    """
    rows = Mail.objects.filter(state=State.SENDING, worker=worker)
    if noted is None:
        # It may not have come to its first mail; only its own machine can know.
        late = rows.filter(claimed_at__lt=timezone.now() - LEFT_TO_ITS_MACHINE)
        return late.update(state=State.UNSURE, worker="", last_error="The worker ended, and left no journal.")
    mail_id, handed_over = noted
    count = 0
    if handed_over:
        now = timezone.now()
        count = rows.filter(pk=mail_id).update(state=State.SENT, sent_at=now, confirmed=False, worker="", sealed="")
    return count + rows.update(state=State.WAITING, worker="", attempts=F("attempts") - 1)
