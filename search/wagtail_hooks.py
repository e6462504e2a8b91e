"""The search in the Wagtail admin."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.admin.ui.tables import BooleanColumn
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet

from .models import Synonym


class SynonymViewSet(SnippetViewSet):
    """Synonyms."""

    model = Synonym
    icon = "search"
    menu_label = _("Synonyms")
    menu_order = 220
    add_to_admin_menu = True
    list_display = [
        "words",
        BooleanColumn("one_way", label=_("only from the first")),
        "language",
        BooleanColumn("is_active", label=_("in use")),
    ]
    list_filter = ["language", "is_active", "one_way"]
    search_fields = ["words"]
    panels = [FieldPanel("words"), FieldPanel("one_way"), FieldPanel("language"), FieldPanel("is_active")]


register_snippet(SynonymViewSet)
