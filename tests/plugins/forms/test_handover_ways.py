"""The ways of handing over: what arrives, what never arrives twice, what is refused when it is set up."""

from __future__ import annotations

import csv
import io
import json
import os
import socket
import threading
import xml.etree.ElementTree as etree
from collections.abc import Iterator
from datetime import timedelta
from email import message_from_bytes
from pathlib import Path
from typing import Any

import paramiko
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import pkcs7
from cryptography.x509.oid import NameOID
from django.core import mail
from django.core.exceptions import ValidationError
from django.utils import timezone

from plugins.forms.handover.back_ends import GiveUp, TryAgain
from plugins.forms.handover.back_ends.folder import DropFolder
from plugins.forms.handover.back_ends.mail import MailWithSubmission
from plugins.forms.handover.back_ends.sftp import Sftp
from plugins.forms.handover.parcel import Parcel, ParcelFile
from tests.plugins.forms.conftest import ANSWERS

PARCEL = Parcel(
    key="ho_abc",
    form="hund-anmelden",
    title="Hund anmelden",
    version=1,
    reference="MZ-2026-7KQ4-PX3-C",
    payload={"format": 1, "id": "ho_abc", "form": {"slug": "hund-anmelden"}, "answers": {**ANSWERS, "bad": "a\x00b"}},
    files=(ParcelFile("../../Impfpaß <1>.PDF", "application/pdf", b"%PDF-x"),),
    pdf=b"%PDF-1.7 sent",
)


# --- formats -----------------------------------------------------------------------------------------------------


def test_json_is_the_same_bytes_each_time() -> None:
    assert json.loads(PARCEL.written("json"))["answers"]["name"] == "Erika Bei-Spiel"
    assert PARCEL.written("json") == PARCEL.written("json")


def test_xml_is_well_formed_whatever_was_typed() -> None:
    root = etree.fromstring(PARCEL.written("xml"))
    answers = {node.get("key"): node for node in root.find("answers") or []}
    assert answers["name"].text == "Erika Bei-Spiel"
    assert answers["dogs"].find("row/answer").text == "=Bello"
    assert answers["chipped"].text == "false"
    assert answers["bad"].text == "a\N{REPLACEMENT CHARACTER}b"


def test_csv_runs_nothing_in_a_spreadsheet() -> None:
    names, values = csv.reader(io.StringIO(PARCEL.written("csv").decode("utf-8-sig")), delimiter=";")
    row = dict(zip(names, values, strict=True))
    assert row["answers.dogs.0.dog_name"] == "'=Bello"
    assert row["answers.number"] == "7"


def test_a_format_nobody_knows() -> None:
    with pytest.raises(KeyError):
        PARCEL.written("docx")


# --- drop folder -------------------------------------------------------------------------------------------------


@pytest.fixture
def drop(tmp_path: Path, settings: Any) -> Path:
    settings.FORM_DROP_FOLDER = str(tmp_path)
    return tmp_path


def test_files_appear_whole_and_once(drop: Path) -> None:
    way = DropFolder()
    options = {"folder": "amt/hunde", "format": "xml"}
    way.deliver(PARCEL, options, {})
    document = drop / "amt/hunde/ho_abc.xml"
    assert document.read_bytes() == PARCEL.written("xml")
    assert (drop / "amt/hunde/ho_abc-1.pdf").read_bytes() == b"%PDF-x"
    document.write_bytes(b"being read")
    way.deliver(PARCEL, options, {})
    assert document.read_bytes() == b"being read"
    assert sorted(os.listdir(drop / "amt/hunde")) == ["ho_abc-1.pdf", "ho_abc.xml"]


def test_a_half_written_file_of_a_dead_worker_is_written_anew(drop: Path) -> None:
    (drop / "amt").mkdir()
    (drop / "amt/.ho_abc.json.part").write_bytes(b'{"format"')
    DropFolder().deliver(PARCEL, {"folder": "amt", "format": "json"}, {})
    assert json.loads((drop / "amt/ho_abc.json").read_bytes())["id"] == "ho_abc"
    assert sorted(os.listdir(drop / "amt")) == ["ho_abc-1.pdf", "ho_abc.json"]


def test_a_folder_that_leads_out_or_cannot_be_written(drop: Path, tmp_path_factory: Any, settings: Any) -> None:
    outside = tmp_path_factory.mktemp("outside")
    (drop / "out").symlink_to(outside)
    (drop / "file").write_text("x")
    for folder in ("out", "file"):
        with pytest.raises(TryAgain):
            DropFolder().deliver(PARCEL, {"folder": folder}, {})
    assert not os.listdir(outside)
    settings.FORM_DROP_FOLDER = ""
    with pytest.raises(TryAgain):
        DropFolder().deliver(PARCEL, {"folder": "x"}, {})


@pytest.mark.parametrize("folder", ["..", "a/../..", "/etc", "a//b", ".ssh", "a\n", "ü", "a b"])
def test_only_plain_folders_are_taken(drop: Path, folder: str) -> None:
    with pytest.raises(ValidationError):
        DropFolder().clean({"folder": folder}, {})


