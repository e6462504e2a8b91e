"""Load ``fixtures/search.yaml``: words that mean the same, judged queries, and what was asked in an invented month."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import yaml
from django.conf import settings
from django.utils import timezone

from . import synonyms
from .documents import documents
from .learning import related
from .learning.log import digest_of
from .models import JudgedQuery, LoggedQuery, Synonym

MONTH = 28  # days


def load(data: dict[str, Any], report: Any) -> None:
    """Create what is not there at all yet: what editors changed or deleted does not come back."""
    load_synonyms(data)
    report(f"{Synonym.objects.count()} synonyms")
    if not JudgedQuery.objects.exists():
        for row in data.get("judged", []):
            expected = [found for found in map(_expected, row["expected"]) if found]
            if expected:
                JudgedQuery.objects.create(text=row["text"], expected=expected)
        report(f"{JudgedQuery.objects.count()} judged queries")
    if not LoggedQuery.objects.exists():
        _load_asked(data.get("asked", []))


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


def _expected(name: str) -> dict[str, str] | None:
    """Return the record that "kind address" names, or None where its plugin or the record is not there."""
    kind, _space, slug = name.partition(" ")
    document = documents().get(kind)
    row = document.model._default_manager.filter(slug=slug).first() if document else None
    return {"kind": kind, "id": str(row.pk), "title": str(row)} if row else None


def _load_asked(rows: list[list[Any]]) -> None:
    today = timezone.localdate()
    made = []
    for text, a_day, opened, results in rows:
        for back in range(MONTH):
            # Fewer on weekends, as on any city's site.
            day = today - timedelta(days=back)
            searches = a_day if day.weekday() < 5 else a_day // 3
            clicks = round(opened * searches / a_day)
            made.append(
                LoggedQuery(
                    day=day,
                    digest=digest_of(text),
                    text=text,
                    audience="public",
                    language="de",
                    searches=searches,
                    without=0 if results else searches,
                    results=results,
                    clicks=clicks,
                    ranks=round(clicks * 1.4),
                )  # fmt: skip
            )
    LoggedQuery.objects.bulk_create([row for row in made if row.searches])
    related.forget()
