"""Who the person is and how surely: trust levels, and the services that vouch for it."""

from __future__ import annotations

from ...models import Form

#: Trust levels of eIDAS (Regulation (EU) 910/2014, Article 8), the weakest first.
LEVELS = ("", "low", "substantial", "high")
NEEDED = {Form.Requirement.SUBSTANTIAL: "substantial", Form.Requirement.HIGH: "high"}


def is_enough(asked: str, shown: str) -> bool:
    """Return whether the level ``shown`` meets what a form asks (a value of Form.Requirement)."""
    needed = NEEDED.get(asked, "")  # type: ignore[call-overload]
    return shown in LEVELS and LEVELS.index(shown) >= LEVELS.index(needed)
