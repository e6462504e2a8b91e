"""Every statement that changes what public pages show changes the version, in the same transaction."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.db import connection, transaction
from django.utils import timezone
from wagtail.models import Page

from cms.caching import versions
from cms.caching.jobs import trim
from cms.caching.models import Change
from cms.caching.watching import changes_pages, unseen
from cms.directory.models import OrganisationUnit
from tests.conftest import make_page, make_unit

pytestmark = pytest.mark.django_db(transaction=True)


def version() -> str:
    return versions.current(timezone.now())


def test_a_changed_row_is_a_new_version() -> None:
    unit = make_unit()
    before = version()
    unit.phone = "06131 12-99"
    unit.save()
    assert version() != before


def test_an_update_of_many_rows_is_a_new_version() -> None:
    make_unit()
    before = version()
    OrganisationUnit.objects.update(phone="06131 12-98")
    assert version() != before


def test_a_raw_statement_is_a_new_version(home: Any) -> None:
    before = version()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE wagtailcore_page SET title = %s WHERE id = %s", ["Mainz am Rhein", home.pk])
    assert version() != before


def test_nothing_is_seen_of_a_transaction_that_was_rolled_back() -> None:
    unit = make_unit()
    before = version()
    with pytest.raises(RuntimeError), transaction.atomic():
        OrganisationUnit.objects.filter(pk=unit.pk).update(phone="1")
        raise RuntimeError
    assert version() == before


def test_a_change_after_a_rolled_back_savepoint_counts() -> None:
    unit = make_unit()
    before = version()
    with transaction.atomic():
        with pytest.raises(RuntimeError), transaction.atomic():
            OrganisationUnit.objects.filter(pk=unit.pk).update(phone="1")
            raise RuntimeError
        OrganisationUnit.objects.filter(pk=unit.pk).update(phone="2")
    assert version() != before


def test_a_transaction_after_a_rolled_back_one_counts() -> None:
    unit = make_unit()
    with pytest.raises(RuntimeError), transaction.atomic():
        OrganisationUnit.objects.filter(pk=unit.pk).update(phone="1")
        raise RuntimeError
    before = version()
    with transaction.atomic():
        OrganisationUnit.objects.filter(pk=unit.pk).update(phone="2")
    assert version() != before


def test_a_transaction_adds_one_row_however_much_it_writes() -> None:
    before = Change.objects.count()
    with transaction.atomic():
        unit = make_unit()
        for number in range(5):
            OrganisationUnit.objects.filter(pk=unit.pk).update(phone=str(number))
        assert Change.objects.count() == before + 1


def test_drafts_and_sessions_leave_the_version(home: Any) -> None:
    page = make_page(home, "Kultur")
    before = version()
    page.title = "Kultur und Freizeit"
    page.save_revision()
    Session.objects.create(session_key="a", session_data="b", expire_date=timezone.now())
    assert Page.objects.get(pk=page.pk).draft_title == "Kultur und Freizeit"
    assert version() == before


def test_a_schedule_is_a_new_version(home: Any) -> None:
    page = make_page(home, "Kultur")
    before = version()
    page.go_live_at = timezone.now() + timezone.timedelta(hours=1)
    page.save_revision().publish()
    assert version() != before


def test_tidying_up_never_brings_back_an_earlier_version() -> None:
    seen = set()
    for number in range(3):
        make_unit(f"Amt {number}")
        seen.add(version())
        Change.objects.update(at=timezone.now() - timezone.timedelta(hours=2))
        trim.call()
        assert version() not in seen
        seen.add(version())
    assert Change.objects.count() == 1


@pytest.mark.parametrize(
    ("sql", "shown"),
    [
        ('INSERT INTO "directory_location" ("slug") VALUES (%s)', True),
        ('INSERT OR IGNORE INTO "directory_location" ("slug") VALUES (%s)', True),
        ("DELETE FROM search_searchentry WHERE id IN (%s)", True),
        ('WITH a AS (SELECT 1) UPDATE "directory_location" SET "slug" = %s', True),
        ('  update directory_location set slug = %s', True),
        ('UPDATE "wagtailcore_page" SET "draft_title" = %s, "title" = %s WHERE "id" = %s', True),
        ('UPDATE "wagtailcore_page" SET "draft_title" = %s WHERE "wagtailcore_page"."title" = %s', False),
        ('UPDATE "forms_formversion" SET "data" = %s, "revision" = %s WHERE "id" = %s', False),
        ('UPDATE "forms_formversion" SET "data" = %s, "state" = %s WHERE "id" = %s', True),
        ('INSERT INTO "forms_formversion" ("data") VALUES (%s)', True),
        ('INSERT INTO "wagtailcore_revision" ("content") VALUES (%s)', False),
        ('UPDATE "wagtailcore_revision" SET "approved_go_live_at" = %s WHERE "id" = %s', True),
        ('UPDATE "django_session" SET "session_data" = %s', False),
        ('SELECT "UPDATE" FROM "directory_location"', False),
        ("CREATE TABLE a (b int)", False),
    ],
)  # fmt: skip
def test_statements_are_told_apart(sql: str, shown: bool) -> None:
    assert changes_pages(sql) is shown


def test_tables_of_public_content_are_not_among_the_unseen() -> None:
    assert not unseen().keys() & {
        "wagtailcore_page", "wagtailcore_site", "wagtailcore_pageviewrestriction", "access_pageaccess",
        "content_contentpage", "directory_location", "services_service", "search_searchentry", "plugins_pluginswitch",
        "wagtailredirects_redirect",
    }  # fmt: skip
