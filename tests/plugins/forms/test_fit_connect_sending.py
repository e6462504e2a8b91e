"""Our hand-overs to other authorities through FIT-Connect: encrypted for them, submitted once, followed to the decision."""

from __future__ import annotations

import base64
import hashlib
import json
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID
from django.core.exceptions import ValidationError
from django.db import connection
from django.utils import timezone

from cms.cases.models import Case
from cms.cases.services import open_case, text_of
from cms.jobs.worker import CityWorker
from plugins.forms.fit_connect import jobs, keys, metadata, sending
from plugins.forms.fit_connect.client import Client
from plugins.forms.handover import watching
from plugins.forms.handover.back_ends import GiveUp, TryAgain, back_ends
from plugins.forms.handover.courier import Errand, note, send
from plugins.forms.handover.packing import pack
from plugins.forms.handover.parcel import Parcel, ParcelFile
from plugins.forms.handover.services import save_target
from plugins.forms.models import HandOver, SentSubmission
from tests.plugins.forms.conftest import submitted
from tests.plugins.forms.filled import make_form
from tests.plugins.forms.fit_connect_fixtures import City
from tests.plugins.forms.fit_connect_simulator import SERVICE, Destination, decrypted, key, public

pytestmark = pytest.mark.django_db
State = SentSubmission.State


@pytest.fixture
def other(city: City) -> Destination:
    """Another authority."""
    return city.simulator.add_destination("land")


@pytest.fixture
def parcel(city: City) -> Parcel:
    """What a hand-over brings."""
    case = open_case(kind="submission", object_id="1", title={"de": "Hund"}, unit=None, steps=[], language="de").case
    inline = {"id": "f1", "name": "Impfpass.pdf", "content": base64.b64encode(b"%PDF geimpft").decode()}
    return Parcel(
        key="ho_1",
        form="hund",
        title="Hund anmelden",
        version=1,
        reference=case.reference,
        payload={
            "schema": "https://mainz.example/schema",
            "submitted_at": "2026-11-28T10:00:00Z",
            "answers": {"name": "Erika Bei-Spiel"},
            "files": [inline],
        },
        files=(ParcelFile("Impfpass.pdf", "application/pdf", b"%PDF geimpft"),),
        pdf=b"%PDF alles",
    )


def deliver(parcel: Parcel, **options: Any) -> None:
    back_ends()["fit_connect"].deliver(parcel, {"service": SERVICE, **options}, {})


def deliver_to(other: Destination, parcel: Parcel) -> None:
    deliver(parcel, destination=other.number)


def arrived(city: City, other: Destination) -> Any:
    """Return the only submission that the other authority sees."""
    (row,) = [row for row in city.simulator.submissions.values() if row.submitted and row.destination == other.number]
    return row


def test_it_arrives_encrypted_with_hashes_and_files(city: City, other: Destination, parcel: Parcel) -> None:
    deliver_to(other, parcel)
    row = arrived(city, other)
    data = decrypted(row.data, other.encryption)
    found = metadata.read(decrypted(row.metadata, other.encryption))
    assert json.loads(data)["answers"] == {"name": "Erika Bei-Spiel"}
    assert json.loads(data)["files"] == [{"id": "f1", "name": "Impfpass.pdf"}]
    assert found["contentStructure"]["data"]["hash"]["content"] == hashlib.sha512(data).hexdigest()
    assert found["additionalReferenceInfo"] == {
        "senderReference": parcel.reference,
        "applicationDate": "2026-11-28",
    }
    listed = [
        (one["purpose"], one["filename"], decrypted(row.attachments[one["attachmentId"]], other.encryption))
        for one in found["contentStructure"]["attachments"]
    ]
    assert listed == [("form", "hund.pdf", b"%PDF alles"), ("attachment", "Impfpass.pdf", b"%PDF geimpft")]
    assert "Erika" not in str(vars(row))
    sent = SentSubmission.objects.get()
    assert (sent.state, str(sent.submission_id)) == (State.SENT, row.number)


def test_the_same_again_sends_nothing(city: City, other: Destination, parcel: Parcel) -> None:
    deliver_to(other, parcel)
    before = len(city.simulator.calls)
    deliver_to(other, parcel)
    assert len(city.simulator.calls) == before


def test_as_a_hand_over_of_a_form(city: City, other: Destination) -> None:
    form = make_form()
    save_target(
        form=form,
        name="land",
        back_end="fit_connect",
        options={"service": SERVICE, "destination": other.number, "with_pdf": False},
    )
    row = submitted(form)
    with_row = HandOver.objects.select_related("target").get(submission=row)
    HandOver.objects.update(state=HandOver.State.SENDING)
    with_row.refresh_from_db()
    way = back_ends()["fit_connect"]
    options = with_row.target.options  # type: ignore[union-attr]
    errand = Errand(with_row, way, pack(with_row, files=way.files(options), with_pdf=False), options, {})
    note(send(errand))
    with_row.refresh_from_db()
    assert (with_row.state, with_row.last_error) == (HandOver.State.DONE, "")
    assert arrived(city, other).service["identifier"] == SERVICE


