"""References are read out, written down and typed in again."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cms.cases.references import ALPHABET, new_code, new_reference, read_code, read_reference

DAY = date(2026, 11, 28)


def test_nothing_in_it_is_mistaken_for_something_else() -> None:
    assert not set("01ILOUBGSZ") & set(ALPHABET)
    assert len(set(ALPHABET)) == len(ALPHABET)
    assert len(ALPHABET) % 2 == 0


@pytest.mark.parametrize("number", range(50))
def test_every_single_wrong_character_is_noticed(number: int) -> None:
    reference = new_reference(DAY)
    prefix, year, first, second, check = reference.split("-")
    word = year + first + second + check
    for place, right in enumerate(word):
        for wrong in "0123456789" if place < 4 else ALPHABET:
            if wrong != right:
                assert read_reference(word[:place] + wrong + word[place + 1 :]) is None


def test_nearly_every_swap_of_neighbours_is_noticed() -> None:
    swaps = missed = 0
    for _number in range(300):
        word = new_reference(DAY).replace("-", "").removeprefix("MZ")
        for place in range(4, len(word) - 1):
            swapped = word[:place] + word[place + 1] + word[place] + word[place + 2 :]
            if swapped != word:
                swaps, missed = swaps + 1, missed + (read_reference(swapped) is not None)
    assert missed / swaps < 0.02


@pytest.mark.parametrize("how", [str.lower, lambda text: text.replace("-", ""), lambda text: text.replace("-", " – ")])
def test_it_is_read_however_it_is_typed(how: object) -> None:
    reference = new_reference(DAY)
    assert read_reference(how(reference)) == reference  # type: ignore[operator]
    assert read_reference(how(reference.removeprefix("MZ-"))) == reference  # type: ignore[operator]
    code = new_code()
    assert read_code(how(code)) == code  # type: ignore[operator]


@given(st.text(max_size=200))
def test_anything_can_be_typed(text: str) -> None:
    read_reference(text)
    read_code(text)
