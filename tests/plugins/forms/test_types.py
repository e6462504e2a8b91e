"""Types of fields: what each takes, refuses, stores and shows, in both languages."""

import io
import zipfile
from datetime import timedelta
from decimal import Decimal

import jsonschema
import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import QueryDict
from django.utils import timezone
from django.utils.datastructures import MultiValueDict
from django.utils.translation import override

from plugins.forms.definition.types import OPERATORS, TYPES
from plugins.forms.definition.types.official import health_number, pension_number
from plugins.forms.definition.types.places import spelled

from .definitions import field

#: (type, more of the field, what people type, JSON value, how it reads in German, in English)
GOOD = [
    ("text", {}, " Hund ", "Hund", "Hund", "Hund"),
    ("long_text", {}, "a\nb", "a\nb", "a\nb", "a\nb"),
    ("email", {}, "a@b.de", "a@b.de", "a@b.de", "a@b.de"),
    ("phone", {}, "06131 12-0", "+496131120", "+49 6131 120", "+49 6131 120"),
    ("number", {"settings": {"unit": "cm"}}, "12", 12, "12 cm", "12 cm"),
    ("number", {"settings": {"decimals": 1}}, "2,5", 2.5, "2,5", "2.5"),
    ("money", {}, "1234,50", 123450, "1.234,50 €", "1,234.50 €"),
    ("date", {}, "31.12.2026", "2026-12-31", "31.12.2026", "Dec. 31, 2026"),
    ("time", {}, "08:30", "08:30", "08:30", "08:30"),
    ("yes_no", {}, "no", False, "Nein", "No"),
    ("choice", {"options": ["a", "b"]}, "b", "b", "b", "b"),
    ("multiple_choice", {"options": ["a", "b", "c"]}, ["c", "a", "c"], ["c", "a"], "c, a", "c, a"),
    ("iban", {}, "de89 3704 0044 0532 0130 00", "DE89370400440532013000", "DE89 3704 0044 0532 0130 00", None),
    ("tax_id", {}, "36 574 261 809", "36574261809", "36574261809", None),
    ("tax_id", {"settings": {"kind": "vat"}}, "DE 136,695 976", "DE136695976", "DE136695976", None),
    ("insurance_number", {}, "15 070649 C 103", "15070649C103", "15 070649 C 103", None),
    ("insurance_number", {"settings": {"kind": "health"}}, "a123456780", "A123456780", "A123456780", None),
    ("licence_plate", {}, "mz-ab 123e", "MZ-AB 123E", "MZ-AB 123E", None),
    ("consent", {}, "on", True, "Ja", "Yes"),
    ("statement", {}, "on", True, "Ja", "Yes"),
    ("hidden", {}, "x", "x", "x", "x"),
]
BAD = [
    ("text", {"settings": {"max_length": 3}}, "abcd"),
    ("text", {"settings": {"min_length": 3}}, "ab"),
    ("text", {}, "a\x00b"),
    ("email", {}, "nobody"),
    ("phone", {}, "call me"),
    ("phone", {}, "1"),
    ("number", {"settings": {"max": 5}}, "6"),
    ("number", {}, "1,5"),
    ("number", {}, "9" * 400),
    ("money", {"settings": {"max": 1000}}, "10,01"),
    ("money", {"settings": {"min": 1000}}, "9,99"),
    ("date", {}, "31.02.2026"),
    ("time", {}, "25:00"),
    ("yes_no", {}, "perhaps"),
    ("choice", {"options": ["a"]}, "b"),
    ("multiple_choice", {"options": ["a"]}, ["b"]),
    ("multiple_choice", {"options": ["a", "b"], "settings": {"max_chosen": 1}}, ["a", "b"]),
    ("multiple_choice", {"options": ["a", "b"], "settings": {"min_chosen": 2}}, ["a"]),
    ("iban", {}, "DE89370400440532013001"),
    ("iban", {"settings": {"german_only": True}}, "GB82 WEST 1234 5698 7654 32"),
    ("tax_id", {}, "36574261800"),
    ("insurance_number", {}, "15070649C104"),
    ("insurance_number", {"settings": {"kind": "health"}}, "A123456781"),
    ("licence_plate", {}, "MAINZ 1"),
    ("licence_plate", {}, "ABC-DE 1234H"),
]


@pytest.mark.parametrize(("kind", "more", "typed", "stored", "german", "english"), GOOD)
def test_an_answer_is_cleaned_stored_shown_and_fits_its_schema(kind, more, typed, stored, german, english):
    asked, known = field(kind, **more), TYPES[kind]
    with override("de"):
        form_field = known.form_field(asked, "de", required=True)
        value = known.to_json(form_field.clean(typed))
        assert value == stored
        assert known.check(asked, value, "de") == []
        initial = form_field.widget.format_value(form_field.prepare_value(known.from_json(value)))
        if kind not in ("consent", "statement", "yes_no", "choice", "multiple_choice"):
            assert known.to_json(form_field.clean(initial)) == stored, "what is shown again is the same answer"
    assert known.display(asked, value, "de") == german
    assert known.display(asked, value, "en") == (english or german)
    jsonschema.validate(value, known.schema(asked))


