"""Reports of barriers, checks as evidence, and the statement made from both."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone

from cms import humans
from cms.accessibility import services
from cms.accessibility.models import AuditRun, BarrierReport
from cms.accessibility.privacy import DATA
from cms.accessibility.statement import accessibility_statement
from cms.notifications.models import Mail
from tests.conftest import client_of, make_page, make_user

pytestmark = pytest.mark.django_db
WORDS = {
    "text": "Die Karte geht nicht mit der Tastatur.",
    "address": "/standorte/",
    "name": "",
    "email": "",
    "website": "",
}
RESULT = {
    "url": "/kontakt/",
    "timestamp": "2026-11-20T10:00:00.000Z",
    "testEngine": {"name": "axe-core", "version": "4.10"},
    "violations": [{"id": "color-contrast", "help": "Elements must meet contrast", "impact": "serious", "nodes": []}],
}


@pytest.fixture
def officer(roles: Any) -> Any:
    return make_user("beauftragte", roles["accessibility officers"])


@pytest.fixture
def in_no_hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Forms come back as late as from people."""
    monkeypatch.setattr(humans, "FASTEST", 0)


def send(client: Any, **values: str) -> Any:
    began = client.get("/barriere-melden/").context["form"].initial["began"]
    return client.post("/barriere-melden/", {**WORDS, "began": began, **values})


def report(**values: Any) -> BarrierReport:
    return services.report_barrier(**{"text": "Das Video hat keine Untertitel.", **values})


def run_of(**values: Any) -> AuditRun:
    return services.keep_run(**{"findings": {}, "pages": 12, "tool": "axe-core 4.10", **values})


# --- reporting -----------------------------------------------------------------------------------


def test_every_page_leads_to_the_form_which_knows_the_page(client: Any, home: Any) -> None:
    make_page(home, "Kultur")
    assert 'href="/barriere-melden/?page=/kultur/"' in client.get("/kultur/").content.decode()
    assert 'value="/kultur/"' in client.get("/barriere-melden/?page=/kultur/").content.decode()
    for foreign in ("https://evil.example", "//evil.example", "/\x07"):
        assert client.get("/barriere-melden/", {"page": foreign}).context["form"].initial["address"] == ""


def test_a_report_is_stored_confirmed_and_passed_on(client: Any, home: Any, officer: Any, in_no_hurry: None) -> None:
    answer = send(client, email="bürgerin@example.org".replace("ü", "ue"), name="Frau Beispiel")
    assert answer.status_code == 302
    row = BarrierReport.objects.get()
    assert (row.state, row.address, row.due) == ("new", "/standorte/", timezone.localdate() + timedelta(days=28))
    assert row.reference in client.get(answer.url).content.decode()
    mails = {mail.address: mail for mail in Mail.objects.filter(topic="barriers")}
    assert set(mails) == {"beauftragte@mainz.example", "buergerin@example.org"}
    assert row.reference in mails["buergerin@example.org"].subject
    assert "Karte" in mails["beauftragte@mainz.example"].text
    assert "buergerin" not in mails["beauftragte@mainz.example"].text, "the address stays in the admin"


def test_no_address_is_needed(client: Any, home: Any, in_no_hurry: None) -> None:
    answer = send(client)
    assert answer.status_code == 302
    assert "keine Adresse" in client.get(answer.url).content.decode()


def test_nobody_sees_the_receipts_of_others(client: Any, home: Any) -> None:
    row = report()
    assert client.get(f"/barriere-melden/danke/{row.reference}/").status_code == 404


def test_robots_are_held_off_without_a_puzzle_and_people_lose_nothing(client: Any, home: Any) -> None:
    for values in ({"website": "http://spam.example"}, {"began": "erfunden"}, {}):
        answer = send(client, **values)
        assert answer.status_code == 200
        assert "Die Karte geht nicht mit der Tastatur." in answer.content.decode()
        assert "noch einmal" in answer.content.decode()
    assert not BarrierReport.objects.exists()


def test_mistakes_are_named_at_the_field(client: Any, home: Any, in_no_hurry: None) -> None:
    answer = send(client, text="", email="keine Adresse", name="Frau Beispiel")
    assert set(answer.context["form"].errors) == {"text", "email"}
    assert "Frau Beispiel" in answer.content.decode()
    assert send(client, text="x" * 5_001).status_code == 200
    assert not BarrierReport.objects.exists()


def test_one_connection_reports_five_an_hour(client: Any, home: Any, in_no_hurry: None) -> None:
    assert [send(client).status_code for _number in range(6)] == [302] * 5 + [200]
    assert BarrierReport.objects.count() == 5


# --- answering -----------------------------------------------------------------------------------


