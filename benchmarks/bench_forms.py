"""Forms: the prover, the pages people fill in, the builder, hand-overs, and the list of what was sent."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks import forms_builder, forms_handover, forms_pages, forms_prover, own_database
from benchmarks.figure import Figure


def figures(*, full: bool) -> Iterator[Figure]:
    """Measure the parts one after another."""
    yield from forms_prover.figures()
    yield from forms_pages.figures()
    yield from forms_builder.figures()
    took = own_database.run("forms_lists")
    for name, label in (("cases", "list"), ("hand_overs", "hand_over_list")):
        print(f"forms.{label}.milliseconds {took[name]}")
        ratio = took[name]["100000"]["p95"] / took[name]["1000"]["p95"]
        yield Figure(f"forms.{label}.p95_100000_vs_1000", ratio, 2, "<=")
    yield from forms_handover.figures()
