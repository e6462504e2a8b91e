"""The page cache is about what other transactions committed: its tests commit, too."""

from __future__ import annotations

import pytest
from wagtail.models import Locale, Page


@pytest.fixture(autouse=True)
def tree(transactional_db: None) -> None:
    """The root of the tree, which an emptied database lacks."""
    Locale.objects.get_or_create(language_code="de")
    if not Page.objects.filter(depth=1).exists():
        Page.add_root(title="Root")
