"""How the texts of the directory are written, in the admin and by API."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from cms.records.forms import TextSpec

UNIT_TEXTS = (
    TextSpec("name", _("Name"), required=True),
    TextSpec("short_name", _("Short name")),
    TextSpec("description", _("Description"), kind="rich"),
)
LOCATION_TEXTS = (
    TextSpec("name", _("Name"), required=True),
    TextSpec("directions", _("How to get there"), kind="area"),
    TextSpec("note", _("Note"), kind="area"),
)
