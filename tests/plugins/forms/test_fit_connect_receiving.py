"""Applications that come in through FIT-Connect: one case each, refused with problems, never lost, never twice."""

from __future__ import annotations

import json
import threading
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.db import connection
from django.utils import timezone
from jwcrypto.jwk import JWK

from cms.cases.models import Case
from cms.notifications.models import Mail
from cms.sealing import unseal, unseal_bytes
from plugins.forms.fit_connect import client, jobs, receiving
from plugins.forms.fit_connect.client import Client
from plugins.forms.models import Deletion, FitConnectContact, FitConnectService, ReceivedFile, ReceivedSubmission
from plugins.forms.models.fit_connect import RECEIVED
from tests.conftest import make_unit
from tests.plugins.forms.filled import make_form
from tests.plugins.forms.fit_connect_fixtures import APPLICATION, City
from tests.plugins.forms.fit_connect_simulator import EVENTS, SERVICE, key, signed_event

pytestmark = pytest.mark.django_db
State = ReceivedSubmission.State
ACCEPT, REJECT = EVENTS + "accept-submission", EVENTS + "reject-submission"


def refused_for(city: City, row: Any) -> list[tuple[str, str]]:
    """Return the problems with which we have refused it, as the delivery service has them."""
    (decision,) = city.simulator.decisions(row)
    assert list(decision) == [REJECT]
    return [(one["type"].rpartition("/")[2], one["instance"]) for one in decision[REJECT]["problems"]]


def test_an_application_opens_a_case_and_is_accepted(city: City) -> None:
    sent = city.simulator.apply(
        city.destination, APPLICATION, files={"Impfpass.pdf": b"%PDF-1.7 " + b"x" * 300_000}, mail="erika@example.org"
    )
    city.receive()
    row = ReceivedSubmission.objects.select_related("case__unit").get()
    assert (row.state, str(row.submission_id), row.service) == (State.ACCEPTED, sent.number, SERVICE)
    assert json.loads(row.content["data"]) == APPLICATION
    assert "Erika" not in row.sealed
    file = row.files.get()
    assert unseal(file.sealed_name, RECEIVED) == "Impfpass.pdf"
    with file.content.open() as stored:
        raw = stored.read()
    assert b"%PDF" not in raw
    assert unseal_bytes(raw, RECEIVED).startswith(b"%PDF-1.7 xxx")
    assert (row.case.kind, row.case.object_id, row.case.unit.slug) == ("fit_connect", str(row.pk), "poststelle")
    assert row.case.title_text == "Hundesteuer anmelden"
    (decision,) = city.simulator.decisions(sent)
    assert decision[ACCEPT]["authenticationTags"]["data"] == (sent.data or "").split(".")[4]
    mail = Mail.objects.get()
    assert (mail.address, row.case.reference in mail.subject) == ("erika@example.org", True)


def test_it_belongs_to_the_form_of_its_service(city: City) -> None:
    form = make_form()
    FitConnectService.objects.create(identifier=SERVICE, form=form)
    city.simulator.apply(city.destination, APPLICATION)
    city.receive()
    row = ReceivedSubmission.objects.select_related("case").get()
    assert (row.form, row.case.unit) == (form, form.unit)
    assert row.case.title["de"] == form.text("title", "de")


def test_a_service_may_have_a_unit_of_its_own(city: City) -> None:
    unit = make_unit("Ordnungsamt", "30")
    FitConnectService.objects.create(identifier=SERVICE, unit=unit, form=make_form())
    city.simulator.apply(city.destination, APPLICATION)
    city.receive()
    assert Case.objects.get().unit == unit


def test_without_the_unit_of_the_settings_it_is_not_lost_either(city: City) -> None:
    city.settings["unit"] = "gibt-es-nicht"
    city.simulator.apply(city.destination, APPLICATION)
    city.receive()
    assert Case.objects.get().unit is None


def test_xml_and_compressed(city: City) -> None:
    xml = b"<antrag><name>Erika Bei-Spiel</name></antrag>"
    city.simulator.apply(
        city.destination, xml, kind="application/xml", zipped=True, files={"groß.pdf": bytes(range(256)) * 4000}
    )
    city.receive()
    row = ReceivedSubmission.objects.get()
    assert (row.state, row.content["data"]) == (State.ACCEPTED, xml.decode())
    assert row.files.get().size == 256 * 4000


