"""The contact of an integration may be a person's address."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from cms.contracts.privacy import PersonalData

from .models import Integration


def _mine(user: Any) -> QuerySet[Integration]:
    return Integration.objects.filter(contact__iexact=user.email).order_by("pk")


DATA = [
    PersonalData(
        name="contacts",
        title=_("Contact for integrations"),
        models=("integrations.Integration",),
        export=lambda user: list(_mine(user).values("name", "contact")),
        erase=lambda user: _mine(user).update(contact=""),
        retention=_("as long as the integration"),
    )
]
