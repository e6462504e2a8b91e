"""What we know of a person already is filled in for them; they see it and can change it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..definition.structure import Definition
from ..models import Form
from .opening import definition_of

#: What the setting ``prefill`` may name -> how the account says it. Identity providers know more (identity/).
ACCOUNT = {
    "given_name": lambda user: user.first_name,
    "family_name": lambda user: user.last_name,
    "name": lambda user: f"{user.first_name} {user.last_name}".strip(),
    "email": lambda user: user.email,
}
LONGEST = 300


def known(form: Form, account: Any, query: Mapping[str, str]) -> dict[str, Any]:
    """Return the answers a filling begins with: of the account (None: nobody's), and the values people don't see.

    ``query``: parameters of the link to the form; only those that a hidden field of the form names are kept.
    """
    version = form.published()
    return begun(definition_of(version), account, query) if version else {}


def begun(definition: Definition, account: Any, query: Mapping[str, str]) -> dict[str, Any]:
    """Return the same for a definition."""
    answers = {}
    for _step, field in definition.walk():
        wanted = field.settings.get("prefill")
        if field.type == "hidden":
            said, source = str(field.settings.get("value") or field.key), field.settings.get("source", "fixed")
            if source == "query":
                answers[field.key] = query.get(said, "")[:LONGEST]
                continue
            if source == "fixed":
                answers[field.key] = str(field.settings.get("value") or "")[:LONGEST]
                continue
            wanted = said
        of_account = ACCOUNT.get(str(wanted))
        if account is not None and of_account and (value := of_account(account)):
            answers[field.key] = value
    return {key: value for key, value in answers.items() if value}
