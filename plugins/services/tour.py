"""What the catalogue shows in the tour and what must answer."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cms.contracts.navigation import TourStep

from .models import LifeSituation, Service


def steps() -> list[TourStep]:
    """Return the steps of the tour."""
    service = Service.objects.visible_to(None).filter(slug="personalausweis-beantragen").first()
    first = service or Service.objects.visible_to(None).first()
    found = [
        TourStep(
            title=_("Every service from A to Z"),
            text=_("Umlauts stand where readers look for them; other names lead to the same service."),
            url=reverse("services:index"),
            order=15,
        )
    ]
    if first:
        found.append(
            TourStep(
                title=_("One service, answered in one screen"),
                text=_("What it costs, which papers, where and when, who, how long, and online."),
                url=first.get_absolute_url(),
                order=20,
            )
        )
        found.append(
            TourStep(
                title=_("Change it as an editor"),
                text=_("Draft, preview, publish: visible and found within a second."),
                url=reverse("wagtailsnippets_services_service:edit", args=[first.pk]),
                account="editor",
                order=60,
            )
        )
    return found


def smoke_paths() -> list[str]:
    """Return every public page of the catalogue."""
    services = list(Service.objects.visible_to(None))
    return [
        reverse("services:index"),
        reverse("services:by_office"),
        reverse("services:life_situations"),
        *(item.get_absolute_url() for item in LifeSituation.objects.all()),
        *(item.get_absolute_url() for item in services),
        *(reverse("services:service_print", args=[item.slug]) for item in services[:3]),
    ]
