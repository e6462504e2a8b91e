"""The importer of a city's service catalogue: on small broken input, and on the real export when it is there."""

from __future__ import annotations

import copy
import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from wagtail.models import Revision

from cms.directory.models import Location, OrganisationUnit
from plugins.services.importer.apply import slug_for
from plugins.services.importer.fees import has_bank_account, single_amount
from plugins.services.models import ImportedState, Service, ServiceFee, ServiceImportedText
from search.models import PendingObject, SearchEntry

pytestmark = pytest.mark.django_db
REAL = Path(__file__).resolve().parents[4] / "shared" / "data" / "munich-zms-services"


def service(source_id: str = "1", name: str = "Gewerbe anmelden", **values: Any) -> dict[str, Any]:
    """One record as the export has it."""
    row = {
        "id": source_id, "name": name, "description": "<p>Wer ein Gewerbe beginnt</p>", "public": True, "leika": "",
        "meta": {"keywords": "Laden, Firma"}, "locations": [{"location": "10"}], "links": [], "forms": [],
        "duration": 20, "combinable": [],
    }  # fmt: skip
    return {**row, **values}


def office(source_id: str = "10", name: str = "Gewerbeamt", **values: Any) -> dict[str, Any]:
    """One office as the export has it."""
    row = {
        "id": source_id, "name": name, "displayName": name, "displayNameAlternatives": [], "public": True,
        "organization": "Stadt Neustadt", "organizationUnit": "Ordnungsreferat",
        "address": {"street": "Hauptstraße", "house_number": "1", "postal_code": "80000", "city": "Neustadt"},
        "geo": {"lat": "48.1", "lon": "11.5"}, "contact": {"phone": "089 1", "email": "amt@neustadt.example"},
        "services": [],
    }  # fmt: skip
    return {**row, **values}


