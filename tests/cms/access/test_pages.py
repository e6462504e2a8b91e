"""Restrictions of pages are inherited, accumulate, and take effect at once."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from wagtail.models import Page, PageViewRestriction

from cms.access.pages import visible_pages
from tests.conftest import client_of, make_page, make_user, restrict

pytestmark = pytest.mark.django_db


def titles(reader: Any) -> set[str]:
    return {page.title for page in visible_pages(reader, Page.objects.filter(depth__gt=2))}


def test_what_is_below_a_restricted_page_is_restricted(intranet: Any, staff_user: Any) -> None:
    assert titles(None) == set()
    assert titles(staff_user) == {"Intranet", "Zwiebelkuchenrezept der Kantine"}


def test_a_new_page_below_is_restricted_from_the_start(intranet: Any) -> None:
    make_page(intranet, "Neu")
    assert "Neu" not in titles(None)


def test_restrictions_accumulate(intranet: Any, roles: Any, staff_user: Any) -> None:
    restrict(intranet.get_children().get(), roles["editors"])
    assert titles(staff_user) == {"Intranet"}
    assert "Zwiebelkuchenrezept der Kantine" not in titles(make_user("e", roles["editors"]))


def test_a_moved_page_takes_the_new_place_s_rule(intranet: Any, home: Any) -> None:
    page = intranet.get_children().get()
    page.move(home, pos="last-child")
    assert titles(None) == {"Zwiebelkuchenrezept der Kantine"}


def test_lifting_a_restriction_opens_everything_below(intranet: Any) -> None:
    PageViewRestriction.objects.all().delete()
    assert titles(None) == {"Intranet", "Zwiebelkuchenrezept der Kantine"}


def test_deleting_the_group_opens_nothing(intranet: Any, roles: Any, staff_user: Any) -> None:
    roles["staff"].delete()
    assert titles(None) == set()
    assert titles(staff_user) == set()


def test_anonymous_is_sent_to_sign_in_and_staff_gets_the_page_uncached(
    intranet: Any, client: Any, staff_user: Any
) -> None:
    answer = client.get("/intranet/")
    assert answer.status_code == 302
    assert "/accounts/login/" in answer["Location"]
    answer = client_of(staff_user).get("/intranet/")
    assert answer.status_code == 200
    assert "private" in answer["Cache-Control"]


def test_menu_and_sitemap_hide_it(intranet: Any, client: Any) -> None:
    for path in ("/", "/sitemap.xml"):
        body = client.get(path).content.decode()
        assert "intranet" not in body.lower()


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_visible_pages_equal_a_brute_force_evaluation(home: Any, roles: Any, data: st.DataObject) -> None:
    shape = data.draw(st.lists(st.integers(0, 6), min_size=2, max_size=7))
    names = st.sampled_from(["staff", "editors", "extranet"])
    restricted = data.draw(st.dictionaries(st.integers(0, 7), st.sets(names, max_size=2), max_size=4))
    move = data.draw(st.tuples(st.integers(1, 7), st.integers(0, 7)))
    member_of = data.draw(st.sets(names))
    with transaction.atomic():
        pages = [Page.objects.get(pk=home.pk)]
        for number, place in enumerate(shape):
            parent = Page.objects.get(pk=pages[place % len(pages)].pk)
            pages.append(make_page(parent, f"p{number}", slug=f"p{number}"))
        for place, groups in restricted.items():
            restrict(Page.objects.get(pk=pages[place % len(pages)].pk), *(roles[name] for name in groups))
        moved = Page.objects.get(pk=pages[1 + move[0] % (len(pages) - 1)].pk)
        target = Page.objects.get(pk=pages[move[1] % len(pages)].pk)
        if not target.path.startswith(moved.path) and moved.get_parent().pk != target.pk:
            moved.move(target, pos="last-child")
        member = make_user("mitglied", *(roles[name] for name in member_of))
        for reader in (None, member):
            own = set(reader.groups.values_list("pk", flat=True)) if reader else set()
            below = Page.objects.filter(path__startswith=home.path)
            expected = set()
            for page in below:
                above = PageViewRestriction.objects.filter(page__in=page.get_ancestors(inclusive=True))
                if all(_passes(restriction, reader, own) for restriction in above):
                    expected.add(page.pk)
            assert set(visible_pages(reader, below).values_list("pk", flat=True)) == expected
        transaction.set_rollback(True)


def _passes(restriction: PageViewRestriction, reader: Any, own: set[int]) -> bool:
    if restriction.restriction_type == PageViewRestriction.LOGIN:
        return reader is not None
    return bool(own & set(restriction.groups.values_list("pk", flat=True)))
