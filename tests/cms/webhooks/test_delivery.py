"""What goes over the line: signed, in order, again after failures, never inside our network."""

from __future__ import annotations

import base64
import json
import socket
import threading
import time
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.test import override_settings
from django.utils import timezone
from standardwebhooks import Webhook, WebhookVerificationError

from cms import outbound
from cms.events.services import record
from cms.jobs.worker import CityWorker
from cms.sealing import Unreadable, seal, unseal
from cms.webhooks import courier, services
from cms.webhooks.courier import Courier
from cms.webhooks.models import WebhookDelivery, WebhookEndpoint
from cms.webhooks.sealed import PURPOSE
from tests.cms.webhooks.conftest import Receiver
from tests.conftest import make_service

pytestmark = pytest.mark.django_db
State = WebhookDelivery.State


def change(service: Any, times: int = 1) -> None:
    for _number in range(times):
        record(kind="service", object_id=service.pk, verb="published")


@pytest.fixture
def service(endpoint: Any, work: Any) -> Any:
    """A service that the endpoint knows."""
    service = make_service()
    work()
    return service


@pytest.fixture
def again(work: Any) -> Any:
    """Work until nothing is left, however long it would have waited."""

    def run(rounds: int = 30) -> None:
        for _round in range(rounds):
            WebhookDelivery.objects.filter(state="waiting").update(next_at=timezone.now())
            WebhookEndpoint.objects.update(held_until=None)
            work()
            if not WebhookDelivery.objects.filter(state="waiting").exists():
                return

    return run


def test_a_receiver_verifies_with_the_library(receiver: Receiver, endpoint: Any, service: Any, work: Any) -> None:
    change(service)
    work()
    _path, headers, body = receiver.requests[0]
    secret = unseal(endpoint.secret, PURPOSE)
    assert Webhook(secret).verify(body, headers)["type"] == "service.changed"
    with pytest.raises(WebhookVerificationError):
        Webhook(secret).verify(body.replace(b"changed", b"deleted"), headers)
    with pytest.raises(WebhookVerificationError):
        Webhook("whsec_" + base64.b64encode(b"x" * 32).decode()).verify(body, headers)


def test_while_a_secret_changes_both_are_valid(receiver: Receiver, endpoint: Any, service: Any, work: Any) -> None:
    old = unseal(endpoint.secret, PURPOSE)
    new = services.rotate_secret(endpoint=endpoint)
    change(service)
    work()
    _path, headers, body = receiver.requests[0]
    for secret in (old, new):
        assert Webhook(secret).verify(body, headers)
    WebhookEndpoint.objects.update(old_secret_until=timezone.now())
    change(service)
    work()
    _path, headers, body = receiver.requests[1]
    assert Webhook(new).verify(body, headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(old).verify(body, headers)


def test_secrets_lie_sealed(endpoint: Any) -> None:
    assert "whsec_" not in endpoint.secret
    assert unseal(endpoint.secret, PURPOSE).startswith("whsec_")
    sealed = seal("whsec_x", PURPOSE)
    with override_settings(SECRET_KEY="another" * 10, SECRET_KEY_FALLBACKS=["test-only-" + "0123456789" * 5]):
        assert unseal(sealed, PURPOSE) == "whsec_x"
    with override_settings(SECRET_KEY="another" * 10), pytest.raises(Unreadable):
        unseal(sealed, PURPOSE)


def test_failures_are_tried_again_with_the_same_id(
    receiver: Receiver, endpoint: Any, service: Any, work: Any, again: Any
) -> None:
    receiver.answer = lambda path, body: 500 if len(receiver.requests) < 4 else 200
    change(service)
    again()
    assert len(receiver.requests) == 4
    assert len({headers["webhook-id"] for _path, headers, _body in receiver.requests}) == 1
    row = WebhookDelivery.objects.get()
    assert (row.state, row.attempts, row.last_status) == (State.DONE, 4, 200)
    endpoint.refresh_from_db()
    assert (endpoint.failures, endpoint.failing_since) == (0, None)


@pytest.mark.parametrize("answer", ["hang", "close", 302, 404, 503])
def test_what_counts_as_a_failure(receiver: Receiver, service: Any, work: Any, answer: Any) -> None:
    receiver.answer = answer
    receiver.headers = {"Location": receiver.url + "-elsewhere"} if answer == 302 else {}
    change(service)
    with override_settings(WEBHOOK_FIRST_WAIT=30):
        work()
    row = WebhookDelivery.objects.get()
    assert (row.state, row.attempts) == (State.WAITING, 1)
    assert row.last_status == (answer if isinstance(answer, int) else None)
    assert bool(row.last_error) == isinstance(answer, str)
    assert timedelta(seconds=20) < row.next_at - timezone.now() < timedelta(seconds=40)
    assert receiver.told("/hook-elsewhere") == []  # no redirect is followed


def test_the_receiver_may_ask_for_more_time(receiver: Receiver, endpoint: Any, service: Any, work: Any) -> None:
    receiver.answer, receiver.headers = 429, {"Retry-After": "3600"}
    change(service)
    work()
    assert WebhookDelivery.objects.get().next_at > timezone.now() + timedelta(minutes=59)
    endpoint.refresh_from_db()
    assert endpoint.held_until > timezone.now() + timedelta(minutes=59)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [("60", 60), ("0", 0), ("999999999", 6 * 3600), ("-1", None), ("soon", None), ("", None), ("٣", None)],
)
def test_what_a_retry_after_says(value: str, seconds: int | None) -> None:
    found = courier._retry_after(value)
    assert (found.total_seconds() if found else found and 0) == seconds or (seconds == 0 and found == timedelta())