@pytest.mark.parametrize(("kind", "more", "typed"), BAD)
def test_a_wrong_answer_is_refused_in_both_languages(kind, more, typed):
    messages = []
    for language in ("de", "en"):
        with override(language):
            with pytest.raises(ValidationError) as caught:
                TYPES[kind].form_field(field(kind, **more), language, required=True).clean(typed)
            messages.append(" ".join(caught.value.messages))
    assert all(messages)
    assert messages[0] != messages[1], "the German message is translated"


SHAPES = [None, 1, -1.5, 1e400, float("nan"), 10**40, True, False, "x", "x" * 100_000, [], ["a"], [[]], [None], [{}], {}, {"a": 1},
          {"from": 1, "to": []}, {"lat": "x", "lng": None}, {"street": 1}, [{"id": 1}], "2026-99-99", {"from": "2026-01-02", "to": "2026-01-01"}]  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize("kind", sorted(TYPES))
@pytest.mark.parametrize("value", SHAPES, ids=lambda value: repr(value)[:30])
def test_no_shape_of_answer_is_an_exception(kind, value):
    asked, known = field(kind), TYPES[kind]
    messages = known.check(asked, value, "de")
    assert all(isinstance(message, str) and message for message in messages)
    assert isinstance(known.display(asked, value, "de"), str)
    assert isinstance(known.warnings(asked, value, "de"), list)
    if kind not in ("calculated", "content", "fieldset", "group") and not messages:
        jsonschema.validate(value, known.schema(asked))


@pytest.mark.django_db
def test_every_type_says_what_the_builder_needs():
    for name, known in TYPES.items():
        assert (known.name, bool(str(known.label)), bool(known.icon)) == (name, True, True)
        assert set(known.operators) <= set(OPERATORS)
        if known.asks:
            found = known.form_field(field(name), "de", required=False)
            assert found.label == "field"


def test_limits_of_a_date_may_be_relative():
    asked = field("date", settings={"latest": "today-18y"})
    grown, young = timezone.localdate() - timedelta(days=18 * 366), timezone.localdate() - timedelta(days=17 * 365)
    assert TYPES["date"].check(asked, grown.isoformat(), "de") == []
    assert TYPES["date"].check(asked, young.isoformat(), "de")


def test_money_is_cents_to_the_last_one():
    for cents in (1, 5, 19, 29, 1999, 999_999_999):
        with override("de"):
            form_field = TYPES["money"].form_field(field("money"), "de", required=True)
            typed = str(Decimal(cents) / 100).replace(".", ",")
            assert TYPES["money"].to_json(form_field.clean(typed)) == cents
        assert TYPES["money"].check(field("money"), cents, "de") == []


def test_an_address_needs_all_its_parts_and_a_german_postcode():
    asked, known = field("address", settings={"town": "Mainz"}), TYPES["address"]
    form_field = known.form_field(asked, "de", required=True)
    post = QueryDict("a_street=Kaiserstr.&a_house_number=12&a_postcode=55116&a_town=Mainz")
    cleaned = form_field.clean(form_field.widget.value_from_datadict(post, {}, "a"))
    assert cleaned == {"street": "Kaiserstr.", "house_number": "12", "postcode": "55116", "town": "Mainz"}
    assert known.check(asked, cleaned, "de") == []
    assert known.display(asked, cleaned, "de") == "Kaiserstr. 12, 55116 Mainz"
    for part, wrong in (
        ("street", ""),
        ("postcode", "5511"),
        ("postcode", "00123"),
        ("house_number", "a"),
        ("town", "Worms"),
    ):
        assert known.check(asked, {**cleaned, part: wrong}, "de"), (part, wrong)
    assert known.check(asked, {**cleaned, "more": "x"}, "de")
    with pytest.raises(ValidationError):
        form_field.clean(["", "", "", ""])
    assert known.form_field(asked, "de", required=False).clean(["", "", "", ""]) is None


def test_an_unknown_street_is_asked_about_and_not_refused(monkeypatch):
    monkeypatch.setattr(
        "plugins.forms.reference.entries", lambda name, language: [("1", "Kaiserstraße")] if name == "streets" else []
    )
    asked, known = field("address", settings={"streets": "streets"}), TYPES["address"]
    answer = {"street": "Kaiser-Str.", "house_number": "1", "postcode": "55116", "town": "Mainz"}
    assert known.warnings(asked, answer, "de") == []
    assert known.warnings(asked, {**answer, "street": "Kaisergasse"}, "de")
    assert known.check(asked, {**answer, "street": "Kaisergasse"}, "de") == []
    assert spelled("Große Bleiche") == spelled("grosse bleiche")


