"""What moving in does when something happens elsewhere."""

from __future__ import annotations

from cms.contracts.events import Happened, Subscriber

from .services import redirect_published


def published(happened: Happened) -> None:
    """A page went live: its old addresses lead to it."""
    redirect_published(page_id=int(happened.object_id))


SUBSCRIBERS = [Subscriber(name="redirects", kind="page", verbs=("published",), handler=published)]
