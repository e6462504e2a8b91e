"""Webhooks in the admin: who may, what is shown, what the buttons do."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from cms.integrations.roles import MANAGERS_GROUP
from cms.sealing import unseal
from cms.webhooks.dashboard import tiles
from cms.webhooks.jobs import health
from cms.webhooks.models import WebhookDelivery, WebhookEndpoint
from cms.webhooks.sealed import PURPOSE
from tests.cms.webhooks.conftest import Receiver
from tests.conftest import client_of, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager(roles: Any, home: Any) -> Any:
    """Somebody who looks after integrations."""
    return client_of(make_user("technik", roles[MANAGERS_GROUP]))


@pytest.fixture
def dead(endpoint: WebhookEndpoint) -> WebhookDelivery:
    """A message that was given up."""
    return WebhookDelivery.objects.create(
        endpoint=endpoint, kind="service", object_id="7", verb="changed", version=3, happened_at=timezone.now(),
        state="dead", attempts=20, last_status=500,
    )  # fmt: skip


def test_a_manager_adds_one(manager: Any, integration: Any, receiver: Receiver) -> None:
    values = {"integration": integration.pk, "url": receiver.url, "description": "Karte", "events": ["service.*"],
              "state": "active"}  # fmt: skip
    answer = manager.post(reverse("webhooks:add"), values)
    assert answer.status_code == 302
    endpoint = WebhookEndpoint.objects.get()
    assert (endpoint.events, endpoint.description) == (["service.*"], "Karte")
    assert unseal(endpoint.secret, PURPOSE).startswith("whsec_")
    shown = manager.get(reverse("webhooks:index")).content.decode()
    assert "Karte" in shown
    assert "whsec_" not in shown


def test_a_wrong_address_is_said_in_the_form(manager: Any, integration: Any) -> None:
    values = {"integration": integration.pk, "url": "https://127.0.0.1/", "events": ["*"], "state": "active"}
    answer = manager.post(reverse("webhooks:add"), values)
    assert answer.status_code == 200
    assert "öffentlichen Internet" in answer.content.decode()
    assert not WebhookEndpoint.objects.exists()


def test_it_is_changed_and_paused(manager: Any, endpoint: WebhookEndpoint) -> None:
    WebhookEndpoint.objects.update(known_kinds=["page"])
    edit = reverse("webhooks:edit", args=[endpoint.pk])
    assert manager.get(edit).status_code == 200
    values = {"integration": endpoint.integration_id, "url": endpoint.url, "events": ["page.*"], "state": "paused"}
    assert manager.post(edit, values).status_code == 302
    endpoint.refresh_from_db()
    assert (endpoint.events, endpoint.state, endpoint.known_kinds) == (["page.*"], "paused", ["page"])


def test_messages_are_listed_and_filtered(
    manager: Any, dead: WebhookDelivery, django_assert_max_num_queries: Any
) -> None:
    address = reverse("webhooks:inspect", args=[dead.endpoint_id])
    with django_assert_max_num_queries(30):
        shown = manager.get(address).content.decode()
    assert dead.message_id in shown
    assert dead.endpoint.secret not in shown
    assert dead.message_id in manager.get(address, {"state": "dead", "kind": "service"}).content.decode()
    assert dead.message_id not in manager.get(address, {"state": "done"}).content.decode()
    for odd in ("\x00", "9" * 40, "'--"):
        assert manager.get(address, {"state": odd, "kind": odd, "p": odd}).status_code < 500


def test_the_secret_is_shown_and_the_log_says_so(manager: Any, endpoint: WebhookEndpoint) -> None:
    from wagtail.models import ModelLogEntry

    answer = manager.post(reverse("webhook_secret", args=[endpoint.pk]), {"deed": "show"})
    assert unseal(endpoint.secret, PURPOSE) in answer.content.decode().replace("&#x2B;", "+")
    assert "no-store" in answer["Cache-Control"]
    assert ModelLogEntry.objects.filter(action="webhooks.secret_shown").exists()
    answer = manager.post(reverse("webhook_secret", args=[endpoint.pk]), {"deed": "new"})
    assert unseal(endpoint.secret, PURPOSE) not in answer.content.decode().replace("&#x2B;", "+")


def test_the_buttons(manager: Any, dead: WebhookDelivery, receiver: Receiver, work: Any) -> None:
    def press(deed: str, **values: Any) -> None:
        assert manager.post(reverse("webhook_act", args=[dead.endpoint_id, deed]), values).status_code == 302

    press("ping")
    work()
    assert receiver.types() == ["webhook.ping"]
    press("retry", delivery=dead.pk)
    assert WebhookDelivery.objects.get(pk=dead.pk).state == "waiting"
    WebhookDelivery.objects.filter(pk=dead.pk).update(state="dead")
    press("skip")
    assert WebhookDelivery.objects.get(pk=dead.pk).state == "skipped"
    since = timezone.localtime() - timedelta(hours=1)
    press("replay", since=since.strftime("%Y-%m-%dT%H:%M"), kind="service")
    assert WebhookDelivery.objects.get(pk=dead.pk).state == "waiting"
    press("replay", since="gestern")
    for odd in ("x", "9" * 40, "-1"):
        assert (
            manager.post(reverse("webhook_act", args=[dead.endpoint_id, "retry"]), {"delivery": odd}).status_code == 404
        )
    assert manager.post(reverse("webhook_act", args=[dead.endpoint_id, "explode"])).status_code == 404
    assert manager.get(reverse("webhook_act", args=[dead.endpoint_id, "ping"])).status_code == 405


def test_editors_have_no_part_in_it(editor_user: Any, dead: WebhookDelivery) -> None:
    client = client_of(editor_user)
    number = dead.endpoint_id
    for name in ("index", "add"):
        assert client.get(reverse(f"webhooks:{name}")).status_code == 302
    for name in ("edit", "inspect", "delete"):
        answer = client.get(reverse(f"webhooks:{name}", args=[number]))
        assert answer.status_code == 302
        assert dead.message_id not in answer.content.decode()
    for address in (reverse("webhook_secret", args=[number]), reverse("webhook_act", args=[number, "retry"])):
        answer = client.post(address)
        assert "whsec_" not in answer.content.decode()
    assert WebhookDelivery.objects.get().state == "dead"


def test_strangers_see_nothing(client: Any, endpoint: WebhookEndpoint, home: Any) -> None:
    for address in (reverse("webhooks:index"), reverse("webhooks:inspect", args=[endpoint.pk])):
        assert client.get(address).status_code == 302
    assert client.post(reverse("webhook_secret", args=[endpoint.pk])).status_code == 302


def test_what_was_given_up_is_seen_by_those_who_can_help(rf: Any, roles: Any, dead: WebhookDelivery) -> None:
    request = rf.get("/")
    request.user = make_user("technik", roles[MANAGERS_GROUP])
    assert [(tile.value, tile.urgent) for tile in tiles(request)] == [(1, True)]
    request.user = make_user("jemand")
    assert tiles(request) == []
    assert [problem.name for problem in health()] == ["webhooks"]
    WebhookEndpoint.objects.update(state="disabled", why_disabled="failing")
    assert [problem.name for problem in health()] == ["webhooks", "webhooks_off"]
