"""The page of a case, and the ways to it."""

from __future__ import annotations

import time
from datetime import date
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.core import signing
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django_tasks_db.models import DBTaskResult

from cms.accounts import rights
from cms.accounts.models import RoleAssignment, User
from cms.cases import services
from cms.cases.jobs import send_link
from cms.cases.models import Case, CaseLink
from cms.cases.services import Opened
from cms.humans import SALT
from cms.jobs.worker import CityWorker
from cms.logs import _masked
from cms.notifications.models import Mail
from tests.cms.cases.conftest import MAIL, make_case
from tests.cms.cases.test_cases import clerk
from tests.conftest import client_of, make_location, make_unit, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("home")]
__all__ = ["clerk"]


def ask(client: Client, **values: str) -> Any:
    began = signing.dumps(int(time.time()) - 60, salt=SALT)
    return client.post("/vorgang/", {"began": began, "website": "", **values})


def queued_links() -> Any:
    return DBTaskResult.objects.filter(task_path=send_link.module_path)


def work() -> None:
    CityWorker(lanes=("jobs",), until_idle=True).run()


def test_the_page_shows_where_it_stands(client: Client, opened: Opened, unit: Any) -> None:
    unit.locations.set([make_location()])
    unit.save()
    services.move(case=opened.case, step=1)
    services.add_entry(case=opened.case, verb="note", text="Bitte bringen Sie den Impfpass mit.", public=True)
    services.add_entry(case=opened.case, verb="note", text="Ruft jeden Tag an.", public=False)
    answer = client.get(f"/vorgang/{opened.secret}/")
    text = answer.content.decode()
    for part in (opened.case.reference, "Hund anmelden", "Impfpass", "Jetzt: Prüfung", "06131 12-0033", "Montag"):
        assert part in text
    assert text.index("Eingang") < text.index('aria-current="step"') < text.index("Bescheid")
    assert "jeden Tag" not in text
    assert MAIL not in text
    assert "Register a dog" in client.get(f"/en/case/{opened.secret}/").content.decode()


def test_the_page_stays_out_of_caches_indexes_and_foreign_logs(client: Client, opened: Opened) -> None:
    for address in (f"/vorgang/{opened.secret}/", "/vorgang/AAAA-AAAA-AAAA-AAAA-AAAA-AAAA/"):
        answer = client.get(address)
        assert {"no-store", "private"} <= set(answer["Cache-Control"].replace(" ", "").split(","))
        assert answer["Referrer-Policy"] == "no-referrer"
        assert "noindex" in answer["X-Robots-Tag"]
        assert not getattr(answer, "kept_for_the_public", False)


def test_the_secret_is_in_no_log(opened: Opened) -> None:
    for prefix in ("/vorgang/", "/en/case/"):
        assert opened.secret not in _masked(f"GET {prefix}{opened.secret}/ 404")


def test_a_link_that_is_none(client: Client, opened: Opened) -> None:
    for secret in (
        "x",
        "AAAA-AAAA-AAAA-AAAA-AAAA-AAAA",
        opened.case.reference,
        str(opened.case.pk),
        "%7f",
        "x" * 3_000,
    ):
        answer = client.get(f"/vorgang/{secret}/")
        assert answer.status_code == 404, secret
        assert "Hund anmelden" not in answer.content.decode()
    services.erase(case=opened.case)
    assert client.get(f"/vorgang/{opened.secret}/").status_code == 404


def test_a_unit_the_reader_may_not_see_is_not_shown(client: Client, staff_rule: Any) -> None:
    hidden = make_unit("Geheimamt", slug="geheim", access_rule=staff_rule)
    secret = make_case(unit=hidden).secret
    text = client.get(f"/vorgang/{secret}/").content.decode()
    assert "Geheimamt" not in text
    assert "115" in text


def test_few_queries(client: Client, opened: Opened, django_assert_max_num_queries: Any) -> None:
    for number in range(8):
        services.add_entry(case=opened.case, verb="note", text=f"Nr. {number}", public=True)
    client.get(f"/vorgang/{opened.secret}/")
    with django_assert_max_num_queries(12):
        client.get(f"/vorgang/{opened.secret}/")


def test_a_new_link_comes_by_mail(client: Client, opened: Opened) -> None:
    answer = ask(client, reference=opened.case.reference.lower(), mail=MAIL.upper())
    assert answer.status_code == 302
    queued = queued_links().get()
    assert MAIL.upper() not in str(queued.args_kwargs)
    assert opened.case.reference not in str(queued.args_kwargs)
    work()
    mail = Mail.objects.get()
    assert mail.address == MAIL
    secret = mail.text.split("/vorgang/")[1].split("/")[0]
    assert services.find(secret) == opened.case


