"""What we know of a person already is filled in for them; they see it and can change it."""

from __future__ import annotations

from typing import Any

from ..models import Form
from .opening import definition_of

#: What a field's setting ``prefill`` may name -> how the account says it.
ACCOUNT = {
    "account.first_name": lambda user: user.first_name,
    "account.last_name": lambda user: user.last_name,
    "account.name": lambda user: f"{user.first_name} {user.last_name}".strip(),
    "account.email": lambda user: user.email,
}


def from_account(form: Form, account: Any) -> dict[str, Any]:
    """Return answers for the fields whose setting ``prefill`` names something of the account; {} without one."""
    version = form.published()
    if account is None or version is None:
        return {}
    answers = {}
    for _step, field in definition_of(version).walk():
        source = ACCOUNT.get(str(field.settings.get("prefill", "")))
        if source and (value := source(account)):
            answers[field.key] = value
    return answers
