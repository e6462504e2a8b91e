"""Notice every statement that writes to a table which public pages show.

Watching statements instead of signals misses nothing: updates of many rows, moved trees and raw SQL send no signals.
A table counts as shown unless its app says the contrary (manifest kind ``unseen``), for all of it or for some columns.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable
from functools import cache, lru_cache
from typing import Any

from django.apps import apps
from django.db import DEFAULT_DB_ALIAS, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Model

from cms.plugins.registry import collect

#: Tables of others that no public page shows: whole apps, or single models.
UNSEEN = (
    "account", "accounts", "admin", "auth", "caching", "contenttypes", "django_tasks_database", "events", "jobs", "mfa",
    "notifications", "sessions", "socialaccount", "usersessions", "wagtail_localize", "wagtailadmin", "wagtailembeds",
    "wagtailimages.Rendition", "wagtailsearch", "wagtailusers", "wagtailcore.Comment", "wagtailcore.CommentReply",
    "wagtailcore.GroupApprovalTask", "wagtailcore.GroupCollectionPermission", "wagtailcore.GroupPagePermission",
    "wagtailcore.GroupSitePermission", "wagtailcore.ModelLogEntry", "wagtailcore.PageLogEntry",
    "wagtailcore.PageSubscription", "wagtailcore.ReferenceIndex", "wagtailcore.Task",
    "wagtailcore.TaskState", "wagtailcore.UploadedFile", "wagtailcore.Workflow", "wagtailcore.WorkflowContentType",
    "wagtailcore.WorkflowPage", "wagtailcore.WorkflowState", "wagtailcore.WorkflowTask",
)  # fmt: skip
#: Of them these all the same: what people signed in may see depends on them, and the API tells them what is unchanged.
RIGHTS = ("accounts_roleassignment", "accounts_user_groups")
#: Saving a draft changes these columns of a live page or record only.
DRAFT_COLUMNS = frozenset({
    "draft_title", "has_unpublished_changes", "latest_revision_created_at", "latest_revision_id", "locked",
    "locked_at", "locked_by_id", "lock_reason",
})  # fmt: skip
#: Revisions are drafts; of them only when one goes live matters.
REVISIONS, SCHEDULE = "wagtailcore_revision", "approved_go_live_at"
WRITE = re.compile(
    r"\s*(?:INSERT\s+(?:OR\s+\w+\s+)?INTO|UPDATE|DELETE\s+FROM|TRUNCATE)\s+(?:ONLY\s+)?[\"']?(\w+)", re.I
)
HIDDEN_WRITE = re.compile(r"\s*WITH\b.*\b(?:INSERT\s+INTO|UPDATE|DELETE\s+FROM)\b", re.I | re.S)
SET_COLUMN = re.compile(r"[\"'](\w+)[\"'] = ")


@cache
def unseen() -> dict[str, frozenset[str] | None]:
    """Return what no public page shows: table -> its columns that none shows, None for the whole table.

    Raises LookupError for a wrong name in ``unseen``.
    """
    found: dict[str, frozenset[str] | None] = {"django_migrations": None, "django_site": None}
    for name in (*UNSEEN, *(name for _config, names in collect("unseen", also_off=True) for name in names)):
        app, *rest = name.split(".")
        if len(rest) == 2:
            model = apps.get_model(app, rest[0])
            table, column = model._meta.db_table, model._meta.get_field(rest[1]).column
            known = found.get(table, frozenset())
            found[table] = None if known is None else known | {column}
        elif rest:
            _add(found, apps.get_model(name))
        elif apps.is_installed(name) or name in apps.app_configs:
            for model in apps.get_app_config(name).get_models():
                _add(found, model)
        # else: an optional app that is not installed
    for table in RIGHTS:
        found.pop(table, None)
    return found


def _add(found: dict[str, frozenset[str] | None], model: type[Model]) -> None:
    for table in (model._meta.db_table, *(field.m2m_db_table() for field in model._meta.local_many_to_many)):
        found[table] = None


@lru_cache(maxsize=4096)
def changes_pages(sql: str) -> bool:
    """Return whether the statement ``sql`` writes something that a public page may show."""
    found = WRITE.match(sql)
    if found is None:
        return bool(HIDDEN_WRITE.match(sql))
    hidden = unseen().get(found[1], frozenset())
    if hidden is None:
        return False
    head, _set, rest = sql.partition(" SET ")
    columns = set(SET_COLUMN.findall(rest.partition(" WHERE ")[0])) if head.lstrip()[:6].upper() == "UPDATE" else set()
    if found[1] == REVISIONS:
        return SCHEDULE in columns
    return not columns or not columns <= DRAFT_COLUMNS | hidden


class Watcher:
    """Wrapper around every statement of one connection (``connection.execute_wrappers``)."""

    def __init__(self, connection: BaseDatabaseWrapper) -> None:
        self.connection = connection
        self.has_table = False
        self._noted_in: list[Any] | None = None

    def __call__(self, execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: dict[str, Any]) -> Any:
        if not isinstance(sql, str) or sql[:6] in ("SELECT", "SAVEPO", "RELEAS") or not changes_pages(sql):
            return execute(sql, params, many, context)
        # Outside of transactions (shell, commands; requests and jobs have one) the row follows its statement by itself: a
        # transaction of ours around it could not end before its result is read.
        result = execute(sql, params, many, context)
        self.note()
        return result

    def note(self) -> None:
        """Add a row to the version, once a transaction.

        The list of callbacks is a new one after each commit, rollback and rollback to a savepoint, and only then: as
        long as it is the same, our row is still there.
        """
        is_noted = self.connection.in_atomic_block and self._noted_in is self.connection.run_on_commit
        if is_noted or not self._table_exists():
            return
        with self.connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO caching_change (token, at) VALUES (%s, CURRENT_TIMESTAMP)", [secrets.randbits(40)]
            )
        self._noted_in = self.connection.run_on_commit

    def forget(self) -> None:
        """Add a row at the next write, whatever the transaction."""
        self._noted_in = None

    def _table_exists(self) -> bool:
        # Migrations write before this app's own has run.
        if not self.has_table:
            self.has_table = "caching_change" in self.connection.introspection.table_names()
        return self.has_table


def watch(connection: BaseDatabaseWrapper, **kwargs: Any) -> None:
    """Receiver of ``connection_created``."""
    if connection.alias == DEFAULT_DB_ALIAS and not any(
        isinstance(item, Watcher) for item in connection.execute_wrappers
    ):
        connection.execute_wrappers.append(Watcher(connection))


def looked(connection: BaseDatabaseWrapper) -> None:
    """Say that the version was read: what this connection writes after it is a new one, also in the same transaction."""
    for item in connection.execute_wrappers:
        if isinstance(item, Watcher):
            item.forget()


def note_change() -> None:
    """Say that something changed which no statement of ours wrote, such as a restored backup."""
    with transaction.atomic():
        connection = transaction.get_connection()
        watcher = next((item for item in connection.execute_wrappers if isinstance(item, Watcher)), None)
        (watcher or Watcher(connection)).note()
