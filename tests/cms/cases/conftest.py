"""A case."""

from __future__ import annotations

from typing import Any

import pytest

from cms.accounts.models import User
from cms.cases.services import Opened, open_case
from tests.conftest import make_unit

STEPS = [{"de": "Eingang", "en": "Receipt"}, {"de": "Prüfung", "en": "Check"}, {"de": "Bescheid", "en": "Decision"}]
MAIL = "vera@mail.example"


def make_case(**values: Any) -> Opened:
    """Open a case for a dog."""
    given = {
        "kind": "form",
        "object_id": "1",
        "title": {"de": "Hund anmelden", "en": "Register a dog"},
        "unit": None,
        "steps": STEPS,
        "mail": MAIL,
        "language": "de",
    }
    return open_case(**{**given, **values})


@pytest.fixture
def unit(roles: Any) -> Any:
    return make_unit()


@pytest.fixture
def opened(unit: Any, citizen: User) -> Opened:
    return make_case(unit=unit, account=citizen)
