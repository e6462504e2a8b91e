"""What readers see equals a plain evaluation of every restriction, on random trees, groups, windows, moves and times."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.models import AnonymousUser, Group
from django.test import RequestFactory
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from wagtail.models import Collection, CollectionViewRestriction, Locale, Page, PageViewRestriction

from cms.access.models import AccessRule, principal
from cms.access.pages import visible_in_collections, visible_pages
from cms.access.rules import rule_book, satisfied_rule_ids
from cms.accounts.models import User
from cms.content.models import CityDocument, ContentPage
from cms.directory.models import OrganisationUnit, Person

GROUPS = 3
HOURS = (-2, -1, 0, 1, 2)
#: A restriction: "login", "nobody" or the numbers of groups.
restrictions = st.one_of(
    st.just("login"), st.just("nobody"), st.sets(st.integers(0, GROUPS - 1), min_size=1).map(frozenset)
)
#: A node: number of its parent among those before it, and its restrictions.
trees = st.lists(st.tuples(st.integers(0, 30), st.lists(restrictions, max_size=2)), min_size=1, max_size=8)
steps = st.lists(
    st.one_of(
        st.tuples(st.just("move"), st.integers(0, 30), st.integers(0, 30)),
        st.tuples(st.just("restrict"), st.integers(0, 30), restrictions),
        st.tuples(st.just("open"), st.integers(0, 30), st.none()),
        st.tuples(st.just("delete group"), st.integers(0, GROUPS - 1), st.none()),
        st.tuples(st.just("join"), st.integers(0, GROUPS - 1), st.integers(0, 2)),
        st.tuples(st.just("leave"), st.integers(0, GROUPS - 1), st.integers(0, 2)),
    ),
    max_size=6,
)
memberships = st.lists(st.sets(st.integers(0, GROUPS - 1)), min_size=3, max_size=3)
whos = st.one_of(
    st.sampled_from(["public", "signed-in", "nobody"]),
    st.integers(0, GROUPS - 1).map(lambda n: f"group {n}"),
    st.integers(0, 2).map(lambda n: f"unit {n}"),
    st.integers(0, 2).map(lambda n: f"person {n}"),
)
windows = st.tuples(st.sampled_from((None, *HOURS)), st.sampled_from((None, *HOURS)))
rules = st.lists(st.lists(st.tuples(whos, windows), min_size=1, max_size=3), max_size=3)
PROFILE = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))


class VisibleTo(TestCase):
    """Each example runs in its own transaction."""

    def setup_example(self) -> None:
        super().setup_example()
        rule_book.clear()
        self.groups = {n: Group.objects.create(name=f"Gruppe {n}") for n in range(GROUPS)}
        root = OrganisationUnit(slug="dezernat")
        root.save()
        middle = OrganisationUnit(slug="amt", parent=root)
        middle.save()
        team = OrganisationUnit(slug="team", parent=middle)
        team.save()
        self.units = [root, middle, team]
        self.users = [User.objects.create_user(f"p{n}", f"p{n}@mainz.example") for n in range(3)]
        # The third person has an account only.
        Person.objects.create(slug="p0", last_name="Null", unit=team, account=self.users[0])
        Person.objects.create(slug="p1", last_name="Eins", unit=middle, account=self.users[1])

    def readers(self) -> list[Any]:
        return [AnonymousUser(), *(User.objects.get(pk=user.pk) for user in self.users)]

    def admitted(self, reader: Any, found: list[Any]) -> bool:
        """The plain evaluation of Wagtail's restrictions ``found`` on a node and its ancestors."""
        mine = set(reader.groups.values_list("pk", flat=True)) if reader.is_authenticated else set()
        for item in found:
            if item.restriction_type == "login" and not reader.is_authenticated:
                return False
            if item.restriction_type == "groups" and not mine & set(item.groups.values_list("pk", flat=True)):
                return False
        return True

    def restrict(self, model: Any, name: str, node: Any, restriction: Any) -> None:
        kind = "login" if restriction == "login" else "groups"
        row = model.objects.create(**{name: node, "restriction_type": kind})
        if isinstance(restriction, frozenset):
            row.groups.set([self.groups[n] for n in restriction if n in self.groups])

    def apply(self, step: Any, node: Any, model: Any, name: str, restriction_model: Any) -> None:
        what, first, second = step
        if what in {"join", "leave"}:
            if first in self.groups:
                change = self.users[second].groups
                (change.add if what == "join" else change.remove)(self.groups[first])
            return
        if what == "delete group":
            group = self.groups.pop(first, None)
            if group:
                group.delete()
            return
        chosen = node(first)
        if what == "move":
            target = node(second)
            if not target.path.startswith(chosen.path):
                chosen.move(target, pos="last-child" if model is Page else "sorted-child")
        elif what == "restrict":
            self.restrict(restriction_model, name, chosen, second)
        else:
            for row in restriction_model.objects.filter(**{name: chosen}):
                row.delete()

    def join(self, members: list[set[int]]) -> None:
        for user, groups in zip(self.users, members, strict=True):
            user.groups.set([self.groups[n] for n in groups])

    @PROFILE
    @given(tree=trees, members=memberships, changes=steps)
    def test_pages(self, tree: Any, members: Any, changes: Any) -> None:
        locale = Locale.objects.get_or_create(language_code="de")[0]
        self.join(members)
        ids = [Page.objects.get(depth=1).add_child(instance=ContentPage(title="0", locale=locale)).pk]
        for number, (parent, found) in enumerate(tree, 1):
            page = Page.objects.get(pk=ids[parent % len(ids)]).add_child(
                instance=ContentPage(title=str(number), locale=locale)
            )
            ids.append(page.pk)
            for restriction in found:
                self.restrict(PageViewRestriction, "page", page, restriction)
        for step in changes:
            self.apply(step, lambda n: Page.objects.get(pk=ids[n % len(ids)]), Page, "page", PageViewRestriction)
        for reader in self.readers():
            request = RequestFactory().get("/")
            request.user = reader
            expected = {
                page.pk
                for page in Page.objects.filter(pk__in=ids)
                if self.admitted(
                    reader,
                    list(PageViewRestriction.objects.filter(page__in=page.get_ancestors(inclusive=True))),
                )
            }
            assert set(visible_pages(reader).filter(pk__in=ids).values_list("pk", flat=True)) == expected
            assert set(visible_pages(request).filter(pk__in=ids).values_list("pk", flat=True)) == expected
            # Wagtail's own test of a single page says the same.
            assert expected == {
                page.pk
                for page in Page.objects.filter(pk__in=ids)
                if all(item.accept_request(request) for item in page.get_view_restrictions())
            }

    @PROFILE
    @given(tree=trees, members=memberships, changes=steps)
    def test_media(self, tree: Any, members: Any, changes: Any) -> None:
        self.join(members)
        ids = [Collection.get_first_root_node().pk]
        for number, (parent, found) in enumerate(tree, 1):
            collection = Collection.objects.get(pk=ids[parent % len(ids)]).add_child(name=f"{number}")
            ids.append(collection.pk)
            for restriction in found:
                self.restrict(CollectionViewRestriction, "collection", collection, restriction)
        documents = {
            pk: CityDocument.objects.create(title=str(pk), file=f"documents/{pk}.txt", collection_id=pk) for pk in ids
        }
        for step in changes:
            self.apply(
                step,
                lambda n: Collection.objects.get(pk=ids[n % len(ids)]),
                Collection,
                "collection",
                CollectionViewRestriction,
            )
        for reader in self.readers():
            expected = {
                documents[collection.pk].pk
                for collection in Collection.objects.filter(pk__in=ids)
                if self.admitted(
                    reader,
                    list(
                        CollectionViewRestriction.objects.filter(
                            collection__in=collection.get_ancestors(inclusive=True)
                        )
                    ),
                )
            }
            seen = visible_in_collections(reader, CityDocument.objects.all())
            assert set(seen.values_list("pk", flat=True)) == expected

    @PROFILE
    @given(rule=rules, members=memberships, hour=st.sampled_from(HOURS))
    def test_records(self, rule: Any, members: Any, hour: int) -> None:
        self.join(members)
        noon = timezone.now().replace(minute=0, second=0, microsecond=0)
        at = noon + timedelta(hours=hour)

        def moment(offset: int | None) -> datetime | None:
            return None if offset is None else noon + timedelta(hours=offset)

        def stored(who: str) -> str:
            kind, _space, number = who.partition(" ")
            rows: dict[str, Any] = {"group": self.groups, "unit": self.units, "person": self.users}
            return f"{kind}:{rows[kind][int(number)].pk}" if number else who

        clauses = [
            [
                principal(
                    stored(who),
                    start=moment(start).isoformat() if start is not None else "",
                    end=moment(end).isoformat() if end is not None else "",
                )
                for who, (start, end) in clause
            ]
            for clause in rule
        ]
        row = AccessRule.objects.intern(clauses)
        works_in = [{0, 1, 2}, {0, 1}, set()]
        for reader in self.readers():
            number = int(reader.username[1:]) if reader.is_authenticated else None

            def is_one(who: str, number: int | None = number) -> bool:
                kind, _space, other = who.partition(" ")
                if kind == "public":
                    return True
                if number is None or kind == "nobody":
                    return False
                return (
                    kind == "signed-in"
                    or (kind == "group" and int(other) in members[number])
                    or (kind == "person" and int(other) == number)
                    or (kind == "unit" and int(other) in works_in[number])
                )

            expected = all(
                any(
                    is_one(who) and (start is None or moment(start) <= at) and (end is None or at < moment(end))
                    for who, (start, end) in clause
                )
                for clause in rule
            )
            assert (row.pk in satisfied_rule_ids(reader, at=at)) is expected
