"""What means nothing to this city is answered by "nothing suitable", not by something."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from search.queries import SearchQuery, search

pytestmark = pytest.mark.django_db
QUERIES = Path(__file__).with_name("nonsense.txt").read_text(encoding="utf-8").split("\n")


def test_nine_of_ten_nonsense_queries_find_nothing_in_the_demo_city(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = str(tmp_path)
    call_command("load_demo", verbosity=0)
    call_command("search", "rebuild")
    queries = [query for query in QUERIES if query]
    answered = [query for query in queries if search(SearchQuery(text=query), reader=None).total]
    assert len(queries) == 100
    assert len(answered) <= 10, answered