def decide(client: Any, row: BarrierReport, **values: Any) -> Any:
    data = {
        "state": row.state,
        "owner": "",
        "due": row.due.isoformat(),
        "summary_de": "",
        "summary_en": "",
        "answer": "",
    }
    return client.post(reverse("barrier_reports:edit", args=[row.pk]), {**data, **values})


def test_an_officer_answers_and_solves(officer: Any, home: Any) -> None:
    row = report(email="frau@example.org")
    client = client_of(officer)
    assert row.reference in client.get(reverse("barrier_reports:index")).content.decode()
    assert "Das Video" in client.get(reverse("barrier_reports:edit", args=[row.pk])).content.decode()
    answer = decide(client, row, state="solved", owner=officer.pk, answer="Die Untertitel sind jetzt da.")
    assert answer.status_code == 302, answer.context["form"].errors
    row.refresh_from_db()
    assert (row.state, row.owner) == ("solved", officer)
    assert row.solved_at
    assert row.answered_at
    mail = Mail.objects.get(address="frau@example.org", subject__contains="Antwort")
    assert "Die Untertitel sind jetzt da." in mail.text
    assert "durchsetzungsstelle@mastd.rlp.de" in mail.text
    decide(client, row, state="solved", answer="Die Untertitel sind jetzt da.")
    assert Mail.objects.filter(subject__contains="Antwort auf").count() == 1, "the same answer goes out once"


def test_reports_are_for_those_who_mend_them(staff_user: Any, citizen: Any, home: Any) -> None:
    row = report(email="frau@example.org")
    for user in (staff_user, citizen):
        assert client_of(user).get(reverse("barrier_reports:index")).status_code in (302, 403)
        assert decide(client_of(user), row, state="solved").status_code in (302, 403)
        with pytest.raises(PermissionDenied):
            services.save_report(report=row, by=user)
        with pytest.raises(PermissionDenied):
            run_of(by=user)
        assert client_of(user).get(reverse("accessibility_upload")).status_code in (302, 403)
    assert client_of(staff_user).get(reverse("barrier_reports:add")).status_code in (302, 403)


def test_nobody_adds_reports_in_the_admin(officer: Any, home: Any) -> None:
    assert client_of(officer).get(reverse("barrier_reports:add")).status_code in (302, 403)


def test_what_waits_too_long_is_called_to_mind_once_a_week(officer: Any, home: Any) -> None:
    row = report()
    assert services.remind() == 0
    BarrierReport.objects.update(due=timezone.localdate() - timedelta(days=1))
    services.remind()
    services.remind()
    assert Mail.objects.filter(subject__contains="wartet").count() == 1
    assert "überfällig" in client_of(officer).get(reverse("barrier_reports:index")).content.decode()
    assert client_of(officer).get("/admin/").status_code == 200
    BarrierReport.objects.filter(pk=row.pk).update(state="solved")
    BarrierReport.objects.update(due=timezone.localdate() - timedelta(days=20))
    assert services.remind() == 0


def test_who_reported_is_forgotten_after_half_a_year(db: None) -> None:
    old, new, opened = (report(email=f"{name}@example.org", name="Frau") for name in ("alt", "neu", "offen"))
    now = timezone.now()
    BarrierReport.objects.filter(pk=old.pk).update(state="solved", solved_at=now - timedelta(days=181))
    BarrierReport.objects.filter(pk=new.pk).update(state="solved", solved_at=now - timedelta(days=179))
    assert services.forget_contacts() == 1
    old.refresh_from_db()
    assert (old.name, old.email) == ("", "")
    assert old.text
    assert BarrierReport.objects.exclude(email="").count() == 2
    assert opened.email


def test_own_reports_are_handed_out_and_erased(roles: Any) -> None:
    user = make_user("anna")
    mine, other = report(email=user.email, name="Anna"), report(email="fremd@example.org")
    [data] = DATA
    assert [row["reference"] for row in data.export(user)] == [mine.reference]
    assert data.erase(user) == 1
    mine.refresh_from_db()
    other.refresh_from_db()
    assert (mine.name, mine.email) == ("", "")
    assert other.email == "fremd@example.org"


# --- evidence and statement ----------------------------------------------------------------------


def test_without_evidence_nothing_is_claimed(client: Any, home: Any) -> None:
    assert accessibility_statement("de").status == "unchecked"
    text = client.get("/barrierefreiheit/").content.decode()
    assert "noch nicht geprüft" in text
    assert "Uns sind zurzeit keine Barrieren bekannt" not in text
    assert "durchsetzungsstelle@mastd.rlp.de" in text
    assert 'href="/barriere-melden/"' in text


