"""Whatever is restricted, moved and granted: no answer contains, counts or hints at what a reader may not see."""

from __future__ import annotations

import os
import uuid
from datetime import timedelta
from typing import Any

from django.contrib.auth.models import Group
from django.test import Client, override_settings
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from wagtail.models import Locale, Page, PageViewRestriction, Site

from cms.access.rules import rule_book
from cms.accounts.models import User
from cms.content.models import ContentPage, HomePage
from search import curation, facets, scope
from search.backends.elasticsearch import memory
from search.elastic import client
from search.elastic.rebuild import drop_all, rebuild_index
from search.elastic.shipping import ship_pending
from search.indexing import project_pending
from search.learning import related as related_queries
from search.learning.related import popular, related
from search.models import BestBet, LoggedQuery
from search.queries import SearchQuery, search, suggest
from search.ways_out import ways_out

SERVER = os.environ.get("ELASTICSEARCH_URL", "")
GROUPS, READERS = 2, 3
#: What every reader asks for.
PATHS = (
    "/api/v1/search/?q=Versuch",
    "/api/v1/search/?q=Versuch+Quatsch&kind=person",
    "/api/v1/search/suggestions/?q=versu",
    "/suche/",
    "/suche/?q=Versuch",
    "/suche/?q=Empfohlenes",
    "/suche/?q=Versuch&near=50.0,8.27",
    "/suche/?q=Versuch+Quatsch&kind=person",
    "/suche/vorschlaege/?q=versu",
    "/suche/vorschlaege/?q=versu&format=opensearch",
)
#: Words no other page has, so that one of them in an answer is a leak. Long enough for corrections.
NAMES = ["quendel", "zwirbel", "gnuschel", "blomberg", "trudering", "schnorz"]
restriction = st.one_of(st.just("login"), st.sets(st.integers(0, GROUPS - 1), min_size=1).map(frozenset))
trees = st.lists(st.tuples(st.integers(0, 9), st.none() | restriction), min_size=2, max_size=len(NAMES))
#: Each step happens without telling Elasticsearch, unless "ship" comes after it.
steps = st.lists(
    st.one_of(
        st.tuples(st.just("move"), st.integers(0, 9), st.integers(0, 9)),
        st.tuples(st.just("restrict"), st.integers(0, 9), restriction),
        st.tuples(st.just("open"), st.integers(0, 9), st.none()),
        st.tuples(st.just("unpublish"), st.integers(0, 9), st.none()),
        st.tuples(st.just("join"), st.integers(0, GROUPS - 1), st.integers(0, READERS - 1)),
        st.tuples(st.just("leave"), st.integers(0, GROUPS - 1), st.integers(0, READERS - 1)),
        st.tuples(st.just("ship"), st.none(), st.none()),
    ),
    max_size=5,
)
PROFILE = settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))


