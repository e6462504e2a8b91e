"""Loading the account of a request: roles that began or ended count at once."""

from __future__ import annotations

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend as AllauthBackend
from django.contrib.auth.backends import ModelBackend

from .rights import derive_if_due


class _Punctual:
    def get_user(self, user_id: Any) -> Any:
        """Return the account with the roles of this moment."""
        user = super().get_user(user_id)  # type: ignore[misc]
        return derive_if_due(user) if user is not None else None


class PasswordBackend(_Punctual, ModelBackend):
    """User name and password."""


class MailBackend(_Punctual, AllauthBackend):
    """Mail address and password, mailed codes, and everything else allauth does."""
