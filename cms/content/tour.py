"""What pages show in the tour and what must answer."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from wagtail.models import Page

from cms.access.pages import visible_pages
from cms.contracts.navigation import TourStep

from .models import SectionPage


def steps() -> list[TourStep]:
    """Return the steps of the tour."""
    found = [
        TourStep(title=_("The start page"), text=_("Search first, then what people want most."), url="/", order=10)
    ]
    intranet = SectionPage.objects.filter(portal=SectionPage.Portal.INTRANET, live=True).first()
    if intranet:
        found.append(
            TourStep(
                title=_("The staff portal"),
                text=_("The same site after signing in: pages, people and services the public must not see."),
                url=intranet.get_url() or "/",
                account="staff",
                order=50,
            )
        )
    return found


def smoke_paths() -> list[str]:
    """Return every public page."""
    pages = visible_pages(None, Page.objects.filter(depth__gt=1)).select_related("locale")
    return [url for page in pages if (url := page.get_url())]