def test_a_refusal_gives_the_hand_over_back(city: City, other: Destination, parcel: Parcel) -> None:
    form = make_form()
    options = {"service": SERVICE, "destination": other.number, "with_pdf": False}
    save_target(form=form, name="land", back_end="fit_connect", options=options)
    submitted(form)
    HandOver.objects.update(key=parcel.key, state=HandOver.State.DONE)
    deliver_to(other, parcel)
    problem = {"type": "https://schema.fitko.de/fit-connect/events/problems/schema-violation"}
    city.simulator.decide(arrived(city, other), "reject-submission", payload={"problems": [problem]})
    city.follow()
    row = HandOver.objects.get()
    assert row.state == HandOver.State.GIVEN_UP
    assert row.last_error == "the other authority has refused it (schema-violation)"
    assert [one.name for one in watching.health()] == ["form_hand_overs"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor == "sqlite", reason="its entries of cases can't be flushed")
def test_by_the_worker_and_its_threads(city: City, other: Destination) -> None:
    form = make_form()
    options = {"service": SERVICE, "destination": other.number, "with_pdf": False}
    save_target(form=form, name="land", back_end="fit_connect", options=options)
    submitted(form)
    CityWorker(lanes=("couriers",), interval=0.01, until_idle=True).run()
    assert HandOver.objects.get().state == HandOver.State.DONE
    assert str(SentSubmission.objects.get().submission_id) == arrived(city, other).number


# --- to whom -------------------------------------------------------------------------------------------------


def test_the_routing_api_names_the_destination(city: City, other: Destination, parcel: Parcel) -> None:
    city.simulator.route(other)
    deliver(parcel, area="07315000")
    assert arrived(city, other)


def test_a_route_needs_the_portal_s_signature(city: City, other: Destination, parcel: Parcel) -> None:
    city.simulator.route(other, private=key("foreign", "sign"))
    city.simulator.route(other, submissionHost="anderswo.example")
    city.simulator.route(other, destinationId="00000000-0000-4000-8000-000000000000")
    with pytest.raises(GiveUp, match="0 destinations"):
        deliver(parcel, area="07315000")
    assert not city.simulator.submissions


def test_two_responsible_ones_are_for_people_to_decide(city: City, other: Destination, parcel: Parcel) -> None:
    city.simulator.route(other)
    city.simulator.route(city.destination)
    with pytest.raises(GiveUp, match="2 destinations"):
        deliver(parcel, area="07315000")


def test_a_destination_that_is_not_active(city: City, other: Destination, parcel: Parcel) -> None:
    other.status = "inactive"
    with pytest.raises(GiveUp, match="not active"):
        deliver_to(other, parcel)
    assert SentSubmission.objects.get().last_error == "the destination is not active"


@pytest.mark.parametrize(
    ("options", "wrong"),
    [
        ({"service": "99123456760610"}, {"service", "area"}),
        ({"service": SERVICE}, {"area"}),
        ({"service": SERVICE, "destination": "x"}, {"destination"}),
        ({"service": SERVICE, "area": "1"}, {"area"}),
        ({"service": "urn:de:other:1", "area": "07315000"}, {"area"}),
        ({"service": "urn:de:other:1", "area": "07315"}, {"service"}),
    ],
)
def test_options_that_cannot_be_right(options: dict[str, str], wrong: set[str]) -> None:
    with pytest.raises(ValidationError) as refused:
        back_ends()["fit_connect"].clean(options, {})
    assert set(refused.value.message_dict) == wrong


# --- with which key ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"alg": "RSA-OAEP"}, "RSA-OAEP-256"),
        ({"kty": "EC"}, "RSA-OAEP-256"),
        ({"key_ops": ["verify"]}, "wrapKey"),
        ({"key_ops": ["wrapKey", "verify"]}, "wrapKey"),
        ({"kid": "another-key"}, "number"),
        ({"n": public(key("short", "unwrapKey", 2048))["n"]}, "4096"),
        ({"n": "!"}, "4096"),
        ({"e": "Aw"}, "4096"),
        ({"x5c": ["AAAA"]}, "broken"),
        ({"x5c": "nein"}, "broken"),
    ],
)
def test_a_key_that_may_not_be_used(
    city: City, other: Destination, parcel: Parcel, change: dict[str, Any], why: str
) -> None:
    other.keys[other.encryption["kid"]].update(change)
    with pytest.raises(TryAgain, match=why):
        deliver_to(other, parcel)
    assert not [row for row in city.simulator.submissions.values() if row.attachments or row.submitted]


