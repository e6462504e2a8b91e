"""The log of queries is counted in the process: each test begins with nothing counted and nothing remembered."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from search.learning import log, related
from search.models import LoggedQuery


@pytest.fixture(autouse=True)
def nothing_counted() -> Iterator[None]:
    log._waiting.clear()
    related.forget()
    yield
    log._waiting.clear()
    related.forget()


def asked(text: str, *, days: int = 3, a_day: int = 2, audience: str = "public", **values: Any) -> None:
    """Log a query on each of the last ``days`` days, today excluded."""
    values.setdefault("results", 1)
    for number in range(1, days + 1):
        LoggedQuery.objects.create(
            day=timezone.localdate() - timedelta(days=number),
            digest=log.digest_of(text),
            text=text,
            audience=audience,
            language="de",
            searches=a_day,
            **values,
        )
