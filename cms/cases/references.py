"""References and codes that people read out, write down and type in again."""

from __future__ import annotations

import re
import secrets
from datetime import date

from django.conf import settings
from stdnum.iso7064 import mod_37_36

#: No 0 O 1 I L, no U beside V, of B 8, G 6, S 5 and Z 2 only the digit. An even number, as ISO 7064 asks for.
ALPHABET = "23456789ACDEFHJKMNPQRTVWXY"
RANDOM = 7
#: Characters of a secret code: 24 of 26 are 112 bits.
CODE, CODE_GROUP = 24, 4


def new_reference(on: date) -> str:
    """Return a reference of the year such as ``MZ-2026-7KQ4-PX3-C``. Unique only with the constraint of its column."""
    word = _random(RANDOM)
    return _written(f"{on.year:04}", word, check_character(f"{on.year:04}", word))


def read_reference(typed: str) -> str | None:
    """Return the reference as it is stored, however it was typed; None when it can't be one (a typing error)."""
    pattern = rf"(?:{re.escape(_plain(settings.CASE_PREFIX))})?(\d{{4}})([{ALPHABET}]{{{RANDOM}}})([{ALPHABET}])"
    found = re.fullmatch(pattern, _plain(typed))
    if found is None or check_character(found[1], found[2]) != found[3]:
        return None
    return _written(*found.groups())


def check_character(year: str, word: str) -> str:
    """Return the check character (ISO 7064, hybrid system MOD 27,26 over our alphabet): finds every wrong character."""
    digits = "".join(ALPHABET[int(digit)] for digit in year)
    return mod_37_36.calc_check_digit(digits + word, alphabet=ALPHABET)


def new_code() -> str:
    """Return a secret in groups, for links and for typing in from paper."""
    word = _random(CODE)
    return "-".join(word[start : start + CODE_GROUP] for start in range(0, CODE, CODE_GROUP))


def read_code(typed: str) -> str:
    """Return a code as it was made, however it was typed; "" when it can't be one."""
    word = _plain(typed)
    if not re.fullmatch(rf"[{ALPHABET}]{{{CODE}}}", word):
        return ""
    return "-".join(word[start : start + CODE_GROUP] for start in range(0, CODE, CODE_GROUP))


def _random(length: int) -> str:
    return "".join(secrets.choice(ALPHABET) for _number in range(length))


def _written(year: str, word: str, check: str) -> str:
    return f"{settings.CASE_PREFIX}-{year}-{word[:4]}-{word[4:]}-{check}"


def _plain(typed: str) -> str:
    """Return it in capitals without blanks and dashes."""
    return re.sub(r"[\s\-\u2010-\u2015]", "", typed[:100]).upper()