def test_evidence_counts_for_twelve_months(db: None) -> None:
    today = timezone.localdate()
    run_of(checked_on=today - timedelta(days=366))
    assert accessibility_statement("de").status == "unchecked"
    run_of(checked_on=today - timedelta(days=365))
    assert accessibility_statement("de").status == "partial"
    with pytest.raises(ValidationError):
        run_of(checked_on=today + timedelta(days=1))


def test_a_program_alone_never_makes_it_fully_accessible(db: None) -> None:
    run_of()
    made = accessibility_statement("de")
    assert made.status == "partial"
    assert "nur einen Teil" in made.method
    AuditRun.objects.create(method="people", tool="Prüfstelle Beispiel, BITV-Test", pages=20, result="full")
    assert accessibility_statement("de").status == "full"
    report_row = report()
    report_row.summary = {"de": "Ein Video hat keine Untertitel."}
    report_row.save()
    made = accessibility_statement("de")
    assert made.status == "partial", "a known barrier since"
    assert [barrier.text for barrier in made.barriers] == ["Ein Video hat keine Untertitel."]
    BarrierReport.objects.update(state="solved")
    assert accessibility_statement("de").status == "full"


def test_findings_are_named_in_the_readers_language(client: Any, home: Any) -> None:
    run_of(
        findings={
            "color-contrast": {"help": "Elements must meet contrast", "impact": "serious", "pages": {"/a/", "/b/"}},
            "brand-new-rule": {"help": "Something new", "impact": "minor", "pages": {"/a/"}},
        }
    )
    text = client.get("/barrierefreiheit/").content.decode()
    assert "Mancher Text hebt sich zu wenig vom Hintergrund ab." in text
    assert "auf 2 Seiten" in text
    assert '<span lang="en">Something new</span>' in text
    assert "Some text stands out too little" in client.get("/en/accessibility/").content.decode()


def test_what_people_wrote_is_not_published(client: Any, home: Any) -> None:
    report(text="Geheimes Leiden", email="frau@example.org", name="Frau Beispiel")
    text = client.get("/barrierefreiheit/").content.decode()
    for word in ("Geheimes Leiden", "frau@example.org", "Frau Beispiel"):
        assert word not in text


def test_the_editors_own_page_stands_at_the_address(client: Any, home: Any) -> None:
    make_page(home, "Barrierefreiheit", summary="Von der Redaktion geschrieben")
    assert "Von der Redaktion geschrieben" in client.get("/barrierefreiheit/").content.decode()


def test_results_are_read_from_a_file(officer: Any, home: Any, tmp_path: Any) -> None:
    client = client_of(officer)
    assert client.get(reverse("accessibility_upload")).status_code == 200
    file = SimpleUploadedFile("axe.json", json.dumps([RESULT, {**RESULT, "url": "/", "violations": []}]).encode())
    assert client.post(reverse("accessibility_upload"), {"file": file}).status_code == 302
    run = AuditRun.objects.get()
    assert (run.pages, run.tool, run.findings["color-contrast"]["count"]) == (2, "axe-core 4.10", 1)
    assert client.get(reverse("accessibility_checks:index")).status_code == 200
    assert client.get(reverse("accessibility_checks:inspect", args=[run.pk])).status_code == 200
    path = tmp_path / "axe.json"
    path.write_text(json.dumps(RESULT), encoding="utf-8")
    call_command("check_accessibility", "--read", str(path))
    assert AuditRun.objects.count() == 2
    with pytest.raises(CommandError):
        call_command("check_accessibility", "--read", str(tmp_path / "fehlt.json"))


@pytest.mark.parametrize(
    "wrong",
    [b"", b"\xff\xfe", b"[]", b"{}", b"[1]", b'[{"url": "/", "timestamp": "nie", "violations": []}]', b"[" * 100_000,
     b'[{"url": "/", "timestamp": "2026-11-20", "violations": [{"id": "<script>"}]}]'],
)  # fmt: skip
def test_other_files_are_refused(officer: Any, home: Any, wrong: bytes) -> None:
    answer = client_of(officer).post(reverse("accessibility_upload"), {"file": SimpleUploadedFile("x.json", wrong)})
    assert answer.status_code == 200
    assert answer.context["form"].errors["file"]
    assert not AuditRun.objects.exists()


def test_a_test_by_people_is_written_down(officer: Any, home: Any) -> None:
    client = client_of(officer)
    add = reverse("accessibility_checks:add")
    values = {
        "checked_on": timezone.localdate().isoformat(),
        "tool": "Prüfstelle",
        "pages": "30",
        "notes_de": "",
        "notes_en": "",
    }
    assert "result" in client.post(add, {**values, "result": ""}).context["form"].errors
    assert client.post(add, {**values, "result": "partial"}).status_code == 302
    assert AuditRun.objects.get().method == "people"
    assert client.get(reverse("accessibility_checks:edit", args=[AuditRun.objects.get().pk])).status_code in (302, 403)