# --- mail --------------------------------------------------------------------------------------------------------


def certificate(*, days: int = 30, kind: str = "rsa") -> tuple[str, str, Any, Any]:
    """Return certificate and key, as PEM and as objects."""
    key: Any = rsa.generate_private_key(65537, 2048) if kind == "rsa" else ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "fachamt@mainz.example")])
    now = timezone.now()
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=60))
        .not_valid_after(now + timedelta(days=days))
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return made.public_bytes(pem).decode(), private.decode(), made, key


OPEN = {"to": "fachamt@mainz.example", "attach": "json", "with_files": True, "unencrypted": True}


def sent() -> Any:
    return message_from_bytes(mail.outbox[-1].message().as_bytes())


def test_a_mail_with_answers_and_files() -> None:
    MailWithSubmission().deliver(PARCEL, OPEN, {})
    message = sent()
    assert message["Message-ID"].startswith("<ho_abc@")
    names = {part.get_filename(): part.get_payload(decode=True) for part in message.walk() if part.get_filename()}
    assert json.loads(names["MZ-2026-7KQ4-PX3-C.json"])["answers"]["number"] == 7
    assert b"%PDF-x" in names.values()


def test_without_a_choice_nothing_personal_goes_out() -> None:
    way = MailWithSubmission()
    options = {"to": "fachamt@mainz.example", "attach": "nothing"}
    assert way.files(options) == "none"
    way.deliver(Parcel(**{**PARCEL.__dict__, "files": ()}), options, {})
    assert b"Erika" not in mail.outbox[-1].message().as_bytes()


def test_it_is_signed_and_encrypted_for_the_receiver() -> None:
    theirs, _key, their_certificate, their_key = certificate()
    ours, our_key, _certificate, _object = certificate()
    options = {**OPEN, "attach": "pdf", "certificate": theirs, "own_certificate": ours}
    MailWithSubmission().deliver(PARCEL, options, {"own_key": our_key})
    message = sent()
    assert message.get_content_type() == "application/pkcs7-mime"
    assert message.get_param("smime-type") == "enveloped-data"
    assert message["Message-ID"].startswith("<ho_abc@")
    assert message["To"] == "fachamt@mainz.example"
    raw = message.as_bytes()
    assert b"Erika" not in raw
    assert b"%PDF" not in raw
    opened = pkcs7.pkcs7_decrypt_der(message.get_payload(decode=True), their_certificate, their_key, [])
    inner = message_from_bytes(opened)
    assert inner.get_param("smime-type") == "signed-data"
    content = inner.get_payload(decode=True)
    assert b"%PDF" not in opened  # base64 inside
    assert len(pkcs7.load_der_pkcs7_certificates(content)) == 1
    assert pkcs7.load_der_pkcs7_certificates(content)[0].public_bytes(serialization.Encoding.PEM).decode() == ours


def test_a_certificate_that_ran_out_since_is_no_reason_to_send_readable() -> None:
    expired, *_rest = certificate(days=-1)
    with pytest.raises(GiveUp, match="expired"):
        MailWithSubmission().deliver(PARCEL, {**OPEN, "certificate": expired}, {})
    assert not mail.outbox


def test_a_mail_server_that_is_away(settings: Any) -> None:
    settings.MAIL_TRANSPORT = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    with pytest.raises(TryAgain, match="no answer"):
        MailWithSubmission().deliver(PARCEL, OPEN, {})


@pytest.mark.parametrize(
    ("options", "secrets", "field"),
    [
        ({"to": "x"}, {}, "to"),
        ({"attach": "json"}, {}, "certificate"),
        ({"certificate": "x"}, {}, "certificate"),
        ({"certificate": "expired"}, {}, "certificate"),
        ({"certificate": "ec"}, {}, "certificate"),
        ({"own_certificate": "good"}, {}, "own_key"),
        ({"own_certificate": "good"}, {"own_key": "x"}, "own_key"),
        ({"own_certificate": "good"}, {"own_key": "other"}, "own_key"),
    ],
)
def test_what_does_not_fit_is_refused(options: dict[str, str], secrets: dict[str, str], field: str) -> None:
    pems = {"expired": certificate(days=-1)[0], "ec": certificate(kind="ec")[0], "good": certificate()[0]}
    keys = {"other": certificate()[1]}
    given = {"to": "fachamt@mainz.example", "attach": "nothing"}
    given |= {name: pems.get(value, value) for name, value in options.items()}
    with pytest.raises(ValidationError) as refused:
        MailWithSubmission().clean(given, {name: keys.get(value, value) for name, value in secrets.items()})
    assert list(refused.value.message_dict) == [field]


# --- SFTP --------------------------------------------------------------------------------------------------------


