"""What browsers send, or somebody in their place."""

from __future__ import annotations

#: Digits of a number that any of our columns holds.
MOST_DIGITS = 9


def whole_number(text: str, default: int = -1) -> int:
    """Return a number as browsers write it, else ``default``: "²" is a digit to Python, 5,000 of them an error."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS else default
