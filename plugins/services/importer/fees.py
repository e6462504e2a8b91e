"""Find the one clear amount in a fee text; in doubt there is none and the text speaks."""

from __future__ import annotations

import re

from cms.records.richtext import plain

AMOUNT = re.compile(r"(?<![\d.,])(\d{1,3}(?:\.\d{3})+|\d+)(?:,(\d{2}|-))?\s*(?:euro\b|eur\b|€)", re.IGNORECASE)
PREFIXED = re.compile(r"(?:€|\beur)\s*\d", re.IGNORECASE)
#: Words that make an amount a start, an end, an estimate or a part.
UNCLEAR = re.compile(
    r"\b(ab|von|bis|etwa|ca|circa|rund|mindestens|höchstens|maximal|zuzüglich|zzgl|plus|zwischen|je nach|regel|"
    r"grundsätzlich|abhängig|ungefähr|dazu|zusätzlich|weitere[nrs]?|kostenfrei|kostenlos|gebührenfrei|keine|pro|je|unter|über|"
    r"ermäßigt)\b|\d\s*[-–]\s*\d+\s*(?:euro|€)",
    re.IGNORECASE,
)
FREE = re.compile(r"(?:die leistung ist |gebühr: )?(?:kostenfrei|kostenlos|gebührenfrei|keine)[.!]?", re.IGNORECASE)
BANK_ACCOUNT = re.compile(
    r"\b[A-Z]{2}\d{2}(?:\s?\d{4}){3,7}(?:\s?\d{1,3})?\b|\bIBAN\b|\bkonto(?:nummer|daten|nr)", re.IGNORECASE
)


def single_amount(html: str) -> int | None:
    """Return the amount in cents when the text names exactly one and nothing qualifies it; 0 for "free of charge"."""
    text = plain(html)
    if FREE.fullmatch(text):
        return 0
    amounts = AMOUNT.findall(text)
    if len(amounts) != 1 or UNCLEAR.search(text) or PREFIXED.search(text):
        return None
    euros, cents = amounts[0]
    value = int(euros.replace(".", "")) * 100 + (int(cents) if cents.isdigit() else 0)
    return value if value <= 10_000_000_00 else None


def has_bank_account(html: str) -> bool:
    """Return whether the text holds an account number: payment details belong elsewhere."""
    return bool(BANK_ACCOUNT.search(plain(html)))
