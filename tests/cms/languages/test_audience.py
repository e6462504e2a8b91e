"""A translation is read by nobody who may not read the German page, wherever it stands in its own tree."""

from __future__ import annotations

from typing import Any

import pytest
from wagtail.models import Page

from cms.access.models import PageAccess
from cms.access.pages import refresh_pages, visible_pages
from cms.content.models import ContentPage
from tests.conftest import client_of, make_page, restrict

from .conftest import twin_of

pytestmark = pytest.mark.django_db
PUBLIC = None


def seen(page: Page, reader: Any = PUBLIC) -> bool:
    return visible_pages(reader, Page.objects.filter(pk=page.pk)).exists()


@pytest.fixture
def canteen(intranet: Any) -> Page:
    return intranet.get_children().get().specific


@pytest.fixture
def twin(canteen: Any, english: Any) -> Page:
    """The English twin of a page for staff, right below the public English start page."""
    return twin_of(canteen, english, "Canteen", slug="canteen")


def test_the_twin_of_a_private_page_is_private(twin: Any, staff_user: Any, client: Any) -> None:
    assert client.get("/en/canteen/").status_code in (302, 403, 404)
    assert "Canteen" not in client.get("/en/").content.decode()
    assert not seen(twin)
    assert seen(twin, staff_user)
    assert client_of(staff_user).get("/en/canteen/").status_code == 200


def test_what_stands_below_the_twin_is_private_too(twin: Any) -> None:
    assert not seen(make_page(twin, "Only in English"))


def test_a_twin_made_first_follows(home: Any, english: Any, roles: Any) -> None:
    page = make_page(home, "Kultur")
    twin = twin_of(page, english, "Culture")
    assert seen(twin)
    restrict(page, roles["staff"])
    assert not seen(twin)
    page.view_restrictions.get().delete()
    assert seen(twin)


def test_a_restriction_far_above_the_source_counts(intranet: Any, twin: Any, roles: Any, staff_user: Any) -> None:
    restrict(intranet, roles["editors"])
    assert not seen(twin, staff_user)


def test_moving_the_source_takes_the_twin_along(home: Any, intranet: Any, english: Any) -> None:
    page = make_page(home, "Kultur")
    twin = twin_of(page, english, "Culture")
    page.move(intranet, pos="last-child")
    assert not seen(twin)
    ContentPage.objects.get(pk=page.pk).move(Page.objects.get(pk=home.pk), pos="last-child")
    assert seen(twin)


def test_moving_the_twin_keeps_it_private(twin: Any, english: Any) -> None:
    section = make_page(english, "Section")
    twin.move(section, pos="last-child")
    assert not seen(twin)


def test_a_twin_may_have_fewer_readers_but_not_more(home: Any, english: Any, roles: Any, staff_user: Any) -> None:
    page = make_page(home, "Kultur")
    twin = twin_of(page, english, "Culture")
    restrict(twin, roles["staff"])
    assert seen(page)
    assert not seen(twin)
    restrict(page, roles["editors"])
    assert not seen(twin, staff_user)


def test_deleting_the_german_page_does_not_open_the_translation(
    canteen: Any, twin: Any, english: Any, staff_user: Any
) -> None:
    Page.objects.get(pk=canteen.pk).delete()
    refresh_pages(english.path)
    assert not seen(twin)
    assert seen(twin, staff_user)


def test_deleting_everything_at_once_works(canteen: Any, twin: Any) -> None:
    Page.objects.filter(depth__gt=1).delete()
    assert not Page.objects.filter(depth__gt=1).exists()


def test_rules_made_anew_for_the_whole_tree_are_the_same(twin: Any, home: Any) -> None:
    before = dict(PageAccess.objects.values_list("page", "rule"))
    PageAccess.objects.all().delete()
    refresh_pages(Page.objects.get(depth=1).path)
    assert dict(PageAccess.objects.values_list("page", "rule")) == before


def test_an_alias_for_a_later_translation_is_not_published(home: Any, english: Any, easy: Any) -> None:
    page = make_page(home, "Kultur")
    for above in (english, easy):
        alias = page.copy_for_translation(above.locale, alias=True)
        assert not seen(alias)
        page.save_revision().publish()
        assert not Page.objects.get(pk=alias.pk).live


def test_the_intranet_in_leichte_sprache_is_for_staff(intranet: Any, easy: Any, staff_user: Any) -> None:
    twin = twin_of(intranet, easy, "Intranet")
    assert not seen(twin)
    assert seen(twin, staff_user)


def test_a_restricted_page_can_be_deleted(intranet: Any) -> None:
    Page.objects.get(pk=intranet.pk).delete()
    assert not PageAccess.objects.filter(page_id=intranet.pk).exists()
