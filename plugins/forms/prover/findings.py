"""What the prover says: one finding a defect."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

#: A form with errors is not published; warnings are asked about; notes are only told.
ERROR, WARNING, NOTE = "error", "warning", "note"


@dataclass(frozen=True)
class Finding:
    """One defect.

    ``rule``: which check found it (its name in the docs). ``path``: "form", "step:a", "field:b", "option:b.value",
    "rule:c" or "rule:c.tests.0". ``message``: lazy. ``filling``: answers that show it; evaluate() replays them. None
    where reading the form is enough (a missing translation).
    """

    rule: str
    severity: str
    path: str
    message: Any
    filling: Mapping[str, Any] | None = None
