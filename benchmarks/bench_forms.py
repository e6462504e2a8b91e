"""Forms: the prover."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks import forms_pages, forms_prover
from benchmarks.figure import Figure


def figures(*, full: bool) -> Iterator[Figure]:
    """Measure the parts one after another."""
    yield from forms_prover.figures()
    yield from forms_pages.figures()
