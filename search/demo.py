"""Load ``fixtures/search.yaml``: words of public services that mean the same."""

from __future__ import annotations

from typing import Any

from .models import Synonym


def load(data: dict[str, Any], report: Any) -> None:
    """Create the synonyms when there are none yet: what editors changed or deleted does not come back."""
    if Synonym.objects.exists():
        return
    for one_way, key in ((False, "synonyms"), (True, "abbreviations")):
        for words in data.get(key, []):
            Synonym.objects.create(words=words, one_way=one_way)
    report(f"{Synonym.objects.count()} synonyms")
