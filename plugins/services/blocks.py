"""Blocks for pages."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.snippets.blocks import SnippetChooserBlock


class ServicesBlock(blocks.StructBlock):
    """A list of services with their fees; shows only those the reader may see."""

    title = blocks.CharBlock(required=False, max_length=150, label=_("Title"))
    services = blocks.ListBlock(SnippetChooserBlock("services.Service"), label=_("Services"))

    class Meta:
        icon = "list-ul"
        label = _("Services")
        template = "services/blocks/services.html"

    def get_context(self, value: Any, parent_context: Any = None) -> dict[str, Any]:
        """Read the services again, so that texts and fees are fresh."""
        from .models import Service
        from .presentation import card

        context = super().get_context(value, parent_context)
        ids = [service.pk for service in value["services"] if service]
        rows = Service.objects.visible_to((parent_context or {}).get("request")).filter(pk__in=ids).for_cards()
        cards = {row.pk: card(row) for row in rows}
        context["cards"] = [cards[pk] for pk in ids if pk in cards]
        return context


BLOCKS = [("services", ServicesBlock())]
