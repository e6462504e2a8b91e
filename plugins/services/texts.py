"""How the texts of the catalogue are written, in the admin and by API."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from cms.records.forms import TextSpec

SERVICE_TEXTS = (
    TextSpec(
        "title",
        _("Title"),
        required=True,
        help_text=_("What people want to do, for example: Apply for an identity card"),
    ),
    TextSpec("summary", _("Summary"), kind="area", help_text=_("One or two sentences in plain words.")),
    TextSpec("body", _("Description"), kind="rich"),
    TextSpec("requirements", _("Requirements"), kind="rich"),
    TextSpec("procedure", _("Procedure"), kind="rich"),
    TextSpec("papers_note", _("Note on papers"), kind="rich"),
    TextSpec("fee_note", _("Note on fees"), kind="rich"),
    TextSpec("processing_time_note", _("Note on processing time"), kind="area"),
    TextSpec("alternative_titles", _("Alternative titles"), kind="lines", help_text=_("One a line; shown in A–Z.")),
    TextSpec(
        "keywords", _("Keywords"), kind="lines", help_text=_("One a line; words people use, for the search only.")
    ),
    TextSpec("staff_note", _("Internal note"), kind="rich", help_text=_("Only staff sees and finds this.")),
)
LIFE_SITUATION_TEXTS = (TextSpec("title", _("Title"), required=True), TextSpec("summary", _("Summary"), kind="area"))