class _Leaks:
    engine = ""

    def setup_example(self) -> None:
        super().setup_example()  # type: ignore[misc]
        for forget in (
            rule_book.clear, scope.forget, facets.forget, memory.clear, client.forget, related_queries.forget,
            curation.bets.forget,
        ):  # fmt: skip
            forget()
        self.groups = [Group.objects.create(name=f"Gruppe {n}") for n in range(GROUPS)]
        self.readers = [
            User.objects.create_user(f"u{n}", f"u{n}@mainz.example", "geheim-1-Wort") for n in range(READERS)
        ]
        locale = Locale.objects.get_or_create(language_code="de")[0]
        self.home = Page.objects.get(depth=1).add_child(instance=HomePage(title="Mainz", slug="start", locale=locale))
        Site.objects.update_or_create(is_default_site=True, defaults={"hostname": "localhost", "root_page": self.home})
        self.pages: list[Page] = []
        self.prefix = f"test-{uuid.uuid4().hex[:10]}"

    def teardown_example(self, example: Any) -> None:
        if self.engine == "elasticsearch":
            with override_settings(**self.settings()):
                drop_all()
        super().teardown_example(example)  # type: ignore[misc]

    def settings(self) -> dict[str, Any]:
        values: dict[str, Any] = {"SEARCH_BACKEND": self.engine, "ELASTICSEARCH_PREFIX": self.prefix}
        if self.engine == "elasticsearch":
            values |= {"ELASTICSEARCH_URL": SERVER, "ELASTICSEARCH_TIMEOUT": 10.0}
        return values

    def page(self, number: int) -> Page:
        return Page.objects.get(pk=self.pages[number % len(self.pages)].pk)

    def restrict(self, page: Page, how: Any) -> None:
        kind = PageViewRestriction.LOGIN if how == "login" else PageViewRestriction.GROUPS
        row = PageViewRestriction.objects.create(page=page, restriction_type=kind)
        if how != "login":
            row.groups.set([self.groups[n] for n in how])

    def step(self, name: str, first: Any, second: Any) -> None:
        if name == "move":
            page, target = self.page(first), self.page(second)
            if page != target and not target.is_descendant_of(page) and target != page.get_parent():
                page.move(target, pos="last-child")
        elif name == "restrict":
            self.restrict(self.page(first), second)
        elif name == "open":
            for row in self.page(first).view_restrictions.all():
                row.delete()
        elif name == "unpublish":
            self.page(first).specific.unpublish()
        elif name == "join":
            self.readers[second].groups.add(self.groups[first])
        elif name == "leave":
            self.readers[second].groups.remove(self.groups[first])
        else:
            project_pending(500)
            while ship_pending():
                pass

    def curate(self) -> None:
        """Put every page first for a word of its own, and let many have asked for every name."""
        for number, page in enumerate(self.pages):
            BestBet.objects.create(
                words="Empfohlenes", kind="page", object_id=str(page.pk), title=page.title, position=number
            )
            for back in range(4):
                LoggedQuery.objects.create(
                    day=timezone.localdate() - timedelta(days=back), digest=f"d{number}", text=f"versuch {NAMES[number]}",
                    audience="public", language="de", searches=9, results=1,
                )  # fmt: skip
                LoggedQuery.objects.create(
                    day=timezone.localdate() - timedelta(days=back), digest=f"n{number}", text=NAMES[number],
                    audience="public", language="de", searches=9, results=1,
                )  # fmt: skip

    def visible(self, user: Any) -> set[str]:
        """The plain evaluation: live, and every restriction above accepts."""
        found = set()
        for page in Page.objects.filter(pk__in=[page.pk for page in self.pages], live=True):
            rows = PageViewRestriction.objects.filter(page__in=page.get_ancestors(inclusive=True))
            groups = set(user.groups.all()) if user else set()
            if all(
                user and (row.restriction_type == PageViewRestriction.LOGIN or groups & set(row.groups.all()))
                for row in rows
            ):
                found.add(page.title)
        return found

    @PROFILE
    @given(tree=trees, then=steps)
    def test_no_answer_says_more_than_the_reader_may_know(self, tree: Any, then: Any) -> None:
        with override_settings(**self.settings()):
            for number, (parent, how) in enumerate(tree):
                below = self.page(parent) if self.pages and parent % 2 else self.home
                below = Page.objects.get(pk=below.pk)
                page = ContentPage(title=f"Versuch {NAMES[number]}", slug=f"s{number}", locale=self.home.locale)
                self.pages.append(below.add_child(instance=page))
                if how:
                    self.restrict(self.pages[-1], how)
            self.curate()
            project_pending(500)
            if self.engine == "elasticsearch":
                rebuild_index()
            for name, first, second in then:
                self.step(name, first, second)
            for reader in (None, *(User.objects.get(pk=user.pk) for user in self.readers)):
                self.check(reader)

    def check(self, reader: Any) -> None:
        seen = self.visible(reader)
        hidden = {name for name in NAMES if f"Versuch {name}" not in seen}
        found = search(SearchQuery(text="Versuch", size=20), reader=reader)
        titles = {hit.title for hit in found.hits}
        # What became visible this moment may be missing until it is shipped; never the other way round.
        assert titles <= seen
        assert found.total == len(titles)
        for facet in found.facets:
            assert all(option.count <= len(titles) for option in facet.options)
        if not titles:
            assert found.facets == []
        assert {hit.title for hit in suggest("versu", reader=reader)} <= seen
        for name in hidden:
            answer = search(SearchQuery(text=name), reader=reader)
            assert (answer.total, answer.hits, answer.facets) == (0, [], [])
            assert suggest(name[:4], reader=reader) == []
            wrong = name[:-1] + "x"
            assert name not in search(SearchQuery(text=wrong), reader=reader).did_you_mean.lower()
            assert name not in {text for text in (*popular(reader), *related(found, reader))}
            assert [item for item in ways_out(answer, reader=reader).broader if item.total] == []
        browser = Client()
        if reader:
            browser.force_login(reader)
        for url in PATHS:
            body = browser.get(url).content.decode().lower()
            assert [name for name in hidden if name in body] == [], url
        # The feed is what the public finds, whoever asks.
        secret = {name for name in NAMES if f"Versuch {name}" not in self.visible(None)}
        body = browser.get("/suche/feed/?q=Versuch").content.decode().lower()
        assert [name for name in secret if name in body] == []
        # What editors put first is one more result for those who may see it, and nothing for the others.
        with_bets = search(SearchQuery(text="Empfohlenes", size=20), reader=reader)
        assert {hit.title for hit in with_bets.hits} <= seen
        assert with_bets.total == len(with_bets.hits)


class DatabaseLeaks(_Leaks, TestCase):
    """The embedded engine."""

    engine = "database"


if SERVER:

    class ElasticsearchLeaks(_Leaks, TestCase):
        """Elasticsearch, whose copies are behind at random."""

        engine = "elasticsearch"
