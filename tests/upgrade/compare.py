"""Compare two dumps of a database, before and after it was migrated: every row is there, and says the same."""

from __future__ import annotations

import json
import sys
from collections import Counter
from pathlib import Path
from typing import Any

#: What is derived from the rest and made anew.
DERIVED = (
    "search.",
    "wagtailimages.rendition",
    "wagtailcore.referenceindex",
    "wagtailsearch.",
    "caching.",
    "sessions.",
)
#: Where rows have moved to, with their ids.
MOVED = {"wagtailimages.image": "media.cityimage"}
#: What migrations change on purpose: rights are added, and a collection may get another place beside new ones.
MEANT = {"auth.group.permissions", "wagtailcore.collection.numchild", "wagtailcore.collection.path"}

Rows = dict[tuple[str, str], dict[str, Any]]


def rows(path: str) -> Rows:
    """Return (model, id) -> fields."""
    return {(row["model"], str(row["pk"])): row["fields"] for row in json.loads(Path(path).read_text())}


def compare(before: Rows, after: Rows) -> tuple[Counter[str], Counter[str]]:
    """Return how many rows of each model are gone, and of each field have another value. New fields don't count."""
    gone: Counter[str] = Counter()
    changed: Counter[str] = Counter()
    for (model, pk), fields in before.items():
        if model.startswith(DERIVED):
            continue
        found = after.get((MOVED.get(model, model), pk))
        if found is None:
            gone[model] += 1
            continue
        changed.update(
            f"{model}.{name}"
            for name, value in fields.items()
            if found.get(name) != value and f"{model}.{name}" not in MEANT
        )
    return gone, changed


if __name__ == "__main__":
    old, new = rows(sys.argv[1]), rows(sys.argv[2])
    lost, other = compare(old, new)
    print(f"{len(old)} rows before, {len(new)} after; gone: {dict(lost) or 0}; changed: {dict(other) or 0}")
    sys.exit(bool(lost or other))
