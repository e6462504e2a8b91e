"""What a way of handing submissions over is. An adapter for a system of one's own is a subclass (docs/handover.md)."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _

from ..parcel import Parcel


class NotDelivered(Exception):
    """It did not arrive. ``why``: words of ours and numbers only, they are shown and mailed; never the receiver's words."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class TryAgain(NotDelivered):
    """Another attempt may help; ``after``: not sooner, if the receiver said so."""

    def __init__(self, why: str, after: timedelta | None = None) -> None:
        super().__init__(why)
        self.after = after


class GiveUp(NotDelivered):
    """Another attempt is useless until a person has done something."""


@dataclass(frozen=True, kw_only=True)
class Option:
    """One thing to set up. ``kind``: text, long, number, yes_no, choice, secret (sealed, never shown again), long_secret."""

    name: str
    label: Any
    kind: str = "text"
    choices: tuple[tuple[str, Any], ...] = ()
    required: bool = False
    help: Any = ""
    default: Any = ""


class BackEnd(ABC):
    """A way. Has no state; ``deliver`` runs in a thread that should not ask the database for anything; one that must closes its connection."""

    name: ClassVar[str]
    label: ClassVar[Any]
    options: ClassVar[tuple[Option, ...]] = ()
    #: False: there is nothing to send, the row is done when it is queued.
    sends: ClassVar[bool] = True

    def clean(self, options: Mapping[str, Any], secrets: Mapping[str, str]) -> None:  # noqa: B027  most have nothing to add
        """Raise ValidationError (by option) when the options, whose kinds are checked, don't fit together."""

    def needs_pdf(self, options: Mapping[str, Any]) -> bool:
        """Return whether the parcel must have the PDF."""
        return False

    def files(self, options: Mapping[str, Any]) -> str:
        """Return how files come along: "inline", "links" or "none"."""
        return str(options.get("files") or "inline")

    def fields(self, options: Mapping[str, Any]) -> frozenset[str] | None:
        """Return the keys of the answers the receiver gets, None for all of them."""
        return frozenset(str(options.get("fields", "")).replace(",", " ").split()) or None

    @abstractmethod
    def deliver(self, parcel: Parcel, options: Mapping[str, Any], secrets: Mapping[str, str]) -> None:
        """Hand it over; return when the receiver surely has it. The same ``parcel.key`` may come again: the receiver,
        or this method, must recognise it. Raises TryAgain, GiveUp; anything else counts as TryAgain.
        """


#: Whoever hands over less holds less data about people (Art. 5 (1) c DSGVO); the prover tells what nobody takes.
FIELDS = Option(
    name="fields",
    label=_("Only these answers"),
    kind="long",
    help=_("Keys of fields, one a line; of a repeating group its key. Empty: all answers."),
)
FILES = Option(
    name="files",
    label=_("Files"),
    kind="choice",
    choices=(
        ("inline", _("in the message")),
        ("links", _("as links that work for a week")),
        ("none", _("not at all: only their names")),
    ),
    default="inline",
)
FORMAT = Option(
    name="format",
    label=_("Format"),
    kind="choice",
    choices=(("json", "JSON"), ("xml", "XML"), ("csv", "CSV")),
    default="json",
)
