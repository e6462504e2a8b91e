"""A part of a text in Leichte Sprache."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.images.blocks import ImageChooserBlock

from cms.access.pages import visible_in_collections
from cms.content.blocks import PICTURES, reader_of


class EasyTextBlock(blocks.StructBlock):
    """A few short sentences with a picture beside them."""

    title = blocks.CharBlock(required=False, max_length=80, label=_("Heading"))
    image = ImageChooserBlock(required=False, label=_("Image"))
    picture = blocks.ChoiceBlock(required=False, choices=PICTURES, label=_("or drawing"))
    alt = blocks.CharBlock(
        required=False, max_length=250, label=_("What the picture shows"), help_text=_("Empty: it is only decoration.")
    )
    text = blocks.RichTextBlock(features=["bold", "ul", "link"], label=_("Text"))

    class Meta:
        icon = "doc-full"
        label = _("Leichte Sprache: text with picture")
        template = "languages/blocks/easy_text.html"

    def clean(self, value: Any) -> Any:
        """Insist on one picture. Raises ValidationError."""
        result = super().clean(value)
        if bool(result["image"]) == bool(result["picture"]):
            raise blocks.StructBlockValidationError(
                block_errors={
                    "picture": ValidationError(_("Choose an image or a drawing: a picture helps to understand."))
                }
            )
        return result

    def get_context(self, value: Any, parent_context: Any = None) -> dict[str, Any]:
        """Drop an image the reader may not see."""
        context = super().get_context(value, parent_context)
        image = value["image"]
        images = type(image).objects.filter(pk=image.pk) if image else None
        context["image"] = visible_in_collections(reader_of(parent_context), images).first() if image else None
        return context


BLOCKS = [("easy_text", EasyTextBlock())]
