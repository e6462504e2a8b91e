"""Contact pages: what is written reaches the office, robots and floods don't, and nothing typed is lost."""

from __future__ import annotations

import re
from typing import Any

import pytest

from cms import humans
from cms.content.models import ContactPage
from cms.notifications.models import Mail
from tests.conftest import client_of, make_location, make_page, make_unit

pytestmark = pytest.mark.django_db
GOOD = {"name": "Erika Beispiel", "email": "erika@beispiel.example", "subject": "Laterne", "message": "Sie ist aus."}


@pytest.fixture
def page(home: Any) -> ContactPage:
    """A contact page of an office."""
    unit = make_unit(email="amt@mainz.example")
    return make_page(home, "Kontakt", ContactPage, unit=unit, location=make_location())


def send(client: Any, monkeypatch: Any, seconds: int = 10, **values: str) -> Any:
    """Open the page, wait and send the form."""
    html = client.get("/kontakt/").content.decode()
    began = re.search(r'name="began" value="([^"]+)"', html)[1]  # type: ignore[index]
    now = humans.time.time()
    monkeypatch.setattr(humans.time, "time", lambda: now + seconds)
    answer = client.post("/kontakt/", GOOD | {"began": began, "website": ""} | values)
    monkeypatch.undo()
    return answer


def test_the_message_goes_to_the_office_and_the_answer_to_the_sender(client: Any, page: Any, monkeypatch: Any) -> None:
    answer = send(client, monkeypatch)
    assert (answer.status_code, answer["Location"]) == (302, "/kontakt/?sent=1")
    mail = Mail.objects.get()
    assert (mail.address, mail.reply_to) == ("amt@mainz.example", "erika@beispiel.example")
    assert "Laterne" in mail.subject
    assert "Sie ist aus." in mail.text
    assert "Erika Beispiel" in mail.text
    assert "unterwegs" in client.get("/kontakt/?sent=1").content.decode()


def test_nobody_has_to_give_a_name(client: Any, page: Any, monkeypatch: Any) -> None:
    assert send(client, monkeypatch, name="", email="").status_code == 302
    assert "keine Adresse" in Mail.objects.get().text


def test_an_address_of_the_page_comes_first(client: Any, page: Any, monkeypatch: Any) -> None:
    page.email = "buerger@mainz.example"
    page.save()
    send(client, monkeypatch)
    assert Mail.objects.get().address == "buerger@mainz.example"


@pytest.mark.parametrize(
    ("values", "field"),
    [({"message": ""}, "message"), ({"email": "keine"}, "email"), ({"subject": "x" * 121}, "subject")],
)
def test_mistakes_are_named_and_nothing_typed_is_lost(
    client: Any, page: Any, monkeypatch: Any, values: dict[str, str], field: str
) -> None:
    answer = send(client, monkeypatch, **values)
    assert answer.status_code == 400
    html = answer.content.decode()
    assert "error-summary" in html
    assert f'href="#id_{field}"' in html
    assert "Erika Beispiel" in html
    assert not Mail.objects.exists()


@pytest.mark.parametrize(
    ("seconds", "values"), [(10, {"website": "http://spam.example"}), (1, {}), (10, {"began": "erfunden"})]
)
def test_robots_are_thanked_and_not_heard(
    client: Any, page: Any, monkeypatch: Any, seconds: int, values: dict[str, str]
) -> None:
    assert send(client, monkeypatch, seconds, **values).status_code == 302
    assert not Mail.objects.exists()


def test_after_five_messages_an_hour_the_text_stays_and_waits(client: Any, page: Any, monkeypatch: Any) -> None:
    for _number in range(5):
        assert send(client, monkeypatch).status_code == 302
    answer = send(client, monkeypatch)
    assert answer.status_code == 429
    assert "Sie ist aus." in answer.content.decode()
    assert Mail.objects.count() == 5


def test_line_ends_make_no_headers(client: Any, page: Any, monkeypatch: Any) -> None:
    send(client, monkeypatch, subject="Hallo\r\nBcc: alle@beispiel.example")
    assert all("\n" not in mail.subject for mail in Mail.objects.all())


def test_markup_of_strangers_is_text(client: Any, page: Any, monkeypatch: Any) -> None:
    send(client, monkeypatch, message="<script>alert(1)</script> & mehr")
    mail = Mail.objects.get()
    assert "<script>" in mail.text
    assert "<script>" not in mail.html


def test_an_office_the_reader_may_not_see_is_not_shown(
    client: Any, page: Any, staff_rule: Any, staff_user: Any
) -> None:
    page.unit.access_rule = staff_rule
    page.unit.save()
    assert "Bürgeramt" not in client.get("/kontakt/").content.decode()
    assert "Bürgeramt" in client_of(staff_user).get("/kontakt/").content.decode()


def test_phone_hours_and_115_are_shown(client: Any, page: Any) -> None:
    html = client.get("/kontakt/").content.decode()
    for text in ("06131 12-0033", 'href="tel:115"', "Große Bleiche", "Montag"):
        assert text in html


def test_the_form_is_in_no_cache(client: Any, page: Any) -> None:
    assert "no-store" in client.get("/kontakt/")["Cache-Control"]


def test_a_form_without_reader_is_refused(home: Any) -> None:
    from django.core.exceptions import ValidationError

    with pytest.raises(ValidationError, match="Adresse|address"):
        ContactPage(title="Kontakt", slug="kontakt", path="000100010009", depth=3).full_clean()
