"""What is done after the answer is out."""

from __future__ import annotations

import json

from cms.jobs import GiveUp, job
from cms.sealing import Unreadable, seal, unseal

from . import services
from .sealed import QUEUED


@job()
def send_link(asked: str) -> None:
    """Send a new link if what was asked is right. ``asked`` is sealed: the queue keeps its rows for days."""
    try:
        values = json.loads(unseal(asked, QUEUED))
    except Unreadable as error:
        raise GiveUp("the key has changed since") from error
    services.send_new_link(**values)


def ask_for_link(*, reference: str, mail: str, language: str) -> None:
    """Queue it. Takes the same time whether there is such a case or not."""
    send_link.enqueue(seal(json.dumps({"reference": reference, "mail": mail, "language": language}), QUEUED))
