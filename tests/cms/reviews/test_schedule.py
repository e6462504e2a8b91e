"""A page with a time to go live, or to expire, passes the workflow: published at that second, never without approval."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any
from unittest import mock

import pytest
from django.test import Client
from django.utils import timezone
from wagtail.models import Revision, WorkflowState

from cms.content.models import ContentPage, SectionPage
from cms.content.scheduling import publish_due
from tests.conftest import client_of, make_page, make_user

from .test_workflow import section, task  # noqa: F401  (fixtures)

pytestmark = pytest.mark.django_db
#: The public address of the page.
PATH = "/kultur/museumsnacht/"


@pytest.fixture
def people(task: Any, roles: Any) -> tuple[Any, Any]:  # noqa: F811
    author, other = (make_user(name, roles["editors"], roles["staff"]) for name in ("anna", "otto"))
    return author, other


@pytest.fixture
def opens() -> datetime:
    return timezone.now().replace(microsecond=0) + timedelta(hours=2)


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    with mock.patch.object(timezone, "now", return_value=moment):
        yield


def public(moment: datetime) -> int:
    """Return how the page answers a reader at ``moment``."""
    with at(moment):
        return Client().get(PATH).status_code


def submitted(section: SectionPage, author: Any, **times: datetime) -> ContentPage:  # noqa: F811
    page = make_page(section, "Museumsnacht", live=False)
    for name, value in times.items():
        setattr(page, name, value)
    page.save_revision(user=author)
    page.get_workflow().start(page, author)
    return ContentPage.objects.get(pk=page.pk)


def approve(page: ContentPage, by: Any) -> Any:
    state = page.current_workflow_task_state
    url = f"/admin/pages/workflow/action/{page.pk}/approve/{state.pk}/"
    return client_of(by).post(url, {"comment": ""})


def test_an_approved_page_goes_live_at_its_second(section: Any, people: Any, opens: datetime) -> None:  # noqa: F811
    author, other = people
    page = submitted(section, author, go_live_at=opens)
    assert approve(page, other).status_code == 302
    page.refresh_from_db()
    assert (page.live, page.scheduled_revision.approved_go_live_at) == (False, opens)
    assert WorkflowState.objects.get().status == WorkflowState.STATUS_APPROVED
    assert public(opens - timedelta(seconds=1)) == 404
    assert public(opens + timedelta(seconds=1)) == 200


def test_without_approval_its_second_passes(section: Any, people: Any, opens: datetime) -> None:  # noqa: F811
    page = submitted(section, people[0], go_live_at=opens)
    with at(opens + timedelta(minutes=1)):
        publish_due()
    assert public(opens + timedelta(minutes=1)) == 404
    page.refresh_from_db()
    assert not page.live
    assert page.current_workflow_state.status == WorkflowState.STATUS_IN_PROGRESS


def test_who_submitted_it_does_not_schedule_it(section: Any, people: Any, opens: datetime) -> None:  # noqa: F811
    page = submitted(section, people[0], go_live_at=opens)
    approve(page, people[0])
    assert not Revision.objects.filter(approved_go_live_at__isnull=False).exists()
    assert public(opens + timedelta(seconds=1)) == 404


def test_approved_after_its_second_it_goes_live_at_once(section: Any, people: Any, opens: datetime) -> None:  # noqa: F811
    page = submitted(section, people[0], go_live_at=opens)
    late = opens + timedelta(hours=1)
    assert public(late) == 404
    with at(late):
        approve(page, people[1])
    assert public(late) == 200


def test_sent_back_it_stays_a_draft(section: Any, people: Any, opens: datetime) -> None:  # noqa: F811
    page = submitted(section, people[0], go_live_at=opens)
    page.current_workflow_task_state.reject(user=people[1], comment="Bitte ergänzen")
    assert public(opens + timedelta(seconds=1)) == 404


def test_a_change_of_a_live_page_waits_for_both(section: Any, people: Any, opens: datetime) -> None:  # noqa: F811
    author, other = people
    page = make_page(section, "Museumsnacht")
    page.save_revision().publish()
    page = ContentPage.objects.get(pk=page.pk)
    page.title, page.go_live_at = "Lange Nacht der Museen", opens
    page.save_revision(user=author)
    page.get_workflow().start(page, author)
    approve(ContentPage.objects.get(pk=page.pk), other)
    for moment, shown in ((opens - timedelta(seconds=1), False), (opens + timedelta(seconds=1), True)):
        with at(moment):
            assert ("Lange Nacht der Museen" in Client().get(PATH).content.decode()) is shown


def test_an_approved_expiry_ends_the_page_at_its_second(section: Any, people: Any, opens: datetime) -> None:  # noqa: F811
    page = submitted(section, people[0], expire_at=opens)
    approve(page, people[1])
    assert public(opens - timedelta(seconds=1)) == 200
    assert public(opens) == 404
    with at(opens + timedelta(seconds=1)):
        publish_due()
    page.refresh_from_db()
    assert (page.live, page.expired) == (False, True)


def test_an_expiry_nobody_approved_changes_nothing(section: Any, people: Any, opens: datetime) -> None:  # noqa: F811
    page = make_page(section, "Museumsnacht")
    page.save_revision().publish()
    page = ContentPage.objects.get(pk=page.pk)
    page.expire_at = opens
    page.save_revision(user=people[0])
    page.get_workflow().start(page, people[0])
    assert public(opens + timedelta(seconds=1)) == 200


def test_from_when_until_when(section: Any, people: Any, opens: datetime) -> None:  # noqa: F811
    ends = opens + timedelta(hours=1)
    page = submitted(section, people[0], go_live_at=opens, expire_at=ends)
    approve(page, people[1])
    answers = [public(moment) for moment in (opens - timedelta(seconds=1), opens + timedelta(seconds=1), ends)]
    assert answers == [404, 200, 404]