def test_many_in_pages(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("plugins.forms.fit_connect.client.PAGE", 2)
    for number in range(5):
        city.simulator.apply(city.destination, {"n": number})
    city.receive()
    assert Case.objects.count() == 5
    assert not ReceivedSubmission.objects.exclude(state=State.ACCEPTED).exists()


def test_the_same_one_twice_opens_one_case(city: City) -> None:
    city.simulator.list_twice = True
    sent = city.simulator.apply(city.destination, APPLICATION)
    city.receive()
    city.receive()
    assert Case.objects.count() == ReceivedSubmission.objects.count() == len(city.simulator.decisions(sent)) == 1


# --- refused -------------------------------------------------------------------------------------------------


def _wrong_hash(metadata: dict[str, Any]) -> dict[str, Any]:
    metadata["contentStructure"]["data"]["hash"]["content"] = "0" * 128
    return metadata


def _wrong_file_hash(metadata: dict[str, Any]) -> dict[str, Any]:
    metadata["contentStructure"]["attachments"][0]["hash"]["content"] = "0" * 128
    return metadata


def _without_files(metadata: dict[str, Any]) -> dict[str, Any]:
    metadata["contentStructure"]["attachments"] = []
    return metadata


def _other_service(metadata: dict[str, Any]) -> dict[str, Any]:
    metadata["publicServiceType"]["identifier"] = "urn:de:fim:leika:leistung:99000000000000"
    return metadata


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (_wrong_hash, ("hash-mismatch", "data")),
        (_wrong_file_hash, ("hash-mismatch", "attachment")),
        (_without_files, ("attachments-mismatch", "metadata")),
        (_other_service, ("service-mismatch", "metadata")),
        (lambda _metadata: b"{kein json", ("syntax-violation", "metadata")),
        (lambda _metadata: b"[" * 100_000, ("syntax-violation", "metadata")),
        (lambda _metadata: [], ("schema-violation", "metadata")),
        (lambda metadata: {"$schema": metadata["$schema"]}, ("schema-violation", "metadata")),
        (lambda metadata: {**metadata, "replyChannel": {}}, ("schema-violation", "metadata")),
        (lambda metadata: {**metadata, "$schema": "https://example.org/9"}, ("unsupported-schema", "metadata")),
    ],
)
def test_broken_metadata_and_wrong_hashes_are_refused(city: City, change: Any, problem: tuple[str, str]) -> None:
    sent = city.simulator.apply(city.destination, APPLICATION, files={"a.pdf": b"%PDF"}, change=change)
    city.receive()
    ((kind, instance),) = refused_for(city, sent)
    assert (kind, instance.partition(":")[0]) == problem
    row = ReceivedSubmission.objects.get()
    assert (row.state, row.case, row.sealed) == (State.REJECTED, None, "")
    assert not Case.objects.exists()
    assert not ReceivedFile.objects.exists()


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"{kein json", "application/json"),
        (b"\xff\xfe", "application/json"),
        (b"<offen>", "application/xml"),
        (b'<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/passwd">]><a>&e;</a>', "application/xml"),
    ],
)
def test_data_that_is_not_what_it_says_is_refused(city: City, data: bytes, kind: str) -> None:
    sent = city.simulator.apply(city.destination, data, kind=kind)
    city.receive()
    assert refused_for(city, sent) == [("syntax-violation", "data")]


def test_encrypted_with_another_key_that_bears_our_number_is_refused(city: City) -> None:
    foreign = key("foreign", "unwrapKey")
    sent = city.simulator.apply(city.destination, APPLICATION, private=_named(foreign, city.destination.encryption))
    city.receive()
    assert refused_for(city, sent) == [("encryption-issue", "metadata")]


def _named(private: Any, other: Any) -> Any:
    return JWK(**{**private.export(as_dict=True), "kid": other["kid"]})


def test_what_was_exchanged_on_the_way_is_refused(city: City) -> None:
    sent = city.simulator.apply(city.destination, APPLICATION)
    other = city.simulator.apply(city.destination, {"name": "Mallory"})
    city.simulator.submissions.pop(other.number)
    sent.metadata, sent.data = other.metadata, other.data
    city.receive()
    assert refused_for(city, sent) == [
        ("incorrect-authentication-tag", "metadata"),
        ("incorrect-authentication-tag", "data"),
    ]


# --- ours to put right: nothing is refused, nothing is lost --------------------------------------------------


