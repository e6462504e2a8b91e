"""Moving, renaming and unpublishing change entries inside the changing transaction, before texts are built again."""

from __future__ import annotations

from typing import Any

import pytest

from search.indexing import project_pending
from search.models import SearchEntry
from search.queries import SearchQuery, search
from tests.conftest import make_page, make_service, make_unit

pytestmark = pytest.mark.django_db


def entry(title: str) -> SearchEntry:
    return SearchEntry.objects.get(title=title)


@pytest.fixture
def section(home: Any) -> Any:
    section = make_page(home, "Bereich", slug="bereich")
    make_page(make_page(section, "Kind", slug="kind"), "Enkelin", slug="enkelin")
    project_pending(500)
    return section


def test_a_move_changes_address_and_place_of_everything_below(section: Any, home: Any) -> None:
    target = make_page(home, "Ziel", slug="ziel")
    project_pending(500)
    section.move(target, pos="last-child")
    assert entry("Enkelin").url == "/ziel/bereich/kind/enkelin/"
    assert entry("Enkelin").page_path.startswith(target.path)


def test_a_new_slug_changes_the_addresses_below(section: Any) -> None:
    section.slug = "neu"
    section.save_revision().publish()
    assert entry("Enkelin").url == "/neu/kind/enkelin/"


def test_an_unpublished_page_is_not_found_before_anything_is_built(section: Any) -> None:
    section.unpublish()
    assert not entry("Bereich").is_live
    assert search(SearchQuery(text="Bereich"), reader=None).total == 0
    project_pending(500)
    assert not SearchEntry.objects.filter(title="Bereich").exists()


def test_publishing_again_brings_it_back(section: Any) -> None:
    section.unpublish()
    section.refresh_from_db()
    section.save_revision().publish()
    project_pending(500)
    assert search(SearchQuery(text="Bereich"), reader=None).hits[0].title == "Bereich"


def test_a_moved_page_keeps_the_address_the_page_itself_gives(section: Any) -> None:
    page = section.get_children().get().specific
    assert entry("Kind").url == page.get_url()


def test_a_deleted_unit_is_no_longer_named_at_its_services(home: Any) -> None:
    unit = make_unit("Quetschkommodenamt")
    make_service(unit=unit)
    project_pending(500)
    assert search(SearchQuery(text="Quetschkommodenamt"), reader=None).total == 2
    unit.delete()
    project_pending(500)
    assert search(SearchQuery(text="Quetschkommodenamt"), reader=None).total == 0
