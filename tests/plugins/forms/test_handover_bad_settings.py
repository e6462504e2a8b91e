"""What an administrator must not set up: each is refused at its field, in German and English, and nothing is stored."""

from __future__ import annotations

import base64
import re
from dataclasses import replace
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from django.core import mail
from django.urls import reverse
from wagtail.users.models import UserProfile

from plugins.forms.handover.back_ends.mail import MailWithSubmission
from plugins.forms.handover.services import save_target
from plugins.forms.models import HandOverTarget
from tests.conftest import client_of, make_user
from tests.plugins.forms.specialist_system import SECRET
from tests.plugins.forms.test_handover_ways import OPEN, PARCEL, certificate

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("home")]
COMMON = {"name": "fach", "use": "always", "order": "0", "active": "on", "files": "none", "format": "json"}
WEBHOOK = {**COMMON, "url": "https://93.184.216.34/", "secret": SECRET}
MAIL = {**COMMON, "to": "amt@mainz.example", "attach": "nothing"}
FOLDER = {**COMMON, "folder": "hunde"}
KEY = base64.b64encode(b"\0\0\0\x0bssh-ed25519\0\0\0 " + bytes(range(32))).decode()
SFTP = {**COMMON, "host": "93.184.216.34", "port": "22", "host_key": f"ssh-ed25519 {KEY}", "user": "u", "password": "p"}


def odd_certificate() -> str:
    """Return a certificate of a version that does not exist."""
    whole = x509.load_pem_x509_certificate(certificate()[0].encode()).public_bytes(Encoding.DER)
    broken = whole.replace(b"\xa0\x03\x02\x01\x02", b"\xa0\x03\x02\x01\x09", 1)
    return f"-----BEGIN CERTIFICATE-----\n{base64.encodebytes(broken).decode()}-----END CERTIFICATE-----\n"


BAD: list[tuple[str, dict[str, Any], dict[str, Any], str]] = [
    *(
        ("webhook", WEBHOOK, {"url": url}, "url")
        for url in (
            "https://user:secret@93.184.216.34/",
            "https://user@93.184.216.34/",
            "http://93.184.216.34/",
            "https://127.0.0.1/",
            "https://localhost/",
            "https://10.1.2.3/",
            "https://169.254.169.254/latest/meta-data/",
            "https://[::1]/",
            "https://[::ffff:10.0.0.1]/",
            "https://0x7f000001/",
            "https://2130706433/",
            "https://127.1/",
            "https://0/",
            "https://93.184.216.34:99999/",
            "https://[bad/",
            "ftp://93.184.216.34/",
            "file:///etc/passwd",
            "javascript:alert(1)",
            "//93.184.216.34/",
            "https://",
            "https://" + "a" * 300 + ".example/",
            "https://ä" + "ö" * 70 + ".example/",
            "https://93.184.216.34/\r\nX-Injected: 1",
            "https://93.184.216.34\\@127.0.0.1/",
        )
    ),
    *(
        ("webhook", WEBHOOK, {"secret": secret}, "secret")
        for secret in ("whsec_", "whsec_a", "whsec_!!!!", "x", "whsec_ö", "whsec_" + "A" * 20, "A" * 44)
    ),
    *(
        ("mail", MAIL, {"to": to}, "to")
        for to in (
            "x",
            "a@b\nBcc: c@d.example",
            "a@mainz.example\r\nBcc: c@d.example",
            "a@mainz.example, c@d.example",
            "Amt <a@mainz.example>",
            "a" * 400 + "@mainz.example",
            "a@mainz.example\x00",
        )
    ),
    ("mail", MAIL, {"certificate": "keins"}, "certificate"),
    ("mail", MAIL, {"certificate": odd_certificate()}, "certificate"),
    ("mail", MAIL, {"certificate": certificate()[1]}, "certificate"),
    ("mail", MAIL, {"attach": "json"}, "certificate"),
    ("mail", MAIL, {"attach": "exe"}, "attach"),
    ("mail", MAIL, {"own_certificate": certificate()[0], "own_key": "keiner"}, "own_key"),
    *(
        ("folder", FOLDER, {"folder": folder}, "folder")
        for folder in ("..", "../x", "a/../../b", "/etc", "a\\..\\b", ".ssh", "a\x00b", "~root", "a//b", "*", "ä", "")
    ),
    ("sftp", SFTP, {"folder": "../x"}, "folder"),
    *(
        ("sftp", SFTP, {"host_key": key}, "host_key")
        for key in (
            "ssh-ed25519",
            "ssh-ed25519 AAAA",
            "ssh-ed25519 ???",
            f"ssh-rsa {KEY}",
            f"ssh-dss {KEY}",
            f"ecdsa-sha2-nistp256 {KEY}",
            f"ecdsa-sha2-x {KEY}",
            f"ssh-ed25519 {KEY[:-12]}",
            certificate()[0],
        )
    ),
    *(
        ("sftp", SFTP, {"host": host}, "host")
        for host in ("10.0.0.1", "localhost", "::1", "127.1", "a b", "..", "ä" * 100, "x@y", "93.184.216.34/x")
    ),
    *(("sftp", SFTP, {"port": port}, "port") for port in ("0", "70000", "x", "-1")),
    ("sftp", SFTP, {"private_key": "keiner"}, "private_key"),
    ("sftp", SFTP, {"password": ""}, "password"),
    *(("webhook", WEBHOOK, {"fields": keys}, "fields") for keys in ("*", "name*", "dogs.*", "dog_name", "weg name")),
    *(("webhook", WEBHOOK, {"name": name}, "name") for name in ("", "*", "a b", "../x", "ä", "a" * 61, "fach\n.x")),
    ("webhook", WEBHOOK, {"order": "-1"}, "order"),
    ("webhook", WEBHOOK, {"order": "9" * 5000}, "order"),
    ("webhook", WEBHOOK, {"name": "vergeben"}, "name"),
    ("webhook", WEBHOOK, {"use": "never"}, "use"),
    (
        "fit_connect",
        {**COMMON, "service": "urn:de:fim:leika:leistung:99123456760610", "area": "07"},
        {"service": "urn:*"},
        "service",
    ),
]