def test_a_key_that_we_do_not_have_is_not_the_sender_s_fault(city: City) -> None:
    sent = city.simulator.apply(city.destination, APPLICATION, private=key("older", "unwrapKey"))
    city.receive()
    row = ReceivedSubmission.objects.get()
    assert (row.state, city.simulator.decisions(sent)) == (State.WAITING, [])
    assert "a key that we don't have" in row.last_error
    row.attempts = receiving.MAX_ATTEMPTS - 1
    row.save()
    city.receive()
    row.refresh_from_db()
    assert row.state == State.GIVEN_UP
    assert [one.name for one in jobs.health()] == ["fit_connect_given_up"]
    city.receive()
    assert ReceivedSubmission.objects.get().state == State.GIVEN_UP


def test_an_older_key_still_opens(city: City, tmp_path: Any) -> None:
    older = key("older", "unwrapKey")
    (tmp_path / "older.json").write_text(older.export_private())
    city.settings["decryption_keys"] += (str(tmp_path / "older.json"),)
    city.simulator.apply(city.destination, APPLICATION, private=older)
    city.receive()
    assert ReceivedSubmission.objects.get().state == State.ACCEPTED


def test_nobody_vouches_that_it_was_sent(city: City) -> None:
    sent = city.simulator.apply(city.destination, APPLICATION)
    good, sent.log = sent.log, []
    for name in ("submit-submission", "notify-submission"):
        forged = signed_event(
            name, key("foreign", "sign"), issuer=city.simulator.ISSUER, submission=sent.number, case=sent.case
        )
        sent.log.append(forged)
    city.simulator.arrange = lambda log: [*log, "kein.token."]
    city.receive()
    assert not Case.objects.exists()
    assert "3 events" in ReceivedSubmission.objects.get().last_error
    sent.log = good
    city.receive()
    assert ReceivedSubmission.objects.get().state == State.ACCEPTED


@pytest.mark.parametrize("fault", [500, 503, 429, 403, "drop", "drop after", "slow", "drip", "nonsense"])
@pytest.mark.parametrize(
    "call",
    [
        "POST /token",
        "GET /v1/submissions?",
        "GET /v1/submissions/",
        "GET /attachments/",
        "GET /events",
        "POST /events",
        "GET /.well-known",
    ],
)
def test_whatever_goes_wrong_once_it_comes_in_once(city: City, call: str, fault: Any) -> None:
    if fault in ("slow", "drip"):
        city.settings["seconds"], city.simulator.slow = 0.7, 1.4
    sent = city.simulator.apply(city.destination, APPLICATION, files={"a.pdf": b"%PDF" * 20})
    city.simulator.broken = {call: [fault]}
    city.receive()
    city.settings["seconds"], city.simulator.broken = 20.0, {}
    city.receive()
    row = ReceivedSubmission.objects.get()
    assert (row.state, Case.objects.count(), row.files.count()) == (State.ACCEPTED, 1, 1)
    assert [list(one) for one in city.simulator.decisions(sent)] == [[ACCEPT]]


def test_a_token_that_is_over_is_replaced(city: City) -> None:
    for number in range(3):
        city.simulator.apply(city.destination, {"n": number})
    client = Client(city.access)
    list(client.waiting(city.destination.number))
    city.simulator.tokens.clear()
    assert len(list(client.waiting(city.destination.number))) == 3
    assert city.simulator.calls.count("POST /token") == 2
    city.simulator.lifetime = 10  # over at once
    Client(city.access)
    city.receive()
    assert Case.objects.count() == 3


def test_events_out_of_order(city: City) -> None:
    city.simulator.arrange = lambda log: [*reversed(log), *log]
    city.simulator.apply(city.destination, APPLICATION)
    city.receive()
    assert ReceivedSubmission.objects.get().state == State.ACCEPTED


def test_a_wrong_secret_is_told_to_operators(city: City) -> None:
    city.settings["client_secret"] = "falsch"
    city.receive()
    contact = FitConnectContact.objects.get(job="receive")
    assert contact.last_error == "HTTP 401"
    assert jobs.health() == []
    FitConnectContact.objects.update(failing_since=timezone.now() - timedelta(hours=1))
    assert [one.name for one in jobs.health()] == ["fit_connect"]
    city.settings["client_secret"] = city.simulator.secret
    city.receive()
    assert jobs.health() == []


