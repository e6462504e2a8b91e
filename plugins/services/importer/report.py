"""What an import did, record by record."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import Any

OUTCOMES = ("created", "updated", "unchanged", "deactivated", "failed")


@dataclass(frozen=True)
class Note:
    """A line about one record: ``code`` groups equal reasons."""

    kind: str
    source_id: str
    code: str
    text: str


@dataclass
class Report:
    """Outcome of each record with reasons, and warnings."""

    outcomes: dict[str, dict[str, list[str]]] = field(default_factory=dict)
    failures: list[Note] = field(default_factory=list)
    warnings: list[Note] = field(default_factory=list)

    def add(self, kind: str, outcome: str, source_id: str) -> None:
        """Count a record."""
        self.outcomes.setdefault(kind, {name: [] for name in OUTCOMES})[outcome].append(source_id)

    def fail(self, kind: str, source_id: str, code: str, text: str) -> None:
        """Count a record that could not be imported, with the reason."""
        self.add(kind, "failed", source_id)
        self.failures.append(Note(kind, source_id, code, text))

    def warn(self, kind: str, source_id: str, code: str, text: str) -> None:
        """Note something an editor should look at."""
        self.warnings.append(Note(kind, source_id, code, text))

    def count(self, kind: str, outcome: str) -> int:
        """Return the number of records of ``kind`` with ``outcome``."""
        return len(self.outcomes.get(kind, {}).get(outcome, []))

    def ids(self, kind: str, outcome: str) -> list[str]:
        """Return the source keys of the records of ``kind`` with ``outcome``."""
        return list(self.outcomes.get(kind, {}).get(outcome, []))

    def warned(self, code: str) -> list[str]:
        """Return the source keys warned about with ``code``."""
        return [note.source_id for note in self.warnings if note.code == code]

    def warning_counts(self) -> dict[str, int]:
        """Return code -> number of warnings, most frequent first."""
        return dict(Counter(note.code for note in self.warnings).most_common())

    def lines(self) -> Iterable[str]:
        """Yield the report as text."""
        for kind, outcomes in self.outcomes.items():
            yield f"{kind}: " + ", ".join(f"{len(outcomes[name])} {name}" for name in OUTCOMES)
        for note in self.failures:
            yield f"FAILED {note.kind} {note.source_id}: {note.text}"
        for code, count in self.warning_counts().items():
            yield f"warning {code}: {count}"
            yield from (f"  {note.kind} {note.source_id}: {note.text}" for note in self.warnings if note.code == code)

    def as_dict(self) -> dict[str, Any]:
        """Return everything as JSON-ready data."""
        return {
            "outcomes": self.outcomes,
            "counts": {kind: {name: len(ids) for name, ids in rows.items()} for kind, rows in self.outcomes.items()},
            "failures": [asdict(note) for note in self.failures],
            "warning_counts": self.warning_counts(),
            "warnings": [asdict(note) for note in self.warnings],
        }