def test_a_range_ends_after_it_begins():
    known, asked = TYPES["date_range"], field("date_range")
    assert known.check(asked, {"from": "2026-12-01", "to": "2026-12-01"}, "de") == []
    assert known.check(asked, {"from": "2026-12-02", "to": "2026-12-01"}, "de")
    assert known.check(asked, {"from": "2026-12-02"}, "de")
    with pytest.raises(ValidationError):
        known.form_field(asked, "de", required=True).clean(["2026-12-02", ""])
    assert known.display(asked, {"from": "2026-12-01", "to": "2026-12-03"}, "de") == "01.12.2026 – 03.12.2026"


@pytest.mark.parametrize("check", [pension_number, health_number])
@pytest.mark.parametrize("text", ["", "A", "15070649c10", "1" * 12, "ä123456780"])
def test_insurance_numbers_of_another_form_are_refused(check, text):
    with pytest.raises(ValueError):
        check(text)


def office(*names: str) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return content.getvalue()


PDF, PNG = b"%PDF-1.7\n%%EOF", b"\x89PNG\r\n\x1a\n" + b"\0" * 60


def upload(asked, *files):
    known = TYPES["file"].form_field(asked, "de", required=True)
    data = MultiValueDict({"a": [SimpleUploadedFile(name, content) for name, content in files]})
    return known.clean(known.widget.value_from_datadict({}, data, "a"))


@pytest.mark.parametrize(
    ("kinds", "name", "content", "kind"),
    [
        (["pdf"], "a.pdf", PDF, "pdf"),
        (["image"], "a.png", PNG, "image"),
        (["document"], "a.docx", office("[Content_Types].xml", "word/document.xml"), "document"),
        (["table"], "a.xlsx", office("[Content_Types].xml", "xl/workbook.xml"), "table"),
        (["text"], "a.csv", "Straße;1".encode(), "text"),
        (["pdf", "image"], "wrongly named.txt", PNG, "image"),
    ],
)
def test_a_file_is_known_by_its_content(kinds, name, content, kind):
    (found,) = upload(field("file", settings={"kinds": kinds}), (name, content))
    assert found.kind == kind


@pytest.mark.parametrize(
    ("kinds", "name", "content"),
    [
        (["pdf"], "program.pdf", b"MZ\x90\0"),
        (["image"], "page.png", b"<html><script>alert(1)</script>"),
        (["text"], "page.txt", b"  <svg onload=alert(1)>"),
        (["text"], "bytes.txt", b"\xff\xfe\0"),
        (["document"], "macros.docx", office("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin")),
        (["document"], "broken.docx", b"PK\x03\x04broken"),
        (["pdf", "image"], "archive.pdf", office("a.pdf")),
        (["pdf"], "empty.pdf", b""),
    ],
)
def test_a_disguised_file_is_refused(kinds, name, content):
    with pytest.raises(ValidationError) as caught:
        upload(field("file", settings={"kinds": kinds}), (name, content))
    assert all(caught.value.messages)


def test_too_large_too_many_and_no_files_are_refused():
    asked = field("file", settings={"max_mb": 1, "max_count": 2})
    assert len(upload(asked, ("a.pdf", PDF), ("b.pdf", PDF))) == 2
    for files in ([("a.pdf", PDF + b" " * 1024 * 1024)], [("a.pdf", PDF)] * 3, []):
        with pytest.raises(ValidationError):
            upload(asked, *files)


def test_stored_files_are_checked_by_what_is_known_of_them():
    asked, known = field("file", settings={"kinds": ["pdf"], "max_mb": 1}), TYPES["file"]
    good = {"id": "7", "name": "a.pdf", "size": 100, "kind": "pdf"}
    assert known.check(asked, [good], "de") == []
    assert known.display(asked, [good], "de").startswith("a.pdf")
    jsonschema.validate([good], known.schema(asked))
    for wrong in ([good, good], [{**good, "kind": "image"}], [{**good, "size": 2**21}], [{"id": 1}], ["7"]):
        assert known.check(asked, wrong, "de")


def test_an_optional_choice_can_be_taken_back():
    known = TYPES["choice"].form_field(field("choice", options=["a"]), "de", required=False)
    assert known.clean("") == ""
    assert ("", known.choices[-1][1]) == known.choices[-1]


@pytest.mark.django_db
def test_reference_data_are_only_what_the_public_sees():
    from cms.directory.models import OrganisationUnit
    from plugins.forms.reference import LISTS, entries

    for name in LISTS:
        assert isinstance(entries(name, "de"), list)
    assert entries("nothing", "de") == []
    assert TYPES["reference"].check(field("reference", settings={"list": "units"}), "999", "de")
    assert OrganisationUnit.objects.count() == len(entries("units", "de")) == 0
