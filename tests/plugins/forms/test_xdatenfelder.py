"""FIM data fields become the draft of a form; what breaks is said with its line."""

from pathlib import Path

import pytest
from django.utils.translation import override

from plugins.forms.definition.structure import from_json, to_json
from plugins.forms.exchange.files import ExchangeError
from plugins.forms.exchange.xdatenfelder import imported
from plugins.forms.prover import prove

FILES = Path(__file__).parents[2] / "fixtures" / "xdatenfelder"
TAX, EVENT = (FILES / name for name in ("hundesteuer_2.xml", "sondernutzung_3.xml"))


def test_version_2_becomes_a_draft():
    found = imported(TAX.read_bytes())
    asked = found.definition
    assert found.title == "Hund anmelden"
    assert [step.title["de"] for step in asked.steps] == ["Angaben", "Halterin oder Halter", "Hund", "Angaben"]
    kinds = {item.key: item.type for _step, item in asked.walk()}
    assert kinds["hinweis_zur_steuer"] == "content"
    assert (kinds["e_mail_adresse"], kinds["iban"], kinds["kaufpreis"]) == ("email", "iban", "money")
    assert asked.field("familienname").help == {"de": "Wie im Ausweis"}
    assert asked.field("familienname").settings == {"min_length": 1, "max_length": 120}
    assert asked.field("hund").settings == {"min_rows": 1, "max_rows": 10}
    assert asked.field("kaufpreis").settings == {"min": 0, "max": 999999}, "euros become cents"
    assert asked.group_of("vorname").key == "vorname_mehrfach", "a field that may stand often repeats"
    assert (asked.field("geburtsdatum").required, asked.field("iban").required) == (True, False)
    assert kinds["vorbesitz"] == "fieldset", "no group in a group"
    assert from_json(to_json(asked)) == asked


def test_version_3_becomes_a_draft():
    found = imported(EVENT.read_bytes())
    asked = found.definition
    assert [option.label["de"] for option in asked.field("flaeche").options] == [
        "Gehweg",
        "Fahrbahn",
        "Platz oder Grünanlage",
    ]
    assert asked.field("groesse_der_flaeche").settings == {"decimals": 2, "min": 0.5, "max": 10000}
    assert asked.field("lageplan").settings == {"kinds": ["pdf", "image"], "max_mb": 5, "max_count": 5}
    assert asked.field("verfahren").settings == {"source": "fixed", "value": "SN-2026"}
    assert (asked.field("staende").type, asked.field("staende").settings) == ("group", {"max_rows": 200})
    assert not asked.field("aktenzeichen").required, "the office fills it in"
    assert from_json(to_json(asked)) == asked
    assert {finding.rule for finding in prove(asked)} == set()


def test_what_could_not_be_taken_over_is_reported_in_german():
    with override("de"):
        notes = [(note.kind, str(note.message)) for note in imported(TAX.read_bytes()).notes]
    assert notes[0] == (
        "rule",
        "Regel zu „Hund anmelden“: Wird eine Ermäßigung beantragt, ist ein Nachweis beizufügen.",
    )
    assert [kind for kind, _text in notes] == ["rule", "changed", "missing", "changed", "changed", "changed"]
    assert "urn:de:mainz:hunderassen_2026" in notes[2][1]
    lines = [note.line for note in imported(TAX.read_bytes()).notes]
    assert lines == sorted(lines)
    assert "hunderassen" in "".join(TAX.read_text().splitlines()[lines[2] - 1 : lines[2] + 60])


def broken(old: str, new: str, times: int = 1, source: Path = EVENT) -> tuple[bytes, int]:
    """Return a file with one change, and the line of it."""
    text = source.read_text()
    assert old in text
    return text.replace(old, new, times).encode(), text[: text.index(old)].count("\n") + 1


@pytest.fixture(scope="module")
def group_id():
    text = EVENT.read_text()
    at = text.index("<xdf:datenfeldgruppe>")
    return text[text.index("<xdf:id>", at) : text.index("</xdf:id>", at) + 9]


@pytest.mark.parametrize(
    ("change", "word"),
    [
        (lambda it: broken(it, it + it), "zweimal"),
        (lambda it: broken(it, "<xdf:id></xdf:id>"), "fehlt"),
        (lambda it: broken("<code>6</code>", "<code>10</code>"), "Freigabestatus"),
        (lambda it: broken("<xdf:anzahl>1:1</xdf:anzahl>", "<xdf:anzahl>immer</xdf:anzahl>"), "Anzahl"),
        (lambda it: broken("<xdf:code>003</xdf:code>", "<xdf:code>001</xdf:code>"), "zweimal"),
        (lambda it: broken("xdatenfelder_3.0.0", "xdatenfelder_9"), "XDatenfelder"),
    ],
)  # fmt: skip
def test_a_broken_file_says_where(group_id, change, word):
    content, line = change(group_id)
    with pytest.raises(ExchangeError) as caught:
        imported(content)
    with override("de"):
        assert word in str(caught.value.message)
    assert abs(caught.value.line - line) <= 2


def test_an_id_that_is_missing_says_where_it_should_be(group_id):
    content, line = broken(group_id, "")
    with pytest.raises(ExchangeError) as caught:
        imported(content)
    assert abs(caught.value.line - line) <= 1


def test_nodes_that_are_not_known_are_told_and_left_out(group_id):
    content, line = broken(group_id, f"{group_id}<xdf:farbe>rot</xdf:farbe>")
    assert ("unknown", line) in {(note.kind, note.line) for note in imported(content).notes}


@pytest.mark.parametrize(
    "content",
    [
        b"", b"no xml", b"<a>", b"<a/>", "<a>ä</a>".encode("latin-1"), b"\x00" * 50, b'<?xml version="1.0" encoding="klingon"?><a/>',
        b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>',
        b'<!DOCTYPE a [<!ENTITY x "y"><!ENTITY z "&x;&x;&x;">]><a>&z;</a>',
        b'<!DOCTYPE a SYSTEM "http://localhost/a.dtd"><a/>',
        b" " * (5 * 1024 * 1024 + 1),
        b'<s xmlns="urn:xoev-de:fim:standard:xdatenfelder_2"/>',
        b'<s xmlns="urn:xoev-de:fim:standard:xdatenfelder_2"><datenfeld/></s>',
        b'<s xmlns="urn:xoev-de:fim:standard:xdatenfelder_3.0.0">' + b"<datenfeldgruppe><identifikation><id>1</id></identifikation><name>a</name><struktur><anzahl>1:1</anzahl><enthaelt>" * 3000
        + b"</enthaelt></struktur></datenfeldgruppe>" * 3000 + b"</s>",
    ],
    ids=range(14),
)  # fmt: skip
def test_no_content_is_another_exception(content):
    with pytest.raises(ExchangeError) as caught:
        imported(content)
    with override("de"):
        german = str(caught.value.message)
    with override("en"):
        assert german != str(caught.value.message)


@pytest.mark.parametrize(
    "limits",
    ["", "no json", "[]", '{"minLength": "x", "maxLength": null}', '{"maxLength": 1e999}', '{"minLength": -5}'],
)
def test_limits_that_cannot_be_read_are_left_out(limits):
    content, _line = broken(
        "{&quot;minLength&quot;:&quot;1&quot;,&quot;maxLength&quot;:&quot;120&quot;}",
        limits.replace("<", "&lt;"),
        source=TAX,
    )
    assert imported(content).definition.field("familienname").settings == {}
