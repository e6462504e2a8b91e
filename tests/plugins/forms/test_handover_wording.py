"""Errors of hand-overs as people read them: in their language, with what to do, and never a word of the receiver."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.utils import translation

from plugins.forms.handover.wording import said

WAYS = Path(__file__).parents[3] / "plugins/forms/handover"
FIXED = re.compile(r'(?:TryAgain|GiveUp|Outcome)\((?:row, )?"([^"{]+)"')


@pytest.mark.parametrize(
    ("stored", "part"),
    [
        ("HTTP 401", "Geheimnis"),
        ("HTTP 422", "lehnt den Inhalt ab"),
        ("HTTP 503", "Störung"),
        ("HTTP 418", "418"),
        ("no answer (NewConnectionError)", "nicht erreichbar"),
        ("no answer (SSLError)", "Zertifikat"),
        ("the folder can't be written (OSError)", "Platte"),
        ("the machine has another key than the one that is set up", "Betreiber"),
        ("the certificate of the receiver has expired", "abgelaufen"),
        ("the other authority has refused it (hash-mismatch, other)", "Prüfsumme). Es gibt einen anderen Grund"),
        ("ValueError", "Fehler: ValueError"),
    ],
)
def test_german(stored: str, part: str) -> None:
    with translation.override("de"):
        assert part in said(stored)
    assert said("") == ""


def test_every_error_of_ours_has_words() -> None:
    stored = {text for path in WAYS.rglob("*.py") for text in FIXED.findall(path.read_text())}
    assert len(stored) > 8
    with translation.override("en"):
        assert [text for text in sorted(stored) if said(text).startswith("Fault")] == []
