"""A step of a form, shown and posted, against a bare Django form view of the same fields in the frame of the same site.

Run as a program it prints JSON; ``figures`` runs it on a database of its own.
"""

from __future__ import annotations

import json
import statistics
import time
from collections.abc import Callable, Iterator
from typing import Any

from benchmarks import own_database
from benchmarks.figure import Figure

ROUNDS, PER_ROUND, FIELDS = 9, 15, 12
QUERIES, RATIO = 12, 2.5


def figures() -> Iterator[Figure]:
    """Measure: queries of showing and of posting a step, and its time as a multiple of the bare view's."""
    found = own_database.run("forms_pages")
    for name in ("shown", "posted"):
        yield Figure(f"forms.step_{name}.queries", found[f"{name}_queries"], QUERIES, "<=")
        print(f"forms.step_{name}.milliseconds {found[f'{name}_ms']:.1f}, bare {found[f'{name}_bare_ms']:.1f}")
        yield Figure(f"forms.step_{name}.time_vs_bare_form", found[f"{name}_ratio"], RATIO, "<=")


def definition() -> dict[str, Any]:
    """Return a form with two steps; the first asks what an ordinary step does, with two rules."""
    kinds = ["text", "email", "phone", "date", "yes_no", "choice", "number", "long_text"]
    options = [{"value": f"o{number}", "label": {"de": f"Auswahl {number}"}} for number in range(4)]
    fields = [
        {"key": f"f{number}", "type": kind, "label": {"de": f"Frage {number}"}, "help": {"de": "Ein Hinweis."}}
        | ({"options": options} if kind == "choice" else {})
        for number, kind in enumerate((kinds * 2)[:FIELDS])
    ]
    rules = [
        {
            "key": f"r{number}",
            "tests": [{"field": "f4", "op": "equals", "value": bool(number)}],
            "effects": [{"do": "show", "target": f"f{number + 8}"}],
        }
        for number in range(2)
    ]
    return {
        "format": 1,
        "languages": ["de"],
        "steps": [
            {"key": "one", "title": {"de": "Eins"}, "fields": fields},
            {
                "key": "two",
                "title": {"de": "Zwei"},
                "fields": [{"key": "end", "type": "text", "label": {"de": "Ende"}}],
            },
        ],
        "rules": rules,
    }


ANSWERS = {
    "f-f0": "Text", "f-f1": "a@example.org", "f-f2": "06131 120", "f-f3": "2026-01-31", "f-f4": "yes", "f-f5": "o1",
    "f-f6": "7", "f-f7": "Lang", "f-f9": "b@example.org", "f-f10": "06131 121", "f-f11": "2026-02-01",
}  # fmt: skip


def main() -> None:
    """Set up one form and one filling, measure in turn, print JSON."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext, override_settings
    from django.urls import reverse

    from plugins.forms.definition.structure import from_json
    from plugins.forms.filling import guard, services
    from plugins.forms.models import Form, FormVersion

    guard.REQUESTS = 10**9
    form = Form(slug="bench")
    form.set_texts({("title", "de"): "Messung"})
    form.save()
    version = FormVersion(form=form, number=1, state=FormVersion.State.PUBLISHED)
    version.definition = from_json(definition())
    version.save()
    token = services.begin(form=form, language="de")
    found: dict[str, float] = {}
    with override_settings(ROOT_URLCONF="benchmarks.forms_bare", UNSAFE_REQUESTS_A_MINUTE=0):
        client = Client(headers={"host": "localhost"})
        path, bare = reverse("forms:step", args=[token, "one"]), "/bare/"
        shown = "f0 f1 f2 f3 f4 f5 f6 f7 f9 f10 f11"
        pairs: dict[str, tuple[Callable[[], Any], Callable[[], Any]]] = {
            "shown": (lambda: client.get(path), lambda: client.get(bare)),
            "posted": (
                lambda: client.post(path, {**ANSWERS, "_shown": shown, "_revision": "999999"}),
                lambda: client.post(bare, ANSWERS),
            ),
        }
        for name, (ours, theirs) in pairs.items():
            wanted = 200 if name == "shown" else 302
            for call in (ours, theirs):
                assert call().status_code == wanted, (name, call().status_code)
            with CaptureQueriesContext(connection) as captured:
                ours()
            found[f"{name}_queries"] = len(captured)
            times = [(_seconds(ours), _seconds(theirs)) for _round in range(ROUNDS)]
            found[f"{name}_ratio"] = statistics.median(one / other for one, other in times)
            found[f"{name}_ms"] = statistics.median(one for one, _other in times) * 1000
            found[f"{name}_bare_ms"] = statistics.median(other for _one, other in times) * 1000
    print(json.dumps(found))


def _seconds(call: Callable[[], Any]) -> float:
    began = time.perf_counter()
    for _number in range(PER_ROUND):
        call()
    return (time.perf_counter() - began) / PER_ROUND


if __name__ == "__main__":
    import django

    django.setup()
    main()