@pytest.mark.parametrize("wrong", ["mail", "reference", "erased", "no mail"])
def test_nobody_learns_whether_there_is_a_case(
    client: Client, opened: Opened, wrong: str, django_assert_num_queries: Any
) -> None:
    good = ask(client, reference=opened.case.reference, mail=MAIL)
    DBTaskResult.objects.all().delete()
    values = {"reference": opened.case.reference, "mail": MAIL}
    if wrong == "mail":
        values["mail"] = "somebody@else.example"
    elif wrong == "reference":
        values["reference"] = services.new_reference(opened.case.opened_at.date())
    elif wrong == "erased":
        services.erase(case=opened.case)
    else:
        values["reference"] = make_case(mail="").case.reference
    with django_assert_num_queries(_queries_of(client, opened)):
        bad = ask(client, **values)
    assert (bad.status_code, bad["Location"]) == (good.status_code, good["Location"])
    work()
    assert not Mail.objects.exists()


def _queries_of(client: Client, opened: Opened) -> int:
    with CaptureQueriesContext(connection) as captured:
        ask(client, reference=opened.case.reference, mail=MAIL)
    DBTaskResult.objects.all().delete()
    return len(captured)


def test_not_more_than_a_few_mails_a_day(client: Client, opened: Opened) -> None:
    for _number in range(6):
        services.send_new_link(reference=opened.case.reference, mail=MAIL, language="de")
    assert Mail.objects.count() == services.NEW_LINKS_A_DAY == CaseLink.objects.filter(until__isnull=False).count()


def test_too_many_attempts(client: Client, opened: Opened) -> None:
    answers = [ask(client, reference=opened.case.reference, mail="x@y.example").status_code for _number in range(12)]
    assert answers == [302] * 10 + [200] * 2


def test_the_code_from_the_paper(client: Client, opened: Opened) -> None:
    answer = ask(client, code=opened.secret.lower().replace("-", " "))
    assert answer["Location"] == f"/vorgang/{opened.secret}/"
    assert "keinen Vorgang" in ask(client, code="AAAA-AAAA-AAAA-AAAA-AAAA-AAAA").content.decode()


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({}, "Bitte geben Sie die Vorgangsnummer ein."),
        ({"reference": "MZ-2026-7KQ4-PX3-A"}, "kann nicht stimmen"),
        ({"reference": "x" * 5_000}, "höchstens 60"),
        ({"reference": "\x00"}, "Null"),
        ({"mail": "kein-at"}, "E-Mail-Adresse"),
        ({"code": "abc"}, "Dieser Code kann nicht stimmen"),
    ],
)
def test_what_is_wrong_is_said(client: Client, values: dict[str, str], words: str) -> None:
    answer = ask(client, **values)
    assert answer.status_code == 200
    assert words in answer.content.decode()


def test_robots_are_refused(client: Client, opened: Opened) -> None:
    answer = client.post("/vorgang/", {"reference": opened.case.reference, "mail": MAIL, "website": "x"})
    assert "Menschen" in answer.content.decode()
    assert not queued_links().exists()


def test_a_job_with_a_lost_key_is_given_up(opened: Opened) -> None:
    send_link.enqueue("nonsense")
    work()
    assert not Mail.objects.exists()


def test_people_see_their_own_cases_in_their_account(opened: Opened, citizen: User) -> None:
    other = make_case().case
    client = client_of(citizen)
    assert reverse("cases:mine") in client.get("/accounts/").content.decode()
    text = client.get("/vorgang/meine/").content.decode()
    assert opened.case.reference in text
    assert other.reference not in text
    assert "Eingang" in client.get(f"/vorgang/meine/{opened.case.reference}/").content.decode()
    assert client.get(f"/vorgang/meine/{other.reference}/").status_code == 404
    assert client_of(make_user("fremd")).get(f"/vorgang/meine/{opened.case.reference}/").status_code == 404
    assert Client().get("/vorgang/meine/").status_code == 302


def test_the_admin_lists_cases_of_the_unit_only(opened: Opened, clerk: Any, unit: Any, staff_user: User) -> None:
    user, role = clerk
    role.permissions.add(Permission.objects.get(codename="access_admin"))
    foreign = make_case(unit=make_unit("Bauamt", slug="bauamt")).case
    RoleAssignment.objects.create(user=user, role=role, scope="unit", scope_id=str(unit.pk))
    rights.derive(user)
    Case.objects.filter(pk=opened.case.pk).update(expected_on=date(2031, 5, 17))
    text = client_of(User.objects.get(pk=user.pk)).get(reverse("cases_admin:index")).content.decode()
    assert opened.case.reference in text
    assert "17.05.2031" in text
    assert foreign.reference not in text
    assert "Bauamt" not in text.split("<table")[1]
    assert client_of(staff_user).get(reverse("cases_admin:index")).status_code == 302
    for typed in (opened.case.reference.lower().replace("-", " "), opened.case.reference[:-4]):
        found = client_of(User.objects.get(pk=user.pk)).get(reverse("cases_admin:index"), {"q": typed})
        assert opened.case.reference in found.content.decode()
