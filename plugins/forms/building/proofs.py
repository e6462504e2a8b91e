"""Findings of the prover and the fillings that are kept as tests of a form, as the builder shows them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from django.core.cache import cache
from django.db import transaction
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from .. import prover
from ..definition.logic import evaluate
from ..definition.structure import Definition, text_in
from ..definition.types import TYPES
from ..handover.services import received
from ..models import FormProof, FormVersion
from ..prover.paths import Difference
from ..reference import names as list_names
from .carried import packed
from .words import Names

SEVERITIES = {prover.ERROR: _("Error"), prover.WARNING: _("Warning"), prover.NOTE: _("Note")}
#: So long the answer of the prover is kept; it depends on the definition, what the law asks, and where answers go.
KEPT_SECONDS = 3600


def findings(version: FormVersion) -> list[dict[str, Any]]:
    """Return the findings, the worst first: severity, severity_name, message, at (what the builder chooses), filling."""
    form = version.form
    around = {
        "asks": form.asks,
        "requirement": form.requirement,
        **received(form),
        "lists": sorted(name for name, _label in list_names()),
    }
    state = hashlib.sha256(repr(sorted(around.items())).encode()).hexdigest()
    key = f"forms.findings.{version.pk}.{version.revision}.{state}.{get_language()}"
    if (known := cache.get(key)) is not None:
        return known
    names = Names(version.definition)
    found = [
        {
            "number": number,
            "rule": finding.rule,
            "severity": finding.severity,
            "severity_name": str(SEVERITIES[finding.severity]),
            "message": str(finding.message),
            "at": _at(finding.path),
            "place": _place(_at(finding.path), names),
            "filling": finding.filling,
            "replay": finding.filling is not None,
        }
        for number, finding in enumerate(prover.prove(version.definition, **around))
    ]
    cache.set(key, found, KEPT_SECONDS)
    return found


def _at(path: str) -> str:
    """Return what the builder chooses to show the place of a finding."""
    kind, _colon, rest = path.partition(":")
    key = rest.split(".")[0]
    return f"{'field' if kind == 'option' else kind}:{key}" if key else "form"


def _place(at: str, names: Names) -> str:
    """Return what the place is called; rules are shown by the link."""
    kind, _colon, key = at.partition(":")
    return names.target(key) if kind in ("field", "step") and key else ""


def checked(version: FormVersion, replay: str, test: str) -> dict[str, Any]:
    """Return the context of the view "check"; ``replay``: number of the finding that is replayed, ``test``: of the test."""
    found = findings(version)
    kept = list(version.proofs.all())
    shown = next((one for one in found if str(one["number"]) == replay and one["replay"]), None) or next(
        ({"message": one.name, "filling": one.filling, "at": "form"} for one in kept if str(one.pk) == test), None
    )
    return {
        "findings": found,
        "proofs": kept,
        "failed": failed(version, kept),
        "replay": replayed(version.definition, shown) if shown else None,
    }


def replayed(definition: Definition, finding: Mapping[str, Any]) -> dict[str, Any]:
    """Return the filling of a finding in words, and what the form shows with it."""
    names, found = Names(definition), evaluate(definition, finding["filling"])
    place = finding["at"].partition(":")[2]
    steps = []
    for step in definition.steps:
        if step.key not in found.steps:
            continue
        items = [
            (
                names.field(item.key),
                _answer(names, item.key, found.answers.get(item.key)),
                item.key in found.required,
                item.key == place,
            )
            for item in step.walk()
            if item.key in found.shown or _in_rows(item.key, found.shown)
        ]
        steps.append((names.target(step.key), items))
    return {
        "message": finding["message"],
        "packed": packed(finding["filling"]),
        "answers": [(names.field(key), _answer(names, key, value)) for key, value in finding["filling"].items()],
        "steps": steps,
        "blocks": [text_in(texts, names.language) for texts, _target in found.blocks],
    }


def _in_rows(key: str, shown: frozenset[str]) -> bool:
    return any(path.endswith(f".{key}") for path in shown)


def _answer(names: Names, key: str, value: Any) -> str:
    item = names.fields.get(key)
    if value in (None, "", []):
        return gettext("no answer") if value is not None else ""
    if item is not None and item.repeats and isinstance(value, list):
        rows = (
            ", ".join(f"{names.field(inner)}: {_answer(names, inner, one)}" for inner, one in row.items())
            for row in value
        )
        return "; ".join(f"{number}. {row}" for number, row in enumerate(rows, 1))
    return TYPES[item.type].display(item, value, names.language) if item else str(value)


# --- tests of the form -------------------------------------------------------------------------------


def keep(*, version: FormVersion) -> int:
    """Generate one filling a path and keep them as the tests of the version, in the place of those it had."""
    found = prover.proofs(version.definition)
    store(version=version, fillings=found.fillings)
    return len(found.fillings)


@transaction.atomic
def store(*, version: FormVersion, fillings: Sequence[prover.Filling]) -> None:
    """Keep fillings as the tests of the version, in the place of those it had."""
    names = Names(version.definition)
    always = frozenset.intersection(*(frozenset(one.shown) for one in fillings)) if fillings else frozenset()
    version.proofs.all().delete()
    FormProof.objects.bulk_create(
        [
            FormProof(
                version=version,
                name=_path_name(number, one, always, names)[:300],
                filling=dict(one.answers),
                expected={name: value for name, value in one.to_json().items() if name != "answers"},
            )
            for number, one in enumerate(fillings, 1)
        ]
    )


def _path_name(number: int, one: prover.Filling, always: frozenset[str], names: Names) -> str:
    special = dict.fromkeys(names.field(path.split(".")[-1]) for path in one.shown if path not in always)
    what = ", ".join(list(special)[:4]) or gettext("only what everybody is asked")
    return gettext("Path %(number)d: %(what)s") % {"number": number, "what": what}


def failed(version: FormVersion, kept: list[FormProof] | None = None) -> list[tuple[FormProof, list[Difference]]]:
    """Return the tests whose result is another now, with what differs."""
    found = []
    for proof in version.proofs.all() if kept is None else kept:
        if differences := prover.differences(version.definition, filling_of(proof)):
            found.append((proof, differences))
    return found


def filling_of(proof: FormProof) -> prover.Filling:
    """Return a kept test as the prover knows it."""
    return prover.Filling.from_json({"answers": proof.filling, **proof.expected})


def copy_tests(*, source: FormVersion, target: FormVersion) -> None:
    """Give a new draft the tests of the version it comes from."""
    FormProof.objects.bulk_create(
        [
            FormProof(version=target, name=proof.name, filling=proof.filling, expected=proof.expected)
            for proof in source.proofs.all()
        ]
    )
