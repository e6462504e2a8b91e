"""To-dos from queries that fail people, for the owner of the record that should have answered them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import Sum
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Page

from cms.accounts.models import RoleAssignment, User
from cms.directory.models import OrganisationUnit
from cms.jobs import job
from cms.notifications.services import notify

from ..models import LoggedQuery, SearchEntry, SearchTodo
from ..queries import SearchQuery, search

WITHIN = timedelta(days=30)
#: So often a query must have failed in that time; so many to-dos are made at most in one go.
OFTEN, AT_ONCE = 5, 50
#: Below this share of searches that end with an opened result a query counts as unclicked.
CLICKED = 0.1
#: A query that was decided is not brought up again for so long.
QUIET = timedelta(days=90)
TOPIC = "search_todos"


def failing(since: Any) -> list[dict[str, Any]]:
    """Return rows (text, language, searches, without, clicks, reason) of queries that failed often since that day."""
    rows = (
        LoggedQuery.objects.filter(day__gte=since, audience=LoggedQuery.Audience.PUBLIC)
        .exclude(text="")
        .values("text", "language")
        .annotate(asked=Sum("searches"), nothing=Sum("without"), opened=Sum("clicks"))
        .filter(asked__gte=OFTEN)
        .order_by("-asked", "text")
    )
    found = []
    for row in rows:
        if row["nothing"] * 2 >= row["asked"]:
            found.append({**row, "reason": SearchTodo.Reason.WITHOUT})
        elif row["opened"] < CLICKED * row["asked"]:
            found.append({**row, "reason": SearchTodo.Reason.UNCLICKED})
    return found


@job()
def make_todos() -> None:
    """Make to-dos of what failed, once a query; bring up again what still fails long after it was decided; tell owners."""
    now = timezone.now()
    told: dict[Any, int] = {}
    known = {(row.text, row.language): row for row in SearchTodo.objects.all()}
    for row in failing(timezone.localdate() - WITHIN)[:AT_ONCE]:
        todo = known.get((row["text"], row["language"]))
        decided = todo is not None and todo.state != SearchTodo.State.OPEN
        if todo is not None and decided and todo.decided_at and now - todo.decided_at < QUIET:
            continue
        entry = likely_record(row["text"], row["language"])
        owner = owner_of(entry) if entry else None
        values = {
            "reason": row["reason"],
            "searches": row["asked"],
            "kind": entry.kind if entry else "",
            "object_id": entry.object_id if entry else "",
            "title": entry.title if entry else "",
            "assignee": owner,
            "state": SearchTodo.State.OPEN,
        }
        SearchTodo.objects.update_or_create(text=row["text"], language=row["language"], defaults=values)
        if owner and (todo is None or decided):
            told[owner] = told.get(owner, 0) + 1
    for owner, number in told.items():
        notify(
            topic=TOPIC,
            template="search/mail/todos.txt",
            to=owner,
            context={"number": number, "url": reverse("search_learning")},
            key=f"search-todos-{owner.pk}-{timezone.localdate()}",
        )


def likely_record(text: str, language: str) -> SearchEntry | None:
    """Return the public record that most probably should answer: the best hit of the query, else of its longest word."""
    for asked in (text, max(text.split(), key=len, default="")):
        hits = search(SearchQuery(text=asked, language=language), reader=None).hits if asked else []
        if hits:
            return SearchEntry.objects.filter(kind=hits[0].kind, object_id=hits[0].object_id).order_by("pk").first()
    return None


def owner_of(entry: SearchEntry) -> User | None:
    """Return who answers for a record: the owner of a page; else who has a role in its unit, or in one above it."""
    if entry.kind == "page":
        page = Page.objects.filter(pk=entry.object_id, owner__is_active=True).select_related("owner").first()
        return page.owner if page else None
    path = OrganisationUnit.objects.filter(pk=entry.unit_id).values_list("path", flat=True).first()
    for unit in reversed([part for part in (path or "").split("/") if part]):
        assignment = (
            RoleAssignment.objects.active(timezone.now())
            .filter(scope=RoleAssignment.Scope.UNIT, scope_id=unit, user__is_active=True)
            .select_related("user")
            .order_by("given_at")
            .first()
        )
        if assignment:
            return assignment.user
    return None


@transaction.atomic
def decide(*, todo_id: int, state: str) -> SearchTodo:
    """Set a to-do done, dismissed or open again; return it. Raises SearchTodo.DoesNotExist, ValueError for another state."""
    if state not in SearchTodo.State.values:
        raise ValueError(state)
    todo = SearchTodo.objects.select_for_update().get(pk=todo_id)
    todo.state = state
    todo.decided_at = None if state == SearchTodo.State.OPEN else timezone.now()
    todo.save(update_fields=["state", "decided_at"])
    return todo