@pytest.fixture
def people(settings: Any, tmp_path: Any) -> dict[str, Any]:
    """An administrator who reads German, and one who reads English."""
    settings.FORM_DROP_FOLDER = str(tmp_path)
    found = {}
    for language in ("de", "en"):
        user = make_user(f"chef-{language}", is_superuser=True)
        UserProfile.objects.update_or_create(user=user, defaults={"preferred_language": language})
        found[language] = client_of(user)
    return found


@pytest.mark.parametrize(("way", "good"), [("webhook", WEBHOOK), ("mail", MAIL), ("folder", FOLDER), ("sftp", SFTP)])
def test_the_rest_of_the_settings_is_good(
    people: dict[str, Any], dog_form: Any, way: str, good: dict[str, Any]
) -> None:
    address = reverse("form_target_new", args=[dog_form.pk]) + f"?back_end={way}"
    answer = people["de"].post(address, {**good, "fields": "name\ndogs"})
    assert answer.status_code == 302, answer.context["form"].errors
    assert HandOverTarget.objects.count() == 1


def test_bad_settings_are_refused_at_their_field_in_both_languages(people: dict[str, Any], dog_form: Any) -> None:
    save_target(form=dog_form, name="vergeben", back_end="inbox", options={})
    problems = []
    for way, good, bad, field in BAD:
        address, said = reverse("form_target_new", args=[dog_form.pk]) + f"?back_end={way}", {}
        for language, client in people.items():
            answer = client.post(address, {**good, **bad})
            if answer.status_code != 200 or list(answer.context["form"].errors) != [field]:
                errors = answer.context["form"].errors.as_data() if answer.context else ""
                problems.append((way, bad, answer.status_code, errors))
                break
            page = answer.content.decode()
            said[language] = re.findall(r'class="error-message">(.*?)</p>', page, re.S)
            assert len(said[language]) == 1, (bad, said)
            assert re.search(rf'<[^>]*id="id_{field}"[^>]*aria-invalid="true"|aria-invalid="true"[^>]*id="id_{field}"', page), bad  # fmt: skip
        else:
            if said["de"] == said["en"]:
                problems.append((way, bad, "one language", said))
    assert not problems, "\n".join(map(str, problems))
    assert HandOverTarget.objects.get().name == "vergeben"


def test_a_title_of_two_lines_adds_no_header() -> None:
    MailWithSubmission().deliver(replace(PARCEL, title="Hund\r\nBcc: dieb@example.org"), OPEN, {})
    message = mail.outbox[-1].message()
    assert message["Bcc"] is None
    assert message["Subject"].startswith("Hund Bcc: dieb@example.org")
