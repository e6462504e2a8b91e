"""Every kind of PDF that forms make keeps PDF/UA-1 (ISO 14289-1), as veraPDF checks it."""

from __future__ import annotations

import json
import os
import subprocess
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser

from cms.content.pdf import write_pdf
from plugins.forms import demo
from plugins.forms.definition.structure import to_json
from plugins.forms.definition.types import TYPES
from plugins.forms.filling import pdf
from plugins.forms.models import Form, Submission
from tests.conftest import make_unit
from tests.plugins.forms.definitions import ask, form
from tests.plugins.forms.filled import Person, make_form
from tests.plugins.forms.test_demo import DATA

VERAPDF = os.environ.get("VERAPDF", "")
pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not pdf.is_possible(), reason="WeasyPrint needs the system's Pango"),
    pytest.mark.skipif(not VERAPDF, reason="veraPDF is not here: bin/services start verapdf"),
]


@pytest.fixture
def broken_rules(tmp_path: Path) -> Any:
    """Return a function: PDFs by name -> the rules each of them breaks, none where it is PDF/UA-1."""

    def check(made: dict[str, bytes]) -> dict[str, list[str]]:
        for name, content in made.items():
            (tmp_path / f"{name}.pdf").write_bytes(content)
        paths = [str(path) for path in sorted(tmp_path.glob("*.pdf"))]
        run = subprocess.run(
            [VERAPDF, "--flavour", "ua1", "--format", "json", *paths], capture_output=True, check=False, timeout=300
        )
        found = {}
        for job in json.loads(run.stdout)["report"]["jobs"]:
            (result,) = job["validationResult"]
            rules = [f"{rule['clause']}: {rule['description']}" for rule in result["details"]["ruleSummaries"]]
            assert result["compliant"] == (not rules)
            found[Path(job["itemDetails"]["name"]).stem] = rules
        assert found.keys() == made.keys()
        return found

    return check


def content(client: Any, address: str) -> bytes:
    answer = client.get(address)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/pdf"
    return answer.content


def test_what_the_demo_prints(roles: Any, home: Any, client: Any, broken_rules: Any) -> None:
    """The empty paper of each form in both languages, and what people have sent."""
    from plugins.forms.filling.papers import submission_context

    make_unit("personalservice")
    demo.load(DATA, lambda _line: None)
    made = {}
    for row in Form.objects.visible_to(AnonymousUser()).filter(kind="own"):
        made[f"{row.slug}-de"] = content(client, f"/formulare/{row.slug}/papier.pdf")
        made[f"{row.slug}-en"] = content(client, f"/en/forms/{row.slug}/paper.pdf")
    for sent in Submission.objects.filter(case__isnull=False).select_related("case", "version__form"):
        context = submission_context(sent, sent.language, sent.case.reference)
        made[f"sent-{sent.pk}"] = pdf.make("forms/pdf/submission.html", context, sent.language)
    assert len(made) > 20
    assert {name: rules for name, rules in broken_rules(made).items() if rules} == {}


def test_every_kind_of_question_and_what_is_to_be_signed(home: Any, client: Any, broken_rules: Any) -> None:
    options = {"options": ["a", "b"]}
    fields = [
        ask(kind.replace("_", ""), kind, help={"de": "Hilfe"}, required=True, **(options if "choice" in kind else {}))
        for kind in TYPES
        if kind not in ("fieldset", "group", "reference", "hidden")
    ]
    fields.append({**ask("rows", "group"), "fields": [ask("inside"), ask("day", "date")]})
    signed = Person(make_form(asks="qualified")).fill_in()
    every = make_form(to_json(form(fields)), slug="alles", unit=signed.form.unit)
    made = {
        "every": content(client, f"/formulare/{every.slug}/papier.pdf"),
        "to-sign": content(signed.client, f"/formulare/ausfuellen/{signed.token}/unterschreiben.pdf"),
    }
    assert broken_rules(made) == {"every": [], "to-sign": []}


def test_the_check_finds_what_is_wrong(broken_rules: Any) -> None:
    out = BytesIO()
    write_pdf(out, "Ohne Auszeichnung", ["Text"])
    assert broken_rules({"plain": out.getvalue()})["plain"]
