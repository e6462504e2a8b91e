"""Topics, short links and links to drafts in the Wagtail admin."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.panels import FieldPanel, ObjectList, TabbedInterface
from wagtail.admin.widgets.button import Button
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet

from cms.records.admin import RecordViewSet
from cms.records.forms import RecordForm, TextSpec, record_form, text_panels

from .api.previews import preview_link
from .models import ShortLink, Topic
from .topic_changes import TopicsTogether

TOPIC_TEXTS = (TextSpec("title", _("Name"), required=True), TextSpec("summary", _("Summary"), kind="area"))


class TopicViewSet(RecordViewSet):
    """Topics of pages."""

    model = Topic
    icon = "tag"
    menu_label = _("Topics")
    list_display = ["__str__", "slug"]
    edit_handler = TabbedInterface(
        [*text_panels(TOPIC_TEXTS), ObjectList([FieldPanel("slug")], heading=_("Topic"))],
        base_form_class=record_form(TOPIC_TEXTS, RecordForm),
    )


class ShortLinkViewSet(SnippetViewSet):
    """Short links."""

    model = ShortLink
    icon = "link"
    menu_label = _("Short links")
    list_display = ["__str__", "page", "path", "expires_at", "note"]
    search_fields = ["name", "path", "note"]


register_snippet(TopicViewSet)
register_snippet(ShortLinkViewSet)
hooks.register("register_bulk_action", TopicsTogether)


@hooks.register("register_admin_urls")
def urls() -> list[URLPattern]:
    """Return the address of the page that shows the link to a draft."""
    return [path("api-preview/<int:page_id>/", preview_link, name="content_preview_link")]


@hooks.register("register_page_header_buttons")
def draft_button(page: Any, user: Any, view_name: str, next_url: str | None = None) -> Iterator[Button]:
    """Offer the link to the draft to those who may edit the page."""
    if page.pk and page.permissions_for_user(user).can_edit():
        yield Button(
            _("Draft in the API"), reverse("content_preview_link", args=[page.pk]), icon_name="code", priority=60
        )
