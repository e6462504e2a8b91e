"""Lists for forms in the Wagtail admin."""

from __future__ import annotations

from wagtail.admin.panels import FieldPanel
from wagtail.snippets.views.snippets import SnippetViewSet

from ..models import ReferenceList


class ReferenceListViewSet(SnippetViewSet):
    """Lists for forms."""

    model = ReferenceList
    icon = "list-ol"
    list_display = ["title", "key", "changed_at"]
    search_fields = ["title", "key"]
    copy_view_enabled = False
    inspect_view_enabled = False
    panels = [FieldPanel("title"), FieldPanel("key"), FieldPanel("lines")]
