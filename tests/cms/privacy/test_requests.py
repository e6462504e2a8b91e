"""Who asks what is kept about them: found without an account, read only by those with the right, erased when nobody needs it."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from wagtail.models import ModelLogEntry

from cms.accessibility.models import BarrierReport
from cms.accounts.models import User
from cms.accounts.roles import EDITORS_GROUP, set_up_roles
from cms.cases.models import Case
from cms.cases.services import add_entry, open_case, set_state
from cms.contracts.privacy import ColumnTracer, Sought
from cms.notifications.models import Mail
from cms.privacy import services
from cms.privacy.jobs import forget_requests, look_up
from cms.privacy.models import PersonRequest
from cms.privacy.roles import DATA_PROTECTION_GROUP
from tests.conftest import client_of, make_user

pytestmark = pytest.mark.django_db
PAGE = "/admin/personal-data/"
MAIL = "erika@example.org"


@pytest.fixture
def officer(home: Any) -> Any:
    return make_user("dsb", set_up_roles()[DATA_PROTECTION_GROUP])


@pytest.fixture
def client(officer: Any) -> Client:
    return client_of(officer)


def make_case(**values: Any) -> Case:
    """A finished case of somebody without an account, with words about them."""
    given = {
        "kind": "x",
        "object_id": "1",
        "title": {"de": "Hund anmelden"},
        "unit": None,
        "steps": [],
        "language": "de",
    }
    case = open_case(**{**given, "mail": MAIL, **values}).case
    add_entry(case=case, verb="noted", text="Frau Beispiel hat angerufen.", public=False)
    set_state(case=case, state=Case.State.DONE)
    return case


def asked(client: Client, **values: str) -> PersonRequest:
    """Ask by the page and let the worker search."""
    answer = client.post(PAGE, {"file_number": "DS-7/26", **values})
    assert answer.status_code == 302, answer.content.decode()
    request = PersonRequest.objects.latest("pk")
    assert request.is_busy
    assert "Bereichen durchsucht" in client.get(answer["Location"]).content.decode()
    look_up.func(request.pk)
    request.refresh_from_db()
    assert request.state == PersonRequest.State.DONE
    return request


def page_of(client: Client, request: PersonRequest) -> str:
    return client.get(f"{PAGE}{request.pk}/").content.decode()


def act(client: Client, request: PersonRequest, deed: str, keys: list[str]) -> Any:
    return client.post(f"{PAGE}{request.pk}/", {"deed": deed, "key": keys})


@pytest.mark.parametrize(
    ("sought", "text", "found"),
    [
        (Sought(mail=MAIL), {"m": "Erika@Example.org"}, True),
        (Sought(mail=MAIL), ["Schreiben Sie an erika@example.org."], True),
        (Sought(mail=MAIL), "frederika@example.org", False),
        (Sought(mail=MAIL), "erika@example.org.test", False),
        (Sought(mail=MAIL), {MAIL: "der Schlüssel zählt nicht"}, False),
        (Sought(words=("Beispiel", "1980-03-12")), {"name": "Erika BEISPIEL", "born": "1980-03-12"}, True),
        (Sought(words=("Beispiel", "1980-03-12")), {"name": "Erika Beispiel"}, False),
        (Sought(words=("Beispiel",)), {"name": "Beispielhaft"}, False),
        (Sought(mail=MAIL, words=("Muster",)), {"name": "Max Muster"}, True),
        (Sought(words=("55116",)), {"rows": [{"postcode": 55116}]}, True),
        (Sought(reference="MZ-2026-AAAA-AAA-A"), "MZ-2026-AAAA-AAA-A", False),
    ],
)
def test_a_person_is_told_from_others(sought: Sought, text: Any, found: bool) -> None:
    assert sought.is_in(text) is found


@pytest.mark.parametrize("group", [None, EDITORS_GROUP])
def test_nobody_else_comes_near(home: Any, client: Client, group: str | None) -> None:
    make_case()
    request = asked(client, mail=MAIL)
    other = client_of(make_user("other", *([set_up_roles()[group]] if group else [])))
    for path in (PAGE, f"{PAGE}{request.pk}/"):
        for answer in (
            other.get(path),
            other.post(path, {"deed": "hand_out", "key": request.keys}),
            Client().get(path),
        ):
            assert answer.status_code == 302
            assert MAIL not in answer.content.decode()
    with pytest.raises(services.PermissionDenied):
        services.erase(request=request, keys=request.keys, by=make_user("third"))
    if group:
        assert "personal-data" not in other.get("/admin/").content.decode()
    assert "personal-data" in client.get("/admin/").content.decode()


def test_a_case_is_found_handed_out_and_erased(client: Client, officer: Any) -> None:
    case = make_case()
    make_case(mail="max@example.org")
    request = asked(client, mail="Erika@Example.org")
    assert request.keys == [f"cases.cases:{case.pk}"]
    shown = page_of(client, request)
    assert case.reference in shown
    assert "Frau Beispiel hat angerufen." in shown

    answer = act(client, request, "hand_out", request.keys)
    assert answer["Cache-Control"].startswith("private, no-store")
    archive = zipfile.ZipFile(io.BytesIO(answer.content))
    assert sorted(archive.namelist()) == ["auskunft.html", "auskunft.json"]
    assert MAIL in archive.read("auskunft.html").decode()
    row = json.loads(archive.read("auskunft.json"))[0]
    assert (row["kind"], row["data"]["reference"]) == ("cases.cases", case.reference)

    asks = act(client, request, "ask", request.keys).content.decode()
    assert "Endgültig löschen" in asks
    case.refresh_from_db()
    assert case.erased_at is None, "asking erases nothing"
    assert act(client, request, "erase", request.keys).status_code == 302
    case.refresh_from_db()
    assert (case.mail, bool(case.erased_at)) == ("", True)
    request.refresh_from_db()
    assert (request.keys, request.erased, bool(request.handed_out_at)) == ([], 1, True)
    log = ModelLogEntry.objects.filter(action__startswith="privacy.").order_by("pk")
    assert [(row.action, row.user) for row in log] == [
        (f"privacy.{what}", officer) for what in ("search", "hand_out", "erase")
    ]
    assert MAIL not in str([(row.label, row.data) for row in log])


def test_by_number_and_by_name(client: Client) -> None:
    case = make_case(mail="")
    typed = case.reference.replace("-", " ").lower()
    assert asked(client, reference=typed).keys == [f"cases.cases:{case.pk}"]
    report = BarrierReport.objects.create(text="Stufe", name="Erika Beispiel", email=MAIL)
    request = asked(client, words="beispiel, erika")
    assert request.keys == [f"accessibility.barriers:{report.pk}"]
    assert "Es hat noch niemand geantwortet." in page_of(client, request)


def test_what_is_still_needed_is_not_erased(client: Client) -> None:
    case = make_case()
    set_state(case=case, state=Case.State.OPEN)
    request = asked(client, mail=MAIL)
    assert "Der Vorgang ist nicht abgeschlossen" in page_of(client, request)
    assert "Davon lässt sich noch nichts löschen" in act(client, request, "ask", request.keys).content.decode()
    act(client, request, "erase", request.keys)
    case.refresh_from_db()
    assert case.mail


def test_only_what_the_request_has_found_is_erased_or_handed_out(client: Client) -> None:
    mine, others = make_case(), make_case(mail="max@example.org")
    request = asked(client, mail=MAIL)
    foreign = f"cases.cases:{others.pk}"
    assert (
        json.loads(
            zipfile.ZipFile(io.BytesIO(act(client, request, "hand_out", [foreign]).content)).read("auskunft.json")
        )
        == []
    )
    act(client, request, "erase", [foreign, "cases.cases:x", "nix", f"cases.cases:{mine.pk}"])
    others.refresh_from_db()
    assert others.mail


def test_a_citizen_s_account_goes_one_with_a_role_stays(client: Client, citizen: User, editor_user: User) -> None:
    for user in (citizen, editor_user):
        request = asked(client, mail=user.email)
        assert f"accounts.account:{user.pk}" in request.keys
        act(client, request, "erase", request.keys)
    assert not User.objects.filter(pk=citizen.pk).exists()
    assert User.objects.filter(pk=editor_user.pk).exists()


def test_the_account_of_a_system_is_no_person_s(client: Client, integration: Any) -> None:
    request = asked(client, words=integration.account.first_name, mail=integration.account.email)
    assert [key for key in request.keys if key.startswith("accounts.")] == []


def test_mails_to_an_address_are_found(client: Client) -> None:
    mail = Mail.objects.create(address=MAIL, subject="Ihr Hund", message_id="<1@x>", state=Mail.State.SENT)
    request = asked(client, mail=MAIL)
    assert request.keys == [f"notifications.mails:{mail.pk}"]
    act(client, request, "erase", request.keys)
    assert not Mail.objects.filter(pk=mail.pk).exists()


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({}, "Bitte füllen Sie eines der drei Felder aus"),
        ({"mail": "erika"}, "gültige E-Mail-Adresse"),
        ({"reference": "MZ-2026-AAAA-AAA-A"}, "keine Vorgangsnummer"),
        ({"words": "a b"}, "mindestens ein Wort mit drei Buchstaben"),
        ({"mail": MAIL, "file_number": ""}, "Bitte machen Sie hier eine Angabe."),
        ({"mail": "x" * 300 + "@a.example"}, "höchstens 200"),
    ],
)
def test_bad_input_is_named_and_kept(client: Client, values: dict[str, str], words: str) -> None:
    answer = client.post(PAGE, {"file_number": "DS-7/26", **values})
    assert answer.status_code == 200
    text = answer.content.decode()
    assert words in text
    for value in filter(None, values.values()):
        assert value in text
    assert not PersonRequest.objects.exists()


def test_dates_are_found_as_they_are_stored(client: Client) -> None:
    client.post(PAGE, {"file_number": "1", "words": "Beispiel 12.03.1980"})
    assert PersonRequest.objects.get().sought.words == ("Beispiel", date(1980, 3, 12).isoformat())


def test_nothing_ticked(client: Client) -> None:
    make_case()
    request = asked(client, mail=MAIL)
    for deed in ("hand_out", "ask", "erase"):
        assert "Bitte kreuzen Sie mindestens einen Eintrag an." in act(client, request, deed, []).content.decode()


def test_a_failed_search_is_seen_and_tried_again(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(self: Any, sought: Any) -> Iterator[int]:
        raise OSError
        yield 1

    make_case()
    client.post(PAGE, {"file_number": "1", "mail": MAIL})
    request = PersonRequest.objects.get()
    with monkeypatch.context() as patch:
        patch.setattr(ColumnTracer, "find", broken)
        with pytest.raises(OSError):
            look_up.func(request.pk)
    assert "Die Suche ist fehlgeschlagen" in page_of(client, request)
    look_up.func(request.pk)
    request.refresh_from_db()
    assert (request.state, len(request.keys)) == ("done", 1)
    assert act(client, request, "again", []).status_code == 302
    request.refresh_from_db()
    assert request.is_busy


def test_too_many_are_cut_and_it_is_said(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "MOST", 2)
    for _number in range(3):
        make_case()
    request = asked(client, mail=MAIL)
    assert (len(request.keys), request.cut) == (2, True)
    assert "Es gibt mehr, als hier steht" in page_of(client, request)


def test_many_are_shown_a_page_at_a_time_the_newest_first(client: Client, django_assert_max_num_queries: Any) -> None:
    cases = [make_case() for _number in range(30)]
    request = asked(client, mail=MAIL)
    assert request.keys == [f"cases.cases:{case.pk}" for case in reversed(cases)]
    with django_assert_max_num_queries(110):
        first = page_of(client, request)
    second = client.get(f"{PAGE}{request.pk}/?p=2").content.decode()
    assert [case.reference in first for case in cases] == [False] * 5 + [True] * 25
    assert [case.reference in second for case in cases] == [True] * 5 + [False] * 25


def test_what_was_sought_lies_sealed_and_goes_after_three_months(client: Client) -> None:
    request = asked(client, mail=MAIL, words="Beispiel")
    assert MAIL not in str(PersonRequest.objects.values().get())
    assert "Beispiel" not in str(PersonRequest.objects.values().get())
    PersonRequest.objects.update(asked_at=timezone.now() - timedelta(days=89))
    assert forget_requests.func() == 0
    PersonRequest.objects.update(asked_at=timezone.now() - timedelta(days=91))
    assert forget_requests.func() == 1
    assert client.get(f"{PAGE}{request.pk}/").status_code == 404


def test_another_request_of_the_list(client: Client) -> None:
    assert "Noch hat niemand gefragt" in client.get(PAGE).content.decode()
    asked(client, mail=MAIL)
    text = client.get(PAGE).content.decode()
    assert re.search(r"DS-7/26</a></td><td>.*durchsucht", text)
    assert MAIL not in text
