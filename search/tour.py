"""What the search shows in the tour and what must answer."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cms.contracts.navigation import TourStep


def steps() -> list[TourStep]:
    """Return the steps of the tour."""
    return [
        TourStep(
            title=_("Find it in the words people use"),
            text=_("“Perso”, “Hundesteueranmeldung”, a misspelling: the search finds the service."),
            url=f"{reverse('search:results')}?q=Perso",
            order=25,
        ),
        TourStep(
            title=_("The same search as citizen and as staff"),
            text=_("Side by side: what the public finds, and what staff finds besides."),
            url=f"{reverse('search:compare')}?q=Dienstreise",
            account="staff",
            order=40,
        ),
    ]


def smoke_paths() -> list[str]:
    """Return public addresses of the search."""
    return [
        reverse("search:results"),
        f"{reverse('search:results')}?q=Perso",
        f"{reverse('search:suggestions')}?q=per",
        "/api/v1/search/?q=Hund",
    ]
