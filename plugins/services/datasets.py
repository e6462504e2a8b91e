"""Services as open data."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext_lazy as _

from cms.contracts.datasets import Dataset

DATASETS = [
    Dataset(
        name="services",
        kind="service",
        title=_("Services of the city administration"),
        description=_("What the city does for people and firms: fees, papers, time it takes, who does it and where."),
        keywords=(_("services"), _("fees"), _("administration")),
        since=date(2026, 11, 28),
    ),
]
