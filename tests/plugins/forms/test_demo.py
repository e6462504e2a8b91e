"""The forms of the demo city: each is proved without findings, in both languages, and people can fill it in."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from django.conf import settings

from plugins.forms import demo, prover
from plugins.forms.definition.structure import to_json
from tests.conftest import make_unit

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


@pytest.mark.django_db
def test_the_demo_is_lived_in(roles: Any, home: Any) -> None:
    """Every submission of the fixture is accepted by its form, the survey has results and the statistics figures."""
    from plugins.forms.building.results import results
    from plugins.forms.building.statistics import figures
    from plugins.forms.models import Form, HandOver, ReceivedFile, ReceivedSubmission, SentSubmission, Submission

    make_unit("personalservice")
    demo.load(DATA, lambda _line: None)
    sent = Submission.objects.exclude(version__form__purpose="survey")
    assert sent.count() == len(DATA["sent"])
    assert all(row.case is not None for row in sent.select_related("case"))
    assert HandOver.objects.count() == len(DATA["sent"])
    found = results(Form.objects.get(purpose="survey"))
    assert found is not None
    assert found["number"] > 40
    assert all(question["answered"] for question in found["questions"])
    for form in Form.objects.filter(kind="own"):
        counted = figures(form, 90)
        assert 0 < counted["finished"] < counted["started"]
        assert counted["median"]
    received = ReceivedSubmission.objects.all()
    assert sorted(row.state for row in received) == ["accepted", "accepted", "rejected"]
    assert [bool(row.case and row.content["data"]) for row in received.exclude(state="rejected")] == [True, True]
    assert ReceivedFile.objects.get().read().startswith(b"%PDF")
    assert SentSubmission.objects.get().reference
    demo.load(DATA, lambda _line: None)
    assert sent.count() == len(DATA["sent"])
    assert received.count() == len(DATA["received"])