def test_waits_grow_to_about_three_days_in_all() -> None:
    with override_settings(WEBHOOK_FIRST_WAIT=30):
        waits = [courier.wait_after(number).total_seconds() for number in range(1, courier.MAX_ATTEMPTS)]
    assert 20 < waits[0] < 40
    assert max(waits) <= 6 * 3600 * 1.2
    assert 2 * 86_400 < sum(waits) < 4 * 86_400


def test_after_the_last_attempt_a_person_decides(
    receiver: Receiver, endpoint: Any, service: Any, work: Any, again: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(courier, "MAX_ATTEMPTS", 3)
    receiver.answer = lambda path, body: 500 if json.loads(body)["data"]["version"] == 1 else 200
    change(service, 2)
    again()
    states = dict(WebhookDelivery.objects.values_list("version", "state"))
    assert states == {1: State.DEAD, 2: State.DONE}  # what was given up holds nothing up
    receiver.answer = 200
    assert services.retry(rows=WebhookDelivery.objects.all()) == 1
    work()
    assert set(WebhookDelivery.objects.values_list("state", flat=True)) == {State.DONE}


def test_of_one_object_in_order_and_later_ones_wait(receiver: Receiver, service: Any, work: Any, again: Any) -> None:
    receiver.answer = lambda path, body: 500 if len(receiver.requests) <= 2 else 200
    change(service, 5)
    with override_settings(WEBHOOK_FIRST_WAIT=30):
        work()
        assert [json.loads(body)["data"]["version"] for _p, _h, body in receiver.requests] == [1]
    again()
    assert [json.loads(body)["data"]["version"] for _p, _h, body in receiver.requests] == [1, 1, 1, 2, 3, 4, 5]


def test_a_hanging_receiver_holds_nobody_up(receiver: Receiver, endpoint: Any, integration: Any, work: Any) -> None:
    services.create_endpoint(integration=integration, url=receiver.url.replace("/hook", "/other"), events=["*"])
    rows = [make_service(f"Leistung {number}") for number in range(20)]
    work()
    receiver.answer = lambda path, body: "hang" if path == "/hook" else 200
    for row in rows:
        change(row)
    began = time.monotonic()
    with override_settings(WEBHOOK_FIRST_WAIT=30):
        work()
    assert len(receiver.told("/other")) == 20
    assert len(receiver.told("/hook")) <= courier.PARALLEL + 3  # then it is left alone
    assert time.monotonic() - began < 30


def test_a_receiver_that_drips_is_cut_off(receiver: Receiver) -> None:
    server = socket.create_server(("127.0.0.1", 0))

    def drip() -> None:
        line, _address = server.accept()
        try:
            for _number in range(60):
                line.sendall(b"H")
                time.sleep(0.1)
        except OSError:
            line.close()

    threading.Thread(target=drip, daemon=True).start()
    began = time.monotonic()
    with pytest.raises(outbound.OutboundError):
        outbound.post(f"http://127.0.0.1:{server.getsockname()[1]}/", body=b"{}", headers={}, seconds=0.5)
    assert time.monotonic() - began < 2
    server.close()


def test_gone_switches_off_and_tells_the_contact(receiver: Receiver, endpoint: Any, service: Any, work: Any) -> None:
    receiver.answer = 410
    change(service)
    work()
    endpoint.refresh_from_db()
    assert (endpoint.state, endpoint.why_disabled) == ("disabled", "gone")
    assert [(message.to, "410" in message.body) for message in mail.outbox] == [(["app@partner.example"], True)]
    change(service)
    work()
    assert len(receiver.requests) == 1
    endpoint.state = "active"
    receiver.answer = 200
    services.change_endpoint(endpoint=endpoint)
    change(service)
    work()
    assert len(receiver.requests) == 2


def test_days_of_failure_switch_off_one_success_does_not(
    receiver: Receiver, endpoint: Any, service: Any, work: Any
) -> None:
    receiver.answer = 500
    change(service)
    with override_settings(WEBHOOK_FIRST_WAIT=30):
        work()
        WebhookEndpoint.objects.update(failing_since=timezone.now() - timedelta(days=3, minutes=1))
        WebhookDelivery.objects.update(next_at=timezone.now())
        work()
    endpoint.refresh_from_db()
    assert (endpoint.state, endpoint.why_disabled) == ("disabled", "failing")
    assert len(mail.outbox) == 1
    assert WebhookDelivery.objects.get().state == State.WAITING  # kept, and sent when it is switched on again
    endpoint.state, receiver.answer = "active", 200
    services.change_endpoint(endpoint=endpoint)
    WebhookDelivery.objects.update(next_at=timezone.now())
    work()
    assert WebhookDelivery.objects.get().state == State.DONE


def test_what_a_dead_worker_was_sending_goes_out_again_with_its_id(
    receiver: Receiver, endpoint: Any, service: Any, work: Any
) -> None:
    change(service)
    CityWorker(lanes=("events",), interval=0.01, until_idle=True).run()
    dead = Courier("dead-worker")
    letters = dead._take(5)
    courier.send(letters[0])  # it was sent, and the worker died before it wrote that down
    work()
    assert len(receiver.requests) == 2
    assert len({headers["webhook-id"] for _path, headers, _body in receiver.requests}) == 1
    courier.note(courier.Outcome(letters[0].delivery, 500, "", 1))  # comes too late to count
    assert WebhookDelivery.objects.get().state == State.DONE


@pytest.mark.parametrize(
    "url",
    [
        "https://127.0.0.1/hook",
        "https://10.0.0.1/hook",
        "https://[::1]/hook",
        "https://169.254.169.254/latest/meta-data/",
        "http://8.8.8.8/hook",
        "https://user:word@8.8.8.8/",
        "ftp://8.8.8.8/",
        "https://8.8.8.8:99999/",
        "hook",
        "",
        "https://[/",
    ],
)
def test_no_endpoint_inside_the_network_or_without_encryption(integration: Any, url: str) -> None:
    with pytest.raises(ValidationError) as refused:
        services.create_endpoint(integration=integration, url=url, events=["*"])
    assert "url" in refused.value.message_dict


def test_a_name_that_leads_inside_later_gets_nothing(
    receiver: Receiver, endpoint: Any, service: Any, work: Any
) -> None:
    change(service)
    with override_settings(
        OUTBOUND_ALLOWS=[], WEBHOOK_FIRST_WAIT=30
    ):  # the name led somewhere public when it was saved
        work()
    assert receiver.requests == []
    assert WebhookDelivery.objects.get().last_error == "address inside the network"


def test_the_checked_address_is_the_one_connected_to(
    receiver: Receiver, endpoint: Any, service: Any, work: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    original = socket.getaddrinfo

    def rebinding(host: Any, *args: Any, **kwargs: Any) -> Any:
        if host != "rebind.example":
            return original(host, *args, **kwargs)
        asked.append(host)
        return original("127.0.0.1" if len(asked) <= 2 else "10.0.0.1", *args, **kwargs)

    monkeypatch.setattr(socket, "getaddrinfo", rebinding)
    WebhookEndpoint.objects.update(url=receiver.url.replace("127.0.0.1", "rebind.example"))
    change(service)
    work()
    assert len(receiver.requests) == 1
    assert receiver.requests[0][1]["host"].startswith("rebind.example")
    change(service)
    with override_settings(WEBHOOK_FIRST_WAIT=30):
        work()
    assert len(receiver.requests) == 1  # now it leads inside


def test_only_known_events_can_be_chosen(integration: Any, receiver: Receiver) -> None:
    for events in ([], ["barrierreport.*"], ["person.changed"], ["service.exploded"]):
        with pytest.raises(ValidationError) as refused:
            services.create_endpoint(integration=integration, url=receiver.url, events=events)
        assert "events" in refused.value.message_dict


def test_a_test_message_means_nothing(receiver: Receiver, endpoint: Any, work: Any) -> None:
    services.ping(endpoint=endpoint)
    services.ping(endpoint=endpoint)
    work()
    assert receiver.types() == ["webhook.ping", "webhook.ping"]


def test_a_time_is_sent_again_in_order_with_the_same_ids(
    receiver: Receiver, endpoint: Any, service: Any, work: Any
) -> None:
    change(service, 3)
    work()
    first = [headers["webhook-id"] for _path, headers, _body in receiver.requests]
    assert services.replay(endpoint=endpoint, since=timezone.now() - timedelta(hours=1), kind="page") == 0
    assert services.replay(endpoint=endpoint, since=timezone.now() - timedelta(hours=1)) == 3
    work()
    assert [headers["webhook-id"] for _path, headers, _body in receiver.requests] == first * 2


def test_old_messages_are_forgotten(endpoint: Any, service: Any, work: Any) -> None:
    change(service)
    work()
    WebhookDelivery.objects.update(happened_at=timezone.now() - timedelta(days=40))
    assert services.forget(older_than=timedelta(days=30)) == 1


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer")
@pytest.mark.django_db(transaction=True)
def test_a_failure_is_noted_while_new_messages_are_written(endpoint: Any, work: Any) -> None:
    ping = services.ping(endpoint=endpoint)
    letters = Courier("somebody")._take(1)
    written, noted = threading.Event(), threading.Event()

    def write() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # the foreign key holds the endpoint's row from now on
            services.ping(endpoint=endpoint)
            written.set()
            noted.wait(10)
        connection.close()

    other = threading.Thread(target=write)
    other.start()
    assert written.wait(10)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = '2s'")
        courier.note(courier.Outcome(letters[0].delivery, 500, "", 1))
    noted.set()
    other.join()
    ping.refresh_from_db()
    assert ping.last_status == 500
