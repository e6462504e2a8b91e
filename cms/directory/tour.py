"""What the directory shows in the tour and what must answer."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cms.contracts.navigation import TourStep

from .models import Location, OrganisationUnit, Person


def steps() -> list[TourStep]:
    """Return the steps of the tour."""
    unit = OrganisationUnit.objects.visible_to(None).filter(slug="buergeramt").first()
    return [
        TourStep(
            title=_("Who is responsible, and is it open?"),
            text=_("An office with its code, people, services and opening hours that know the public holidays."),
            url=unit.get_absolute_url() if unit else reverse("directory:units"),
            order=30,
        )
    ]


def smoke_paths() -> list[str]:
    """Return every public page of the directory."""
    records = [
        *OrganisationUnit.objects.visible_to(None),
        *Location.objects.visible_to(None).filter(is_active=True),
        *Person.objects.visible_to(None),
    ]
    return [reverse("directory:units"), reverse("directory:locations"), *(r.get_absolute_url() for r in records)]
