"""The forms of the demo city: each is proved without findings, in both languages, and people can fill it in."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from django.conf import settings

from plugins.forms import demo, prover
from plugins.forms.definition.structure import to_json

DATA = yaml.safe_load((settings.BASE_DIR / "fixtures" / "forms.yaml").read_text(encoding="utf-8"))
OWN = [row for row in DATA["forms"] if row["kind"] == "own"]


@pytest.mark.parametrize("row", OWN, ids=lambda row: row["slug"])
def test_the_prover_finds_nothing(row: dict[str, Any]) -> None:
    definition = demo.definition(row, demo.field_groups(DATA))
    found = prover.prove(definition, asks=row.get("asks", "none"), requirement=row.get("requirement", "none"))
    assert [(finding.severity, finding.path, str(finding.message)) for finding in found] == []


def test_the_forms_of_the_issue_are_there() -> None:
    assert len(OWN) == 9
    assert sum(row.get("audience") == "staff" for row in OWN) == 2
    assert sum(row.get("purpose") == "survey" for row in OWN) == 1
    assert [row["kind"] for row in DATA["forms"]].count("pdf") == 2
    assert [row["kind"] for row in DATA["forms"]].count("link") == 1


@pytest.mark.parametrize("row", DATA["forms"], ids=lambda row: row["slug"])
def test_every_text_is_there_in_both_languages(row: dict[str, Any]) -> None:
    for name in ("title", "summary"):
        assert all(row[name])
        assert len(row[name]) == 2


def test_a_definition_survives_json() -> None:
    from plugins.forms.definition.structure import from_json

    for row in OWN:
        found = demo.definition(row, demo.field_groups(DATA))
        assert from_json(to_json(found)) == found
