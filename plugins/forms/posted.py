"""What browsers send, or somebody in their place."""

from __future__ import annotations

import json
import re
from typing import Any

#: Digits of a number that any of our columns holds.
MOST_DIGITS = 9
#: As JSON writes it, and not the text of a backslash and "u0000".
NUL = re.compile(r"(?<!\\)(?:\\\\)*\\u0000")


def whole_number(text: str, default: int = -1) -> int:
    """Return a number as browsers write it, else ``default``: "²" is a digit to Python, 5,000 of them an error."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS else default


def is_storable(data: Any) -> bool:
    """Return whether JSON data holds only text that PostgreSQL stores: no NUL, and no half of a character."""
    text = json.dumps(data, ensure_ascii=False)
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return not NUL.search(text)
