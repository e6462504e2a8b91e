"""Set up and change integrations."""

from __future__ import annotations

import secrets

from django.db import transaction

from cms.accounts.models import User

from .models import Integration


@transaction.atomic
def create_integration(*, name: str, contact: str, purpose: str = "") -> Integration:
    """Create an integration with an account of its own that nobody can sign in with; it has no role yet.

    Raises IntegrityError when the name is taken.
    """
    word = f"integration-{secrets.token_hex(6)}"
    account = User(username=word, email=f"{word}@integrations.invalid", first_name=name[:150])
    account.set_unusable_password()
    account.save()
    return Integration.objects.create(name=name, contact=contact, purpose=purpose, account=account)
