"""Blocks for pages."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from cms.content.blocks.records import BodyRecords, RecordReference, reader_of


class ServicesBlock(blocks.StructBlock):
    """A list of services with their fees; shows only those the reader may see."""

    title = blocks.CharBlock(required=False, max_length=150, label=_("Title"))
    services = blocks.ListBlock(RecordReference("services.Service"), label=_("Services"))

    class Meta:
        icon = "list-ul"
        label = _("Services")
        template = "services/blocks/services.html"

    def get_context(self, value: Any, parent_context: Any = None) -> dict[str, Any]:
        """Add ``cards``, one for each service that the reader may see."""
        from .models import Service
        from .presentation import cards

        context = super().get_context(value, parent_context)
        ids = [service.pk for service in value["services"] if service]
        context["cards"] = cards(reader_of(parent_context), BodyRecords.of(parent_context).all(Service, ids))
        return context


BLOCKS = [("services", ServicesBlock())]