class Export:
    """A folder with an export and the last report of importing it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.services, self.offices = [service()], [office()]
        self.report: dict[str, Any] = {}

    def run(self, *options: str) -> dict[str, Any]:
        """Write both files, import them, return the counts of services."""
        for name, rows in (("services_de.json", self.services), ("locations_de.json", self.offices)):
            (self.folder / name).write_text(json.dumps({"meta": {}, "data": rows}), encoding="utf-8")
        return self.again(*options)

    def again(self, *options: str) -> dict[str, Any]:
        """Import the folder as it is."""
        target = self.folder / "report.json"
        call_command("import_services", self.folder, *options, report=target, stdout=StringIO(), stderr=StringIO())
        self.report = json.loads(target.read_text(encoding="utf-8"))
        return {name: number for name, number in self.report["counts"].get("service", {}).items() if number}

    def warned(self, code: str) -> list[str]:
        """Return the keys warned about."""
        return [note["source_id"] for note in self.report["warnings"] if note["code"] == code]


@pytest.fixture
def export(tmp_path: Path, roles: Any) -> Export:
    return Export(tmp_path)


def get(source_id: str = "1") -> Service:
    """Return the imported service."""
    return Service.objects.get(source="munich-zms", source_id=source_id)


def test_a_service_arrives_with_office_unit_and_texts(export: Export, client: Any, home: Any) -> None:
    export.services = [
        service(fees="<p>40 Euro</p>", links=[{"name": "Antrag", "link": "https://a.example/x"}],
                forms=[{"name": "Antrag", "link": "https://a.example/x"}], leika="99050012104000"),
    ]  # fmt: skip
    assert export.run() == {"created": 1}
    found = get()
    assert (found.title, found.slug, found.live, found.is_sample) == (
        "Gewerbe anmelden",
        "gewerbe-anmelden",
        True,
        True,
    )
    assert found.text_list("keywords", "de") == ["Laden", "Firma"]
    assert found.fees.get().amount_cents == 4000
    assert [(row.kind, row.url) for row in found.online_services.all()] == [("form", "https://a.example/x")]
    assert found.places.get().duration_minutes == 20
    assert found.responsibilities.get().unit.title == "Ordnungsreferat"
    assert not found.texts.exists()
    assert OrganisationUnit.objects.get(source="munich-zms", parent=None).title == "Stadt Neustadt"
    body = client.get(found.get_absolute_url()).content.decode()
    assert "40,00" in body
    assert "Hauptstraße 1" in body


def test_a_second_run_changes_nothing(export: Export) -> None:
    export.run()
    before = (Revision.objects.count(), get().updated_at, Location.objects.count())
    assert export.run() == {"unchanged": 1}
    assert (Revision.objects.count(), get().updated_at, Location.objects.count()) == before


def test_a_dry_run_tells_and_writes_nothing(export: Export) -> None:
    assert export.run("--dry-run") == {"created": 1}
    assert not Service.objects.exists()
    assert not Location.objects.exists()
    assert not ImportedState.objects.exists()


def test_a_bad_record_does_not_stop_the_others(export: Export) -> None:
    export.services += [
        service("2", ""), service("3", "Gut"), "kein Objekt", service("1", "Doppelt"), service("4", locations="x"),
        service("5", "x" * 300), service("6", description=7), service("7", "Null\x00"),
    ]  # fmt: skip
    assert export.run() == {"created": 2, "failed": 7}
    assert all(note["text"] for note in export.report["failures"])


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("{", "not valid JSON"),
        ("[" * 5000, "not valid JSON"),
        ('{"data": {}}', "wrong shape"),
        ('{"data": []}', "empty"),
        ('{"data": [1, 2]}', "wrong shape"),
        ("[]", "wrong shape"),
    ],
)
@pytest.mark.parametrize("name", ["services_de.json", "locations_de.json"])
def test_a_broken_file_changes_nothing_and_is_named(export: Export, content: str, words: str, name: str) -> None:
    export.run()
    (export.folder / name).write_text(content, encoding="utf-8")
    with pytest.raises(CommandError, match=f"{name}.*{words}"):
        export.again("--force")
    assert get().live


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="can't be read"):
        call_command("import_services", tmp_path / "nowhere")


def test_a_file_in_another_encoding_is_named(export: Export) -> None:
    export.run()
    (export.folder / "services_de.json").write_bytes("Ä".encode("latin-1"))
    with pytest.raises(CommandError, match="UTF-8"):
        export.again()


def test_a_service_gone_from_the_export_is_unpublished_and_comes_back(export: Export) -> None:
    export.services = [service("1"), service("2", "Bleibt")]
    export.run()
    gone = export.services.pop(0)
    assert export.run() == {"unchanged": 1, "deactivated": 1}
    assert not get("1").live
    assert export.run() == {"unchanged": 1}
    export.services.append(gone)
    assert export.run() == {"unchanged": 1, "updated": 1}
    assert get("1").live


def test_a_service_an_editor_unpublished_stays_so(export: Export) -> None:
    export.run()
    get().unpublish()
    assert export.run() == {"unchanged": 1}
    assert not get().live


def test_a_failed_record_is_not_taken_for_gone(export: Export) -> None:
    export.services = [service("1"), service("2", "Zwei")]
    export.run()
    export.services[0] = service("1", "")
    assert export.run() == {"unchanged": 1, "failed": 1}
    assert get("1").live


def test_nothing_is_deactivated_while_records_have_no_id(export: Export) -> None:
    export.services = [service("1"), service("2", "Zwei")]
    export.run()
    export.services[0] = service("")
    export.run()
    assert get("1").live
    assert export.warned("not-deactivated")


def test_less_than_half_is_refused_unless_forced(export: Export) -> None:
    export.services = [service(str(number), f"Dienst {number}") for number in range(5)]
    export.run()
    export.services = export.services[:2]
    with pytest.raises(CommandError, match="--force"):
        export.run()
    assert Service.objects.filter(live=True).count() == 5
    assert export.run("--force") == {"unchanged": 2, "deactivated": 3}


def test_editors_texts_and_rows_survive_and_news_arrive(export: Export) -> None:
    export.services = [service(fees="<p>40 Euro</p>", links=[{"name": "A", "link": "https://a.example/"}])]
    export.run()
    found = get()
    found.set_texts({("title", "de"): "Laden eröffnen"})
    found.fees.set([ServiceFee(label={"de": "Gebühr"}, amount_cents=4100)])
    found.save()
    found.save_revision().publish()
    export.services = [
        service(name="Gewerbeanmeldung", fees="<p>45 Euro</p>", links=[{"name": "B", "link": "https://b.example/"}])
    ]
    assert export.run() == {"updated": 1}
    found = get()
    assert found.title == "Laden eröffnen"
    assert found.fees.get().amount_cents == 4100
    assert export.warned("kept-edit") == ["1"]
    assert found.text("fee_note", "de") == "<p>45 Euro</p>"
    assert found.online_services.get().url == "https://b.example/"
    assert found.get_latest_revision_as_object().online_services.get().url == "https://b.example/"
    assert found.slug == "gewerbe-anmelden"
    assert export.run() == {"unchanged": 1}


def test_a_draft_stays_a_draft_and_gets_the_new_rows(export: Export) -> None:
    export.run()
    draft = get()
    draft.set_texts({("title", "de"): "Entwurf"})
    draft.save_revision()
    export.services = [service(fees="<p>45 Euro</p>")]
    export.run()
    found = get()
    assert found.title == "Gewerbe anmelden"
    assert found.fees.get().amount_cents == 4500
    latest = found.get_latest_revision_as_object()
    assert latest.title == "Entwurf"
    assert latest.fees.get().amount_cents == 4500


def test_what_the_source_closes_is_closed_here(export: Export, client: Any, home: Any, staff_user: Any) -> None:
    export.run()
    path = get().get_absolute_url()
    export.services = [service(public=False)]
    assert export.run() == {"updated": 1}
    assert client.get(path).status_code == 404
    client.force_login(staff_user)
    assert client.get(path).status_code == 200


@pytest.mark.parametrize("public", [None, "true", 1])
def test_an_unclear_audience_is_closed(export: Export, public: Any) -> None:
    export.services = [service(public=public)]
    export.run()
    assert not get().access_rule.is_public
    assert export.warned("no-audience") == ["1"]


@pytest.mark.parametrize(
    "url", ["www.a.example", "javascript:alert(1)", "https://", "https://a.example/{id}", "", None]
)
def test_an_address_that_leads_nowhere_is_left_out(export: Export, url: Any) -> None:
    export.services = [service(links=[{"name": "A", "link": url}])]
    export.run()
    assert not get().online_services.exists()
    assert export.warned("bad-link") == ["1"]


def test_an_online_application_becomes_one(export: Export) -> None:
    relation = {"service": "1", "duration": 0, "onlineprocessing": {"link": "https://online.example/antrag"}}
    export.offices = [office(services=[relation])]
    export.run()
    assert get().online_services.get().kind == "online"
    assert get().places.get().duration_minutes is None


def test_markup_is_cleaned(export: Export) -> None:
    export.services = [
        service(
            description='<h1>A</h1><p style="color:red">B\u200bC</p><script>x()</script><table><tr><td>1</td></tr></table>'
        )
    ]
    export.run()
    body = get().text("body", "de")
    assert "<h3>A</h3><p>BC</p>" in body
    assert "<td>1</td>" in body
    assert "script" not in body
    assert "style" not in body
    assert export.warned("inline-style") == export.warned("invisible-characters") == ["1"]


def test_equal_names_get_addresses_of_their_own(export: Export) -> None:
    export.services = [service("1", "Größe ändern"), service("2", "Größe ändern")]
    export.run()
    assert [get("1").slug, get("2").slug] == ["groesse-aendern", "groesse-aendern-2"]


@pytest.mark.parametrize(("title", "slug"), [("Äpfel & Öl – Straße", "aepfel-oel-strasse"), ("🙂", "munich-zms-7")])
def test_addresses_fold_umlauts(title: str, slug: str) -> None:
    assert slug_for(title, "7", set(), 160) == slug


@pytest.mark.parametrize(
    ("text", "cents"),
    [
        ("<p>40 Euro</p>", 4000), ("45,10 €", 4510), ("1.200 Euro", 120000), ("<p>kostenlos</p>", 0), ("12 EUR.", 1200),
        ("50 bis 60 Euro", None), ("600 - 1000 Euro", None), ("ab 24,80 Euro", None), ("10 Euro, Kinder 5 Euro", None),
        ("etwa 300 Euro", None), ("25 Euro pro Person", None), ("kostenfrei, sonst 12 Euro", None), ("", None),
        ("Siehe Übersicht", None), ("99999999999 Euro", None),
    ],
)  # fmt: skip
def test_only_one_clear_amount_becomes_a_fee(text: str, cents: int | None) -> None:
    assert single_amount(text) == cents


def test_an_account_number_is_noticed() -> None:
    assert has_bank_account("<p>IBAN: DE86 7015 0000 0000 2030 00</p>")
    assert has_bank_account("Kontodaten")
    assert not has_bank_account("<p>13 Euro, Termin 2026</p>")


def test_changes_are_findable_without_a_worker_and_only_changes_are_indexed(
    export: Export, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks() as callbacks:
        export.run()
    assert [getattr(callback, "__name__", "") for callback in callbacks].count("after_commit") == 1
    entry = SearchEntry.objects.get(kind="service")
    assert entry.title == "Gewerbe anmelden"
    assert "Firma" in entry.keywords
    assert not PendingObject.objects.exists()
    entry.refresh_from_db()
    version = entry.version
    export.run()
    assert not PendingObject.objects.exists()
    assert SearchEntry.objects.get(pk=entry.pk).version == version
    export.services = [service("1", public=False), service("2", "Zwei")]
    export.run()
    assert SearchEntry.objects.get(object_id=entry.object_id, kind="service").rule == get().access_rule


# -- the real export ------------------------------------------------------------------------------------------


@pytest.fixture
def real(tmp_path: Path, roles: Any) -> Export:
    if not (REAL / "services_de.json").exists():
        pytest.skip("the real export is not here (../shared/data/munich-zms-services)")
    export = Export(tmp_path)
    export.services = json.loads((REAL / "services_de.json").read_text(encoding="utf-8"))["data"]
    export.offices = json.loads((REAL / "locations_de.json").read_text(encoding="utf-8"))["data"]
    return export


def test_the_real_export_with_all_its_traps(real: Export) -> None:
    offices = copy.deepcopy(real.offices)
    assert real.run() == {"created": 287}
    counts = real.report["counts"]
    assert counts["office"]["created"] == len(offices) == 109
    assert real.report["failures"] == []
    public = set(Service.objects.filter(access_rule__clauses=[]).values_list("source_id", flat=True))
    flagged = {row["id"] for row in real.services if row["public"]}
    assert len(flagged) == 162
    # Public by flag, but nothing written and every office closed to the public.
    assert flagged - public == {"10415066", "10436411", "10492997", "10492998"} == set(real.warned("staff-by-rule"))
    assert public <= flagged
    assert Location.objects.filter(source="munich-zms").exclude(access_rule__clauses=[]).count() == 9
    assert set(real.warned("test-record")) == {"10515039", "10500921"}
    assert "10490857" in real.warned("nothing-written")
    assert real.warned("several-leika-keys") == ["1064076"]
    assert get("1064076").leika_key.count(",") == 3
    shared = [note["text"] for note in real.report["warnings"] if note["code"] == "shared-leika-key"]
    assert any(text.startswith("99108001000000 stands on 4 services") for text in shared)
    unknown = [note["text"] for note in real.report["warnings"] if note["code"] == "unknown-combinable"]
    assert len(unknown) == 17
    assert any("10308996" in text for text in unknown)
    assert "10224132" in real.warned("duration-differs")
    assert len(set(get("10224132").places.values_list("duration_minutes", flat=True))) > 1
    assert {"1075967", "1063576", "1073738"} <= set(real.warned("inline-style"))
    assert "<table>" in get("10429823").text("body", "de") + get("10429823").text("fee_note", "de")
    assert "1063565" in real.warned("bank-account")
    assert "IBAN" in get("1063565").text("fee_note", "de")
    assert not ServiceImportedText.objects.filter(value__contains="\u200b").exists()
    assert not ServiceImportedText.objects.filter(value__contains="style=").exists()
    revisions = Revision.objects.count()
    assert real.run() == {"unchanged": 287}
    assert Revision.objects.count() == revisions
