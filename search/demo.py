"""Load ``fixtures/search.yaml``: words of public services that mean the same, judged queries, and a sample of the log."""

from __future__ import annotations

from typing import Any

import yaml
from django.conf import settings

from . import synonyms
from .learning import demo as learning
from .models import Synonym


def load(data: dict[str, Any], report: Any) -> None:
    """Create what is not there at all yet: what editors changed or deleted does not come back."""
    load_synonyms(data)
    report(f"{Synonym.objects.count()} synonyms")
    learning.load(data, report)


def load_synonyms(data: dict[str, Any]) -> None:
    """Create the synonyms when there are none yet."""
    if Synonym.objects.exists():
        return
    for one_way, key in ((False, "synonyms"), (True, "abbreviations")):
        Synonym.objects.bulk_create(Synonym(words=words, one_way=one_way) for words in data.get(key, []))
    synonyms.remembered.forget()


def load_shipped_synonyms() -> None:
    """Create the synonyms we ship when there are none yet, without the rest of the demo."""
    load_synonyms(yaml.safe_load((settings.BASE_DIR / "fixtures" / "search.yaml").read_text(encoding="utf-8")))
