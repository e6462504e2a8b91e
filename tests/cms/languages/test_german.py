"""Our German texts stand before those of Django and Wagtail: a word of ours must not take the place of theirs."""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path

import polib
import pytest
from django.conf import settings
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext

TEXTS = polib.pofile(str(Path(settings.BASE_DIR) / "locale/de/LC_MESSAGES/django.po"))
MONTHS = [
    "Januar",
    "Februar",
    "März",
    "April",
    "Mai",
    "Juni",
    "Juli",
    "August",
    "September",
    "Oktober",
    "November",
    "Dezember",
]


def test_months_and_weekdays_have_their_names() -> None:
    with translation.override("de"):
        assert [date_format(date(2026, number, 1), "F") for number in range(1, 13)] == MONTHS
        assert [date_format(date(2026, 6, number), "l")[:2] for number in range(1, 8)] == [
            "Mo",
            "Di",
            "Mi",
            "Do",
            "Fr",
            "Sa",
            "So",
        ]


@pytest.mark.parametrize(
    ("english", "german"), [("Type", "Typ"), ("Published", "Veröffentlicht"), ("From", "Von"), ("To", "Nach")]
)
def test_words_of_the_admin_that_mean_something_else_with_us(english: str, german: str) -> None:
    with translation.override("de"):
        assert gettext(english) == german


def test_no_text_stands_twice_and_none_is_missing() -> None:
    counts = Counter((entry.msgctxt, entry.msgid) for entry in TEXTS if not entry.obsolete)
    assert [key for key, number in counts.items() if number > 1] == []
    assert [entry.msgid for entry in TEXTS if not entry.translated() and not entry.obsolete] == []