class Door(paramiko.ServerInterface):
    """Lets in who knows the word."""

    def check_auth_password(self, username: str, password: str) -> int:
        good = (username, password) == ("stadt", "geheim")
        return paramiko.AUTH_SUCCESSFUL if good else paramiko.AUTH_FAILED

    def get_allowed_auths(self, username: str) -> str:
        return "password"

    def check_channel_request(self, kind: str, chanid: int) -> int:
        return paramiko.OPEN_SUCCEEDED


class Shelf(paramiko.SFTPServerInterface):
    """A folder on this machine."""

    root: Path

    def _path(self, path: str) -> Path:
        return self.root / path.lstrip("/")

    def stat(self, path: str) -> Any:
        try:
            return paramiko.SFTPAttributes.from_stat(os.stat(self._path(path)))
        except OSError as error:
            return paramiko.SFTPServer.convert_errno(error.errno)

    lstat = stat

    def open(self, path: str, flags: int, attr: Any) -> Any:
        handle = paramiko.SFTPHandle(flags)
        try:
            handle.writefile = open(self._path(path), "wb")  # noqa: SIM115
        except OSError as error:
            return paramiko.SFTPServer.convert_errno(error.errno)
        handle.readfile = handle.writefile
        return handle

    def rename(self, oldpath: str, newpath: str) -> int:
        if self._path(newpath).exists():
            return paramiko.SFTP_FAILURE
        os.rename(self._path(oldpath), self._path(newpath))
        return paramiko.SFTP_OK

    def remove(self, path: str) -> int:
        os.remove(self._path(path))
        return paramiko.SFTP_OK


@pytest.fixture
def machine(tmp_path: Path, settings: Any) -> Iterator[dict[str, Any]]:
    """An SSH server of paramiko; its options for a target."""
    settings.OUTBOUND_ALLOWS, settings.HAND_OVER_SECONDS = ["127.0.0.1/32"], 5.0
    key = paramiko.ECDSAKey.generate()
    listener = socket.create_server(("127.0.0.1", 0))
    (tmp_path / "ein").mkdir()
    shelf = type("OwnShelf", (Shelf,), {"root": tmp_path})
    transports = []

    def serve() -> None:
        while True:
            try:
                client, _address = listener.accept()
            except OSError:
                return
            transport = paramiko.Transport(client)
            transport.add_server_key(key)
            transport.set_subsystem_handler("sftp", paramiko.SFTPServer, shelf)
            transports.append(transport)
            try:
                transport.start_server(server=Door())
            except (paramiko.SSHException, EOFError):
                continue

    threading.Thread(target=serve, daemon=True).start()
    yield {
        "host": "127.0.0.1",
        "port": listener.getsockname()[1],
        "host_key": f"{key.get_name()} {key.get_base64()}",
        "user": "stadt",
        "folder": "ein",
        "format": "json",
    }
    listener.close()
    for transport in transports:
        transport.close()


def test_files_arrive_on_the_other_machine_once(machine: dict[str, Any], tmp_path: Path) -> None:
    way = Sftp()
    way.clean(machine, {"password": "geheim"})
    way.deliver(PARCEL, machine, {"password": "geheim"})
    assert sorted(os.listdir(tmp_path / "ein")) == ["ho_abc-1.pdf", "ho_abc.json"]
    assert (tmp_path / "ein/ho_abc.json").read_bytes() == PARCEL.written("json")
    (tmp_path / "ein/ho_abc.json").write_bytes(b"being read")
    way.deliver(PARCEL, machine, {"password": "geheim"})
    assert (tmp_path / "ein/ho_abc.json").read_bytes() == b"being read"


def test_another_machine_gets_nothing_not_even_the_password(machine: dict[str, Any], tmp_path: Path) -> None:
    other = paramiko.ECDSAKey.generate()
    options = {**machine, "host_key": f"{other.get_name()} {other.get_base64()}"}
    with pytest.raises(TryAgain, match="another key"):
        Sftp().deliver(PARCEL, options, {"password": "geheim"})
    assert not os.listdir(tmp_path / "ein")


@pytest.mark.parametrize("wrong", [{"user": "x"}, {"folder": "weg"}, {"port": 1}])
def test_what_goes_wrong_there_is_tried_again(machine: dict[str, Any], wrong: dict[str, Any]) -> None:
    with pytest.raises(TryAgain) as problem:
        Sftp().deliver(PARCEL, {**machine, **wrong}, {"password": "geheim"})
    assert "geheim" not in problem.value.why


@pytest.mark.parametrize(
    ("options", "secrets", "field"),
    [
        ({}, {}, "password"),
        ({}, {"private_key": "x"}, "private_key"),
        ({"host_key": "ssh-ed25519 ???"}, {"password": "x"}, "host_key"),
        ({"host": "10.0.0.1"}, {"password": "x"}, "host"),
        ({"folder": "../x"}, {"password": "x"}, "folder"),
    ],
)
def test_bad_machines_are_refused(machine: dict[str, Any], options: Any, secrets: Any, field: str) -> None:
    with pytest.raises(ValidationError) as refused:
        Sftp().clean({**machine, **options}, secrets)
    assert list(refused.value.message_dict) == [field]
