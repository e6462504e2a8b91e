"""Many pages at once: owner and review date, topics; nothing beyond one's rights, and nothing left out in silence."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from cms.accounts import rights
from cms.accounts.models import RoleAssignment
from cms.content.models import ContentPage, SectionPage, Topic
from cms.content.topic_changes import change_topics
from cms.editing import review_dates
from cms.editing.models import EditingPolicy, PageReview
from tests.cms.reviews.test_outside import let_edit
from tests.conftest import client_of, make_page, make_unit, make_user, restrict

from .conftest import text_page

pytestmark = pytest.mark.django_db


@pytest.fixture
def section(home: Any) -> SectionPage:
    return make_page(home, "Kultur", SectionPage)


@pytest.fixture
def editor(home: Any, roles: Any, editor_user: Any) -> Any:
    let_edit(roles["editors"], home)
    return editor_user


@pytest.fixture
def local(section: Any, roles: Any) -> Any:
    """An editor of one section."""
    user = make_user("lokal", roles["staff"])
    rights.assign(user=user, role=roles["section editors"], scope=RoleAssignment.Scope.PAGE, scope_id=section.pk)
    return user


@pytest.fixture
def topics(db: None) -> list[Topic]:
    return [Topic.objects.create(slug=slug) for slug in ("kultur", "sport")]


def bulk(user: Any, action: str, *pages: Any, **data: Any) -> Any:
    ids = "&".join(f"id={page.pk}" for page in pages)
    url = f"/admin/bulk/wagtailcore/page/{action}/?{ids}&next=/admin/pages/"
    client = client_of(user)
    return client.post(url, data, follow=True) if data else client.get(url)


def topics_of(page: Any, *, draft: bool = False) -> set[str]:
    page = ContentPage.objects.get(pk=page.pk)
    found = page.get_latest_revision_as_object() if draft else page
    return {row.topic.slug for row in found.page_topics.all()}


def test_owner_and_date_of_many_pages(section: Any, editor: Any) -> None:
    pages = [make_page(section, title) for title in ("Eins", "Zwei")]
    day = timezone.localdate() + timedelta(days=40)
    answer = bulk(editor, "review_dates", *pages, owner=editor.pk, next_on=day.isoformat())
    assert "2 Seiten wurden geändert." in answer.content.decode()
    assert list(PageReview.objects.values_list("owner", "next_on")) == [(editor.pk, day)] * 2


def test_what_is_left_empty_stays(section: Any, editor: Any) -> None:
    page = make_page(section, "Eins")
    before = timezone.localdate() + timedelta(days=9)
    review_dates.set_review(page=page, user=editor, owner=editor, unit=None, months=3, for_below=True, next_on=before)
    bulk(editor, "review_dates", page, unit=make_unit().pk)
    row = PageReview.objects.get()
    assert (row.owner, str(row.unit), row.months, row.for_below, row.next_on) == (None, "Bürgeramt", 3, True, before)
    later = before + timedelta(days=1)
    bulk(editor, "review_dates", page, next_on=later.isoformat())
    row = PageReview.objects.get()
    assert (str(row.unit), row.next_on) == ("Bürgeramt", later)


@pytest.mark.parametrize("data", [{"owner": ""}, {"next_on": "2020-01-01"}, {"next_on": "bald"}, {"owner": "999999"}])
def test_bad_input_is_named_and_changes_nothing(section: Any, editor: Any, data: dict[str, str]) -> None:
    answer = bulk(editor, "review_dates", make_page(section, "Eins"), **data)
    assert answer.status_code == 200
    assert "error" in answer.content.decode()
    assert not PageReview.objects.exists()


def test_pages_beyond_ones_rights_are_named_and_stay(home: Any, section: Any, local: Any) -> None:
    mine, theirs = make_page(section, "Meins"), make_page(home, "Fremde Seite")
    let_edit(local.groups.get(name__startswith="section editors #"), theirs, "add_page")  # seen in the explorer
    day = (timezone.localdate() + timedelta(days=40)).isoformat()
    asked = bulk(local, "review_dates", mine, theirs).content.decode()
    assert "Fremde Seite" in asked
    assert "Meins" in asked
    answer = bulk(local, "review_dates", mine, theirs, next_on=day).content.decode()
    assert "Fremde Seite" in answer
    assert "1 Seite wurde geändert." in answer
    assert list(PageReview.objects.values_list("page", flat=True)) == [mine.pk]


def test_pages_the_explorer_hides_are_not_named(intranet: Any, section: Any, local: Any, roles: Any) -> None:
    restrict(intranet, roles["agents"])
    secret = intranet.get_children().get()
    asked = bulk(local, "review_dates", make_page(section, "Meins"), secret).content.decode()
    assert "Meins" in asked
    assert "Zwiebelkuchen" not in asked


def test_topics_come_and_go_on_live_pages(section: Any, editor: Any, topics: Any) -> None:
    culture, sport = topics
    page = make_page(section, "Eins")
    answer = bulk(editor, "topics", page, add=[culture.pk])
    assert "1 Seite wurde geändert." in answer.content.decode()
    assert topics_of(page) == topics_of(page, draft=True) == {"kultur"}
    bulk(editor, "topics", page, add=[sport.pk], remove=[culture.pk])
    assert topics_of(page) == {"sport"}


def test_a_page_with_the_topic_gets_no_new_version(section: Any, editor: Any, topics: Any) -> None:
    page = make_page(section, "Eins")
    for _time in range(2):
        change_topics(pages=[ContentPage.objects.get(pk=page.pk)], user=editor, add=topics[:1])
    assert page.revisions.count() == 1


def test_other_changes_are_not_published_with_the_topic(section: Any, editor: Any, topics: Any) -> None:
    page = make_page(section, "Eins")
    page.title = "Eins, überarbeitet"
    page.save_revision(user=editor)
    answer = bulk(editor, "topics", page, add=[topics[0].pk])
    assert "Als Entwurf geändert, noch nicht veröffentlicht: Eins, überarbeitet" in answer.content.decode()
    assert (topics_of(page), topics_of(page, draft=True)) == (set(), {"kultur"})
    assert ContentPage.objects.get(pk=page.pk).title == "Eins"


def test_who_may_not_publish_changes_the_draft(home: Any, section: Any, roles: Any, topics: Any) -> None:
    let_edit(roles["editors"], home, "change_page")
    author = make_user("anna", roles["editors"], roles["staff"])
    page = make_page(section, "Eins")
    bulk(author, "topics", page, add=[topics[0].pk])
    assert (topics_of(page), topics_of(page, draft=True)) == (set(), {"kultur"})


def test_what_the_rules_keep_from_being_published_waits_as_a_draft(
    section: Any, editor: Any, topics: Any, blocking: EditingPolicy
) -> None:
    page = text_page(section, '<p><a href="https://example.org">hier</a></p>', title="Eins")
    bulk(editor, "topics", page, add=[topics[0].pk])
    assert (topics_of(page), topics_of(page, draft=True)) == (set(), {"kultur"})


def test_a_locked_page_is_named_and_stays(section: Any, editor: Any, admin_user: Any, topics: Any) -> None:
    page = make_page(section, "Eins", locked=True, locked_by=admin_user)
    answer = bulk(editor, "topics", page, add=[topics[0].pk])
    assert "weil sie gesperrt sind: Eins" in answer.content.decode()
    assert topics_of(page, draft=True) == set()


def test_topics_need_the_right_to_edit(home: Any, local: Any, topics: Any) -> None:
    page = make_page(home, "Fremd")
    with pytest.raises(PermissionDenied):
        change_topics(pages=[page], user=local, add=topics)
    bulk(local, "topics", page, add=[topics[0].pk])
    assert topics_of(page, draft=True) == set()


def test_a_topic_is_not_added_and_removed_at_once(section: Any, editor: Any, topics: Any) -> None:
    page, one = make_page(section, "Eins"), topics[0].pk
    assert "nicht beides" in bulk(editor, "topics", page, add=[one], remove=[one]).content.decode()
    assert topics_of(page, draft=True) == set()


def test_the_explorer_offers_both(section: Any, editor: Any) -> None:
    make_page(section, "Eins")
    html = client_of(editor).get(f"/admin/pages/{section.pk}/").content.decode()
    assert "/bulk/wagtailcore/page/topics/" in html
    assert "/bulk/wagtailcore/page/review_dates/" in html
