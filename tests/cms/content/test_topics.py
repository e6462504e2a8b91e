"""Topics of pages, and the page that lists everything about one."""

from __future__ import annotations

from typing import Any

import pytest

from cms.content.models import PageTopic, Topic, TopicPage
from plugins.services.models import LifeSituation
from search.indexing import project_pending
from search.models import SearchEntry
from search.queries import SearchQuery, search
from tests.conftest import client_of, make_page, make_service, restrict

pytestmark = pytest.mark.django_db


def make_topic(slug: str = "umzug", title: str = "Umzug") -> Topic:
    topic = Topic(slug=slug)
    topic.set_texts({("title", "de"): title})
    topic.save()
    return topic


def make_tagged(parent: Any, title: str, topic: Topic, **values: Any) -> Any:
    page = make_page(parent, title, **values)
    page.page_topics = [PageTopic(topic=topic)]
    page.save()
    return page


@pytest.fixture
def topic(home: Any) -> Topic:
    """A topic with its page, a page and a service about it, and a page about nothing."""
    topic = make_topic()
    make_page(home, "Alles zum Umzug", TopicPage, topic=topic)
    make_tagged(home, "Kisten packen", topic)
    make_page(home, "Etwas anderes")
    situation = LifeSituation(slug="umzug")
    situation.set_texts({("title", "de"): "Umzug"})
    situation.save()
    service = make_service("Wohnsitz ummelden", slug="ummelden")
    service.life_situations.set([situation])
    service.save()
    project_pending(500)
    return topic


def listed(client: Any) -> set[str]:
    groups = client.get("/alles-zum-umzug/").context["groups"]
    return {item.title for _kind, _label, items, _count in groups for item in items}


def test_pages_and_records_about_the_topic_are_listed(client: Any, topic: Any) -> None:
    assert listed(client) == {"Kisten packen", "Wohnsitz ummelden"}


def test_a_topic_that_is_part_of_another_word_is_another_topic(client: Any, home: Any, topic: Any) -> None:
    make_tagged(home, "Umzugsgut", make_topic("umzug-ausland", "Umzug ins Ausland"))
    project_pending(500)
    assert "Umzugsgut" not in listed(client)


def test_restricted_things_are_not_listed_nor_counted(
    client: Any, home: Any, topic: Any, roles: Any, staff_user: Any
) -> None:
    restrict(make_tagged(home, "Interne Umzugsliste", topic), roles["staff"])
    project_pending(500)
    assert "Interne Umzugsliste" not in listed(client)
    counts = {kind: count for kind, _label, _items, count in client.get("/alles-zum-umzug/").context["groups"]}
    assert counts == {"page": 1, "service": 1}
    assert "Interne Umzugsliste" in listed(client_of(staff_user))


def test_what_becomes_restricted_leaves_the_list_at_once(client: Any, topic: Any, roles: Any) -> None:
    from cms.content.models import ContentPage

    restrict(ContentPage.objects.get(slug="kisten-packen"), roles["staff"])
    assert "Kisten packen" not in listed(client)


def test_many_are_shown_in_pages(client: Any, home: Any, topic: Any) -> None:
    for number in range(60):
        make_tagged(home, f"Tipp {number:02}", topic)
    project_pending(500)
    page = client.get("/alles-zum-umzug/")
    assert dict((kind, (len(items), count)) for kind, _l, items, count in page.context["groups"])["page"] == (12, 61)
    second = client.get("/alles-zum-umzug/?kind=page&page=2").context["entries"]
    assert len(second.object_list) == 11


@pytest.mark.parametrize("query", ["kind=nichts", "kind=page&page=9", "kind=page&page=x", "kind=page&page=-1"])
def test_what_is_not_there_is_not_found(client: Any, topic: Any, query: str) -> None:
    assert client.get(f"/alles-zum-umzug/?{query}").status_code == 404


def test_the_search_filters_by_the_topics_of_pages(topic: Any) -> None:
    found = search(SearchQuery(text="Kisten", topics=("umzug",)), reader=None)
    assert [hit.title for hit in found.hits] == ["Kisten packen"]
    assert not search(SearchQuery(text="anderes", topics=("umzug",)), reader=None).hits


def test_a_deleted_topic_leaves_the_entries(topic: Any) -> None:
    TopicPage.objects.get().delete()
    topic.delete()
    project_pending(500)
    assert SearchEntry.objects.get(title="Kisten packen").topics == []


def test_an_editor_chooses_topics_in_the_form(home: Any, topic: Any, editor_user: Any) -> None:
    from wagtail.test.utils.form_data import inline_formset, nested_form_data, streamfield

    from cms.content.models import ContentPage

    editor_user.is_superuser = True
    editor_user.save()
    page = ContentPage.objects.get(slug="etwas-anderes")
    data = nested_form_data(
        {"title": page.title, "slug": page.slug, "summary": "", "body": streamfield([]),
         "comments": inline_formset([]), "action-publish": "1", "legal_kind": ""}
    )  # fmt: skip
    client = client_of(editor_user)
    assert client.post(f"/admin/pages/{page.pk}/edit/", data | {"topics": [topic.pk]}).status_code == 302
    assert [row.topic for row in PageTopic.objects.filter(page=page.pk)] == [topic]
    assert "checked" in client.get(f"/admin/pages/{page.pk}/edit/").content.decode().split('name="topics"')[1][:200]
    assert client.post(f"/admin/pages/{page.pk}/edit/", data | {"topics": []}).status_code == 302
    assert not PageTopic.objects.filter(page=page.pk).exists()
