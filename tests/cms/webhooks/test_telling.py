"""Who is told what: only what the integration may see, and that it is gone, if it knew of it."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from cms.access.models import AccessRule
from cms.accounts.roles import STAFF_GROUP
from cms.directory.models import OpeningHours
from cms.events.services import record
from cms.integrations.services import create_integration
from cms.notices.models import Notice
from cms.notices.services import end_notice, save_notice
from cms.webhooks import telling
from cms.webhooks.models import KnownObject, WebhookDelivery
from cms.webhooks.services import change_endpoint, create_endpoint, replay
from tests.cms.webhooks.conftest import Receiver
from tests.conftest import make_location, make_page, make_service, make_unit, restrict

pytestmark = pytest.mark.django_db


def publish(thing: Any) -> None:
    thing.save_revision().publish()
    thing.refresh_from_db()


def withdraw(thing: Any) -> None:
    thing.refresh_from_db()
    thing.unpublish()


@pytest.fixture
def page(home: Any) -> Any:
    return make_page(home, "Zwiebelmarkt", live=False)


def test_a_page_from_draft_to_deletion(receiver: Receiver, endpoint: Any, work: Any, page: Any) -> None:
    work()
    page.title = "Zwiebelmarkt 2027"
    page.save_revision()
    work()
    assert receiver.requests == []  # a draft is nobody's business
    publish(page)
    work()
    publish(page)
    work()
    withdraw(page)
    work()
    pk = str(page.pk)
    assert receiver.told() == [("page.published", pk), ("page.changed", pk), ("page.unpublished", pk)]
    publish(page)
    work()
    type(page).objects.get(pk=page.pk).delete()
    work()
    assert receiver.told()[3:] == [("page.published", pk), ("page.deleted", pk)]
    versions = [json.loads(body)["data"]["version"] for _path, _headers, body in receiver.requests]
    assert versions == sorted(set(versions))


def test_a_service_from_draft_to_deletion(receiver: Receiver, endpoint: Any, work: Any) -> None:
    service = make_service(live=False)
    work()
    publish(service)
    work()
    withdraw(service)
    work()
    type(service).objects.get(pk=service.pk).delete()
    work()
    assert receiver.types() == ["service.published", "service.unpublished", "service.deleted"]
    message = json.loads(receiver.requests[0][2])
    assert message["data"]["api_url"].endswith(f"/api/v1/services/{message['data']['id']}/")


def test_what_was_there_before_is_not_news_but_its_end_is(receiver: Receiver, endpoint: Any, work: Any) -> None:
    service = make_service()
    work()
    assert receiver.requests == []
    withdraw(service)
    work()
    assert receiver.types() == ["service.unpublished"]


@pytest.mark.django_db(transaction=True)
def test_records_without_drafts(receiver: Receiver, endpoint: Any, work: Any) -> None:
    work()
    with transaction.atomic():  # as in every request
        unit, location = make_unit(), make_location()
    work()
    assert sorted(receiver.types()) == ["location.published", "unit.published"]
    receiver.requests.clear()
    unit.phone = "06131 12-0"
    unit.save()
    OpeningHours.objects.filter(location=location).first().delete()
    work()
    assert sorted(receiver.types()) == ["location.changed", "unit.changed"]
    receiver.requests.clear()
    unit.delete()
    location.delete()
    work()
    assert sorted(receiver.types()) == ["location.deleted", "unit.deleted"]


def test_a_record_and_its_children_are_one_change(roles: Any) -> None:
    from cms.events.models import Event

    location = make_location()
    location.save()
    assert Event.objects.filter(kind="location", object_id=location.pk).count() == 1


def test_a_notice_begins_and_ends_by_the_clock(receiver: Receiver, endpoint: Any, work: Any, home: Any) -> None:
    work()
    now = timezone.now()
    notice = save_notice(
        notice=Notice(
            headline={"de": "Sperrung"}, starts=now + timedelta(hours=1), access_rule=AccessRule.objects.public()
        )
    )
    work()
    assert receiver.requests == []  # planned: not to be seen yet
    Notice.objects.update(starts=now - timedelta(minutes=1))
    work()
    end_notice(notice=Notice.objects.get())
    work()
    pk = str(notice.pk)
    assert receiver.told() == [("notice.published", pk), ("notice.unpublished", pk)]


def test_a_restricted_page_is_never_told(receiver: Receiver, endpoint: Any, work: Any, page: Any, roles: Any) -> None:
    work()
    restrict(page, roles[STAFF_GROUP])
    publish(page)
    work()
    publish(page)
    withdraw(page)
    publish(page)
    type(page).objects.get(pk=page.pk).delete()
    work()
    assert receiver.requests == []
    assert not KnownObject.objects.filter(kind="page", object_id=page.pk).exists()


def test_the_integration_with_the_role_is_told_of_it(receiver: Receiver, work: Any, page: Any, roles: Any) -> None:
    inside = create_integration(name="Intranet-App", contact="app@mainz.example")
    inside.account.groups.add(roles[STAFF_GROUP])
    create_endpoint(integration=inside, url=receiver.url, events=["page.*"])
    work()
    restrict(page, roles[STAFF_GROUP])
    publish(page)
    work()
    assert receiver.types() == ["page.published"]
    inside.account.groups.clear()  # the role is taken away
    work()
    publish(page)
    work()
    assert receiver.types() == ["page.published", "page.unpublished"]


def test_a_section_that_becomes_private_is_gone_and_no_more_is_said(
    receiver: Receiver, endpoint: Any, work: Any, home: Any, roles: Any
) -> None:
    section = make_page(home, "Dezernat")
    below = make_page(section, "Protokolle")
    work()
    restrict(section, roles[STAFF_GROUP])
    publish(below)  # before anybody has compared
    work()
    assert sorted(receiver.told()) == sorted(
        [("page.unpublished", str(section.pk)), ("page.unpublished", str(below.pk))]
    )
    publish(below)
    work()
    assert len(receiver.requests) == 2
    section.view_restrictions.all().delete()
    from cms.access.pages import refresh_pages

    refresh_pages(section.path)
    work()
    assert sorted(receiver.types()) == ["page.published"] * 2 + ["page.unpublished"] * 2


def test_what_becomes_private_while_the_message_waits_is_not_told(
    receiver: Receiver, endpoint: Any, work: Any, page: Any, roles: Any
) -> None:
    work()
    endpoint.state = "paused"
    change_endpoint(endpoint=endpoint)
    publish(page)
    work()
    assert WebhookDelivery.objects.get().state == "waiting"
    restriction = restrict(page, roles[STAFF_GROUP])
    endpoint.state = "active"
    change_endpoint(endpoint=endpoint)
    work()
    withdraw(page)
    work()
    assert receiver.requests == []  # it never heard of it, so it does not hear of its end either
    assert set(WebhookDelivery.objects.values_list("state", flat=True)) == {"skipped"}
    restriction.delete()
    publish(page)
    work()
    assert receiver.types() == ["page.published"]


def test_what_is_sent_again_asks_again(receiver: Receiver, endpoint: Any, work: Any, page: Any, roles: Any) -> None:
    work()
    publish(page)
    work()
    restrict(page, roles[STAFF_GROUP])
    replay(endpoint=endpoint, since=timezone.now() - timedelta(hours=1))
    work()
    assert receiver.types() == ["page.published", "page.unpublished"]


def test_a_kind_that_nobody_declares_is_never_told(receiver: Receiver, endpoint: Any, work: Any) -> None:
    work()
    record(kind="barrierreport", object_id=1, verb="received")
    record(kind="person", object_id=1, verb="changed")
    work()
    assert receiver.requests == []


def test_only_what_was_asked_for(receiver: Receiver, integration: Any, work: Any, page: Any) -> None:
    create_endpoint(integration=integration, url=receiver.url, events=["page.unpublished", "service.*"])
    work()
    publish(page)
    work()
    withdraw(page)
    work()
    assert receiver.types() == ["page.unpublished"]


def test_nothing_for_an_integration_that_is_not_in_use(
    receiver: Receiver, endpoint: Any, integration: Any, work: Any, page: Any
) -> None:
    work()
    publish(page)
    integration.is_active = False
    integration.save()
    work()
    assert receiver.requests == []


def test_an_event_told_twice_makes_one_message(receiver: Receiver, endpoint: Any, work: Any, page: Any) -> None:
    from cms.contracts.events import Happened

    work()
    publish(page)
    happened = Happened(
        kind="page", object_id=str(page.pk), verb="published", version=1, at=timezone.now(), actor_id=None
    )
    telling.told(happened)
    telling.told(happened)
    assert WebhookDelivery.objects.count() == 1


def test_no_content_and_no_title_goes_out(receiver: Receiver, endpoint: Any, work: Any, page: Any) -> None:
    work()
    publish(page)
    work()
    message = json.loads(receiver.requests[0][2])
    assert set(message) == {"type", "timestamp", "data"}
    assert set(message["data"]) == {"kind", "id", "verb", "version", "api_url"}
    assert b"Zwiebelmarkt" not in receiver.requests[0][2]
