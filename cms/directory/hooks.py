"""Which records of the directory other systems are told of. People are not among them: that would be personal data."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from cms.contracts.webhooks import Hook

from .models import Location, OrganisationUnit

HOOKS = [
    Hook(kind="unit", title=_("organisation unit"), rows=OrganisationUnit.objects.visible_to, model=OrganisationUnit),
    Hook(
        kind="location",
        title=_("location"),
        rows=lambda reader: Location.objects.visible_to(reader).filter(is_active=True),
        model=Location,
    ),
]
