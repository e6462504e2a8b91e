"""Proves a form before it is published: which defects it has, each with a filling that shows it; and its tests."""

from .findings import ERROR, NOTE, WARNING, Finding
from .paths import Filling, Proofs, differences, proofs
from .proving import prove

__all__ = ["ERROR", "NOTE", "WARNING", "Filling", "Finding", "Proofs", "differences", "proofs", "prove"]