def _certificate(subject: str, public_key: Any, issuer: str, signer: Any, *, ca: bool, days: int = 30) -> Any:
    now = datetime.now(UTC)

    def named(text: str) -> x509.Name:
        return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])

    builder = (
        x509.CertificateBuilder()
        .subject_name(named(subject))
        .issuer_name(named(issuer))
        .public_key(public_key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=60))
        .not_valid_after(now + timedelta(days=days))
        .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False)
    )
    if ca:
        usage = {name: False for name in ("digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement", "encipher_only", "decipher_only")}  # fmt: skip
        builder = builder.add_extension(x509.KeyUsage(key_cert_sign=True, crl_sign=True, **usage), critical=True)
        builder = builder.add_extension(x509.SubjectKeyIdentifier.from_public_key(public_key), critical=False)
    return builder.sign(signer, hashes.SHA256())


def _der(certificate: Any) -> str:
    return base64.b64encode(certificate.public_bytes(serialization.Encoding.DER)).decode()


def test_with_trusted_authorities_a_key_needs_their_certificate(
    city: City, other: Destination, parcel: Parcel, tmp_path: Any
) -> None:
    root, stranger = (rsa.generate_private_key(65537, 2048) for _number in range(2))
    anchor = _certificate("V-PKI", root.public_key(), "V-PKI", root, ca=True)
    (tmp_path / "trust.pem").write_bytes(anchor.public_bytes(serialization.Encoding.PEM))
    city.settings["trust"] = str(tmp_path / "trust.pem")
    inside = other.encryption.get_op_key("unwrapKey").public_key()
    handed = other.keys[other.encryption["kid"]]
    with pytest.raises(TryAgain, match="no certificate"):
        deliver_to(other, parcel)
    for certificate, why in (
        (_certificate("land", inside, "V-PKI", stranger, ca=False), "trusted"),
        (_certificate("land", stranger.public_key(), "V-PKI", root, ca=False), "another key"),
        (_certificate("land", inside, "V-PKI", root, ca=False, days=-1), "not valid now"),
    ):
        handed["x5c"] = [_der(certificate)]
        with pytest.raises(TryAgain, match=why):
            deliver_to(other, parcel)
    handed["x5c"] = [_der(_certificate("land", inside, "V-PKI", root, ca=False)), _der(anchor)]
    deliver_to(other, parcel)
    assert arrived(city, other)


def test_keys_of_files_are_checked_too(city: City) -> None:
    with pytest.raises(keys.KeyRefused):
        keys.check_key(public(key("mainz-sig", "sign")), keys.ENCRYPT, kid=None)


# --- whatever goes wrong -------------------------------------------------------------------------------------


@pytest.mark.parametrize("fault", [500, 429, "drop", "drop after", "slow", "nonsense"])
@pytest.mark.parametrize(
    "call",
    [
        "POST /token",
        "GET /v1/destinations",
        "GET /keys/",
        "POST /v1/submissions",
        "PUT /attachments/",
        "PUT /v1/submissions/",
    ],
)
def test_whatever_goes_wrong_once_it_arrives_once(
    city: City, other: Destination, parcel: Parcel, call: str, fault: Any
) -> None:
    if fault == "slow":
        city.settings["seconds"], city.simulator.slow = 0.7, 1.4
    city.simulator.broken = {call: [fault]}
    try:
        deliver_to(other, parcel)
    except TryAgain:
        city.settings["seconds"], city.simulator.broken = 20.0, {}
        deliver_to(other, parcel)
    assert len(arrived(city, other).attachments) == 2
    assert SentSubmission.objects.get().state == State.SENT


def test_a_submission_that_the_service_has_forgotten_begins_anew(
    city: City, other: Destination, parcel: Parcel
) -> None:
    city.simulator.broken = {"PUT /attachments/": [500]}
    with pytest.raises(TryAgain):
        deliver_to(other, parcel)
    city.simulator.submissions.clear()
    with pytest.raises(TryAgain, match="404"):
        deliver_to(other, parcel)
    deliver_to(other, parcel)
    assert arrived(city, other)


class Killed(BaseException):
    """As if the process ended here."""


@pytest.mark.parametrize("place", ["create", "add_attachment", "submit"])
@pytest.mark.parametrize("after", [False, True])
def test_a_crash_doubles_nothing(
    city: City, other: Destination, parcel: Parcel, monkeypatch: pytest.MonkeyPatch, place: str, after: bool
) -> None:
    good = getattr(Client, place)

    def killed(self: Client, *args: Any, **values: Any) -> None:
        if after:
            good(self, *args, **values)
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(Client, place, killed)
        with pytest.raises(Killed):
            deliver_to(other, parcel)
    deliver_to(other, parcel)
    assert arrived(city, other)