def test_one_destination_away_does_not_stop_the_other(city: City) -> None:
    city.settings["destinations"] = ("00000000-0000-4000-8000-000000000000", *city.settings["destinations"])
    city.simulator.apply(city.destination, APPLICATION)
    city.receive()
    assert ReceivedSubmission.objects.get().state == State.ACCEPTED
    assert FitConnectContact.objects.get(job="receive").last_error == "HTTP 404 (destination-not-found)"


# --- crashes -------------------------------------------------------------------------------------------------


class Killed(BaseException):
    """As if the process ended here."""


def _killed(*_args: Any, **_values: Any) -> Any:
    raise Killed


@pytest.mark.parametrize("place", ["fetch", "keep", "acknowledge", "_open"])
def test_a_crash_loses_and_doubles_nothing(city: City, monkeypatch: pytest.MonkeyPatch, place: str) -> None:
    sent = city.simulator.apply(city.destination, APPLICATION, files={"a.pdf": b"%PDF"})
    with monkeypatch.context() as patched:
        patched.setattr(receiving, place, _killed)
        with pytest.raises(Killed):
            city.receive()
    city.receive()
    row = ReceivedSubmission.objects.get()
    assert (row.state, Case.objects.count(), row.files.count()) == (State.ACCEPTED, 1, 1)
    assert len(city.simulator.decisions(sent)) == 1


def test_a_crash_after_acknowledging(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    sent = city.simulator.apply(city.destination, APPLICATION)
    good = Client.add_event

    def then_killed(self: Client, case: str, token: str) -> None:
        good(self, case, token)
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(Client, "add_event", then_killed)
        with pytest.raises(Killed):
            city.receive()
    assert ReceivedSubmission.objects.get().state == State.OPENED
    city.receive()
    assert ReceivedSubmission.objects.get().state == State.ACCEPTED
    assert len(city.simulator.decisions(sent)) == Case.objects.count() == 1


def test_files_of_a_failed_transaction_do_not_stay(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    city.simulator.apply(city.destination, APPLICATION, files={"a.pdf": b"%PDF"})
    before = set(default_storage.listdir("forms")[1]) if default_storage.exists("forms") else set()
    with monkeypatch.context() as patched:
        patched.setattr(receiving, "_open", _killed)
        with pytest.raises(Killed):
            city.receive()
    assert set(default_storage.listdir("forms")[1]) == before


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor == "sqlite", reason="one writer at a time")
def test_two_workers_at_once(city: City) -> None:
    for number in range(4):
        city.simulator.apply(city.destination, {"n": number}, files={"a.pdf": b"%PDF"})

    def run() -> None:
        try:
            receiving.receive(city.access)
        finally:
            connection.close()

    workers = [threading.Thread(target=run) for _number in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    city.receive()
    assert Case.objects.count() == ReceivedFile.objects.count() == 4
    assert set(ReceivedSubmission.objects.values_list("state", flat=True)) == {State.ACCEPTED}
    assert all(len(city.simulator.decisions(row)) == 1 for row in city.simulator.submissions.values())


def test_no_call_is_made_in_a_transaction(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    depth, good, seen = len(connection.savepoint_ids), client.call, []

    def watched(*args: Any, **values: Any) -> Any:
        seen.append(len(connection.savepoint_ids) - depth)
        return good(*args, **values)

    monkeypatch.setattr(client, "call", watched)
    city.simulator.apply(city.destination, APPLICATION, files={"a.pdf": b"%PDF"})
    city.receive()
    assert seen
    assert set(seen) == {0}


def test_content_is_erased_when_its_time_is_over(city: City) -> None:
    city.simulator.apply(city.destination, APPLICATION, files={"a.pdf": b"%PDF"})
    city.receive()
    name = ReceivedFile.objects.get().content.name
    assert jobs.erase_old.call() == 0
    ReceivedSubmission.objects.update(created_at=timezone.now() - jobs.KEPT)
    assert jobs.erase_old.call() == 1
    assert not ReceivedSubmission.objects.exists()
    assert (Deletion.objects.get().submissions, Deletion.objects.get().files) == (1, 1)
    assert Case.objects.exists()
    assert name


def test_nothing_personal_in_logs_and_rows(city: City, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    city.simulator.apply(city.destination, APPLICATION, change=_wrong_hash)
    city.simulator.apply(city.destination, b'{"name": "Erika Bei-Spiel', mail="erika@example.org")
    city.simulator.apply(city.destination, APPLICATION)
    city.receive()
    assert "Erika" not in caplog.text
    assert city.simulator.secret not in caplog.text
    for row in ReceivedSubmission.objects.values():
        assert "Erika" not in str(row)
