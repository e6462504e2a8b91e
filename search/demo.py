"""Load ``fixtures/search.yaml``: words of public services that mean the same."""

from __future__ import annotations

from typing import Any

import yaml
from django.conf import settings

from . import synonyms
from .models import Synonym


def load(data: dict[str, Any], report: Any) -> None:
    """Create the synonyms when there are none yet: what editors changed or deleted does not come back."""
    if Synonym.objects.exists():
        return
    for one_way, key in ((False, "synonyms"), (True, "abbreviations")):
        for words in data.get(key, []):
            Synonym.objects.create(words=words, one_way=one_way)
    report(f"{Synonym.objects.count()} synonyms")


def load_shipped_synonyms() -> None:
    """Create the synonyms we ship when there are none yet, without the rest of the demo."""
    text = (settings.BASE_DIR / "fixtures" / "search.yaml").read_text(encoding="utf-8")
    load(yaml.safe_load(text), lambda line: None)
    synonyms.forget()