def test_switched_off(city: City, other: Destination, parcel: Parcel) -> None:
    city.settings["url"] = ""
    with pytest.raises(TryAgain, match="FIT_CONNECT_URL"):
        deliver_to(other, parcel)


# --- what becomes of it --------------------------------------------------------------------------------------


def test_accepted(city: City, other: Destination, parcel: Parcel) -> None:
    deliver_to(other, parcel)
    city.follow()
    assert SentSubmission.objects.get().state == State.SENT
    city.simulator.decide(arrived(city, other), "accept-submission")
    city.follow()
    row = SentSubmission.objects.get()
    assert (row.state, row.problems) == (State.ACCEPTED, [])
    assert jobs.health() == []


def test_refused_and_sent_again_by_a_person(city: City, other: Destination, parcel: Parcel) -> None:
    deliver_to(other, parcel)
    problems = [
        {"type": "https://schema.fitko.de/fit-connect/events/problems/hash-mismatch", "detail": "von Erika"},
        {"type": "https://anderswo.example/Erika Bei-Spiel"},
    ]
    city.simulator.decide(arrived(city, other), "reject-submission", payload={"problems": problems})
    city.follow()
    row = SentSubmission.objects.get()
    assert (row.state, row.problems) == (State.REJECTED, ["hash-mismatch", "other"])
    entry = Case.objects.get(reference=parcel.reference).entries.last()
    assert entry is not None
    assert not entry.public
    assert "Prüfsumme" in text_of(entry)
    first = city.simulator.submissions.pop(str(row.submission_id))
    deliver_to(other, parcel)
    again = SentSubmission.objects.get()
    assert (again.state, str(again.submission_id) == first.number) == (State.SENT, False)
    assert arrived(city, other)


def test_the_first_decision_counts_whatever_the_order(city: City, other: Destination, parcel: Parcel) -> None:
    deliver_to(other, parcel)
    row, now = arrived(city, other), int(time.time())
    city.simulator.decide(row, "reject-submission", at=now + 9)
    city.simulator.decide(row, "accept-submission", at=now + 5)
    city.simulator.arrange = lambda log: [*log[::-1], *log]
    city.follow()
    assert SentSubmission.objects.get().state == State.ACCEPTED


def test_only_the_destination_itself_decides(city: City, other: Destination, parcel: Parcel) -> None:
    deliver_to(other, parcel)
    row = arrived(city, other)
    city.simulator.decide(row, "accept-submission", private=key("foreign", "sign"))
    forged = key("forged", "sign")
    city.simulator.destinations[other.number].keys[forged["kid"]] = public(key("forged2", "sign"))
    city.simulator.decide(row, "accept-submission", private=forged)
    city.simulator.note(row, "accept-submission")
    row.log.append("kein.token.")
    city.follow()
    sent = SentSubmission.objects.get()
    assert (sent.state, sent.last_error) == (State.SENT, "3 events have no signature that holds")


@pytest.mark.parametrize("fault", [500, "drop", "nonsense"])
def test_a_log_that_cannot_be_had(city: City, other: Destination, parcel: Parcel, fault: Any) -> None:
    deliver_to(other, parcel)
    city.simulator.decide(arrived(city, other), "accept-submission")
    city.simulator.broken = {"GET /events": [fault]}
    city.follow()
    row = SentSubmission.objects.get()
    assert (row.state, row.attempts, bool(row.last_error)) == (State.SENT, 1, True)
    city.follow()
    row = SentSubmission.objects.get()
    assert (row.state, row.last_error) == (State.ACCEPTED, "")


def test_given_up_and_tried_again(city: City, other: Destination, parcel: Parcel, admin_user: Any) -> None:
    deliver_to(other, parcel)
    SentSubmission.objects.update(attempts=sending.MAX_ATTEMPTS - 1)
    city.simulator.broken = {"GET /events": [500]}
    city.follow()
    row = SentSubmission.objects.get()
    assert row.state == State.GIVEN_UP
    assert [one.name for one in jobs.health()] == ["fit_connect_given_up"]
    assert sending.retry(row=row, by=admin_user)
    assert not sending.retry(row=row, by=admin_user)
    city.simulator.decide(arrived(city, other), "accept-submission")
    city.follow()
    assert SentSubmission.objects.get().state == State.ACCEPTED


def test_undecided_for_two_weeks(city: City, other: Destination, parcel: Parcel) -> None:
    deliver_to(other, parcel)
    SentSubmission.objects.update(created_at=timezone.now() - jobs.UNDECIDED)
    assert [one.name for one in jobs.health()] == ["fit_connect_late"]
