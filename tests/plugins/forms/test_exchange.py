"""A form goes from one installation to another as a JSON file."""

import json

import pytest
from django.utils.translation import override

from plugins.forms.exchange.files import ExchangeError, exported, from_bytes, to_bytes
from plugins.forms.models import Form, FormText, FormVersion
from plugins.forms.prover import proofs

from .definitions import ask, do, form, when


@pytest.fixture
def version(db):
    asked = form(
        [ask("a", "yes_no", required=True), ask("b")], rules=(when("r", ("a", "equals", True), then=[do("show", "b")]),)
    )
    record = Form.objects.create(slug="hund", number="32-1", legal_basis="§ 1 HStS", retention_days=90)
    for name, value in (("title", "Hund anmelden"), ("summary", "Für Hunde"), ("body", "")):
        FormText.objects.create(record=record, language="de", field=name, value=value)
    found = FormVersion(form=record, number=1)
    found.definition = asked
    found.save()
    return found


def test_what_is_exported_is_imported(version):
    tests = proofs(version.definition).fillings
    found = from_bytes(to_bytes(exported(version, tests)))
    assert found.definition == version.definition
    assert found.texts == {"de": {"title": "Hund anmelden", "summary": "Für Hunde"}}
    assert (found.attributes["number"], found.attributes["retention_days"]) == ("32-1", 90)
    assert found.tests == tests
    assert not {"unit", "owner", "slug", "audience"} & set(found.attributes), "they belong to the installation"


CHANGES = {
    "format": {"format": "other"},
    "definition": {"definition": {"format": 1, "steps": [{"key": "A"}]}},
    "no definition": {"definition": None},
    "texts": {"texts": []},
    "a text": {"texts": {"de": {"title": 5}}},
    "a name": {"texts": {"de": {"password": "x"}}},
    "attribute": {"form": {"owner": 1}},
    "a type": {"form": {"retention_days": "90"}},
    "true": {"form": {"retention_days": True}},
    "less than nothing": {"form": {"retention_days": -1}},
    "a choice": {"form": {"requirement": "blood"}},
    "too long": {"form": {"number": "x" * 41}},
    "tests": {"tests": [{"answers": {}}]},
    "a test": {"tests": ["x"]},
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_file_with_wrong_values_says_so(version, name):
    data = json.loads(to_bytes(exported(version))) | CHANGES[name]
    with pytest.raises(ExchangeError) as caught:
        from_bytes(json.dumps(data).encode())
    with override("de"):
        german = str(caught.value.message)
    with override("en"):
        assert german != str(caught.value.message)


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff\xfe", b"null", b"[" * 100_000, b"5" * 6_000_000])
def test_what_is_no_form_is_refused(content):
    with pytest.raises(ExchangeError):
        from_bytes(content)


def test_the_line_of_a_mistake_is_named():
    with pytest.raises(ExchangeError) as caught:
        from_bytes(b'{\n"format": "mogontia-form/1",\n"form": }')
    assert caught.value.line == 3
