"""Offices and locations as open data."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext_lazy as _

from cms.contracts.datasets import Dataset

DATASETS = [
    Dataset(
        name="units",
        kind="unit",
        title=_("Offices of the city administration"),
        description=_("Departments, offices and teams with office code, phone, e-mail and to which unit they belong."),
        keywords=(_("administration"), _("offices"), _("contact")),
        since=date(2026, 11, 28),
    ),
    Dataset(
        name="locations",
        kind="location",
        title=_("Locations of the city with opening hours"),
        description=_(
            "Public places of the city with address, coordinates, step-free access, opening hours and exceptions."
        ),
        keywords=(_("locations"), _("opening hours"), _("accessibility")),
        since=date(2026, 11, 28),
    ),
]
