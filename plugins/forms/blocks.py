"""The blocks of the plugin."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from cms.content.blocks.records import BodyRecords, RecordReference, reader_of

from .models import Form
from .presentation import closed_note, offered_to


class FormsBlock(blocks.StructBlock):
    """Forms to begin at once; shows only those that are offered and that the reader may see."""

    title = blocks.CharBlock(required=False, max_length=150, label=_("Title"))
    forms = blocks.ListBlock(RecordReference("forms.Form"), label=_("Forms"))

    class Meta:
        icon = "form"
        label = _("Forms")
        template = "forms/blocks/forms.html"

    def get_context(self, value: Any, parent_context: Any = None) -> dict[str, Any]:
        """Add ``forms``: those the reader may see, in the order of the block, and ``more``: where all of them are."""
        context = super().get_context(value, parent_context)
        found = BodyRecords.of(parent_context).all(Form, [form.pk for form in value["forms"] if form])
        ready = offered_to(reader_of(parent_context))
        context["forms"] = [form for form in found if form.pk in ready]
        for form in context["forms"]:
            form.note = closed_note(form)
        return context


BLOCKS = [("forms", FormsBlock())]
