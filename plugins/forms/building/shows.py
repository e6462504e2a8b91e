"""What of the builder a browser shows already: only the rest is sent to it."""

from __future__ import annotations

from dataclasses import dataclass

from ..models import FormVersion
from ..posted import whole_number
from . import services
from .deeds import Chosen
from .outline import Drawing, Row, changed
from .words import Names, rules_by_key

#: The header in which builder.js says it: "12 preview field:breed".
HEADER = "Builder-Shows"


@dataclass(frozen=True)
class Shows:
    """The revision and the chosen thing the outline was drawn for; whether the preview stands beside it."""

    revision: int
    chosen: Chosen
    preview: bool

    @classmethod
    def read(cls, text: str) -> Shows | None:
        """Return what the header says; None when the whole builder is to be sent."""
        words = text.split()
        if len(words) != 3 or not (revision := whole_number(words[0], 0)):
            return None
        return cls(revision, Chosen.read(words[2]), words[1] == "preview")

    def rows(self, version: FormVersion, before: FormVersion, outline: list[Row]) -> list[Row] | None:
        """Return the rows of ``outline`` that are not shown yet, None for all of it.

        ``before``: the draft as the request found it, which mostly is what the browser shows.
        """
        known = before if before.revision == self.revision else version
        definition = services.definition_at(known, self.revision)
        if definition is None:
            return None
        names, touched = Names(definition), rules_by_key(definition.rules)
        return changed(Drawing(definition, names, touched, (self.chosen.kind, self.chosen.key)).outline(), outline)
