"""Pages with faults."""

from __future__ import annotations

import json
import uuid
from typing import Any

import pytest
from wagtail.models import Page, ReferenceIndex

from cms.content.models import ContentPage
from cms.editing.checking.checker import check
from cms.editing.models import EditingPolicy
from tests.conftest import make_page


def body(*blocks: tuple[str, Any]) -> str:
    """Return blocks as they are stored."""
    return json.dumps([{"type": kind, "value": value, "id": str(uuid.uuid4())} for kind, value in blocks])


def text_page(parent: Page, *html: str, title: str = "Wochenmarkt", **values: Any) -> ContentPage:
    """Return a live page with a rich text for each of ``html``."""
    values.setdefault("summary", "Frisches aus der Region.")
    return make_page(parent, title, body=body(*(("rich_text", part) for part in html)), **values)


def index(*things: Any) -> None:
    """Bring Wagtail's index of references up to date, as its job does after the commit."""
    for thing in things:
        ReferenceIndex.create_or_update_for_object(thing)


def rules_of(page: Any, rules: EditingPolicy | None = None) -> list[str]:
    """Return the rules that found something, the question of the owner left out."""
    policy = rules or EditingPolicy(review_owner="off")
    return [finding.rule for finding in check(page, policy).findings]


@pytest.fixture
def blocking(db: None) -> EditingPolicy:
    """A policy that publishes no page with empty headings or useless link texts."""
    return EditingPolicy.objects.create(heading_empty="block", link_text="block", review_owner="off")
