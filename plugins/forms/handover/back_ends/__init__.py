"""The ways of handing over, ours and those of other apps (capability ``form_back_ends``)."""

from __future__ import annotations

from cms.plugins.registry import providers

from .base import FILES, FORMAT, BackEnd, GiveUp, NotDelivered, Option, TryAgain
from .fit_connect import FitConnect
from .folder import DropFolder
from .inbox import CaseInbox
from .mail import MailWithSubmission
from .sftp import Sftp
from .webhook import SignedWebhook

__all__ = ["FILES", "FORMAT", "BackEnd", "GiveUp", "NotDelivered", "Option", "TryAgain", "back_ends"]

BACK_ENDS: list[type[BackEnd]] = [CaseInbox, MailWithSubmission, SignedWebhook, DropFolder, Sftp, FitConnect]


def back_ends() -> dict[str, BackEnd]:
    """Return name -> way, of every app that is not switched off."""
    return {kind.name: kind() for kinds in providers("form_back_ends").values() for kind in kinds}
