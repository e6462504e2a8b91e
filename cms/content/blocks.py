"""The first set of blocks. What a block shows of a record or file is filtered by what the reader may see."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.contrib.table_block.blocks import TableBlock
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.images.blocks import ImageChooserBlock
from wagtail.snippets.blocks import SnippetChooserBlock

from cms.access.pages import visible_in_collections
from cms.records.texts import current_language, default_language

TEXT_FEATURES = ["h2", "h3", "h4", "bold", "italic", "ol", "ul", "link", "document-link", "hr"]

#: Drawings of the theme that editors may use, by file name in the theme's pictures.
PICTURES = [
    ("cathedral", _("Cathedral")),
    ("bridge", _("Bridge over the Rhine")),
    ("type-case", _("Type case")),
    ("wheel", _("Wheel of Mainz")),
    ("old-town", _("Old town")),
    ("river", _("River with ships")),
    ("museum", _("Museum")),
    ("market", _("Market")),
]


def reader_of(context: dict[str, Any] | None) -> Any:
    """Return the request a block is rendered for; without one (feeds, previews without reader) the public."""
    return (context or {}).get("request")


class CalloutBlock(blocks.StructBlock):
    """A boxed hint."""

    tone = blocks.ChoiceBlock(
        choices=[("info", _("Information")), ("success", _("Good to know")), ("warning", _("Warning"))],
        default="info",
        label=_("Kind"),
    )
    title = blocks.CharBlock(required=False, max_length=120, label=_("Title"))
    text = blocks.RichTextBlock(features=["bold", "italic", "link", "ul"], label=_("Text"))

    class Meta:
        icon = "info-circle"
        label = _("Call-out")
        template = "content/blocks/callout.html"


class AccordionItemBlock(blocks.StructBlock):
    """One part of an accordion."""

    title = blocks.CharBlock(max_length=200, label=_("Title"))
    text = blocks.RichTextBlock(features=TEXT_FEATURES[1:], label=_("Text"))


class ImageBlock(blocks.StructBlock):
    """An image with its alternative text, or marked as decoration."""

    image = ImageChooserBlock(label=_("Image"))
    alt = blocks.CharBlock(required=False, max_length=250, label=_("Alternative text"))
    decorative = blocks.BooleanBlock(required=False, label=_("Only decoration"))
    caption = blocks.CharBlock(required=False, max_length=250, label=_("Caption"))

    class Meta:
        icon = "image"
        label = _("Image")
        template = "content/blocks/image.html"

    def clean(self, value: Any) -> Any:
        """Insist on a text for those who can't see the image. Raises ValidationError."""
        result = super().clean(value)
        if not result["decorative"] and not result["alt"]:
            raise blocks.StructBlockValidationError(
                block_errors={"alt": ValidationError(_("Describe the image, or mark it as only decoration."))}
            )
        return result


class PictureBlock(blocks.StructBlock):
    """One of the theme's drawings."""

    picture = blocks.ChoiceBlock(choices=PICTURES, label=_("Drawing"))
    alt = blocks.CharBlock(required=False, max_length=250, label=_("Alternative text"))
    caption = blocks.CharBlock(required=False, max_length=250, label=_("Caption"))

    class Meta:
        icon = "image"
        label = _("Drawing")
        template = "content/blocks/picture.html"


class QuoteBlock(blocks.StructBlock):
    """A quotation with its source."""

    text = blocks.TextBlock(label=_("Quotation"))
    source = blocks.CharBlock(required=False, max_length=200, label=_("Source"))

    class Meta:
        icon = "openquote"
        label = _("Quotation")
        template = "content/blocks/quote.html"


class LinkBlock(blocks.StructBlock):
    """A link to a page of this site or to an address."""

    label = blocks.CharBlock(max_length=200, label=_("Text"))
    page = blocks.PageChooserBlock(required=False, label=_("Page"))
    url = blocks.CharBlock(required=False, max_length=500, label=_("or address"))

    def clean(self, value: Any) -> Any:
        """Insist on one target with a safe scheme. Raises ValidationError."""
        result = super().clean(value)
        url = result["url"]
        if not result["page"] and not url:
            raise blocks.StructBlockValidationError(
                block_errors={"url": ValidationError(_("Choose a page or enter an address."))}
            )
        if url and not url.startswith(("/", "https://", "http://", "mailto:", "tel:")):
            raise blocks.StructBlockValidationError(
                block_errors={"url": ValidationError(_("Enter an address that begins with https:// or /."))}
            )
        return result


class LinksBlock(blocks.ListBlock):
    """A list of links; links to pages the reader may not see are left out."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(LinkBlock(), **kwargs)

    class Meta:
        icon = "link"
        label = _("Links")
        template = "content/blocks/links.html"

    def get_context(self, value: Any, parent_context: Any = None) -> dict[str, Any]:
        """Keep what the reader may see."""
        from wagtail.models import Page

        from cms.access.pages import visible_pages
        from cms.languages.links import localized

        context = super().get_context(value, parent_context)
        reader = reader_of(parent_context)
        pages = [item["page"] for item in value if item["page"]]
        seen = {
            page.pk: page for page in visible_pages(reader, Page.objects.filter(pk__in=[page.pk for page in pages]))
        }
        if seen and current_language() != default_language():
            seen |= localized(reader, list(seen.values()), current_language())
        context["links"] = [
            {"label": item["label"], "url": seen[item["page"].pk].url if item["page"] else item["url"]}
            for item in value
            if not item["page"] or item["page"].pk in seen
        ]
        return context


class UnitContactBlock(SnippetChooserBlock):
    """How to reach a unit."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__("directory.OrganisationUnit", **kwargs)

    class Meta:
        icon = "group"
        label = _("Contact of a unit")
        template = "content/blocks/unit_contact.html"

    def get_context(self, value: Any, parent_context: Any = None) -> dict[str, Any]:
        """Show a unit the reader may see, with fresh texts."""
        from cms.directory.models import OrganisationUnit

        context = super().get_context(value, parent_context)
        units = OrganisationUnit.objects.visible_to(reader_of(parent_context)).with_texts()
        context["unit"] = units.filter(pk=value.pk).first() if value else None
        return context


class OpeningHoursBlock(SnippetChooserBlock):
    """The opening hours of a location."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__("directory.Location", **kwargs)

    class Meta:
        icon = "time"
        label = _("Opening hours")
        template = "content/blocks/opening_hours.html"

    def get_context(self, value: Any, parent_context: Any = None) -> dict[str, Any]:
        """Show a location the reader may see."""
        from cms.directory.models import Location
        from cms.directory.presentation import location_context

        context = super().get_context(value, parent_context)
        places = Location.objects.visible_to(reader_of(parent_context)).with_texts()
        location = places.with_children("hours", "exceptions").filter(pk=value.pk).first() if value else None
        if location:
            context |= location_context(location)
        return context


class DocumentBlock(DocumentChooserBlock):
    """A document to download."""

    class Meta:
        icon = "doc-full"
        label = _("Document")
        template = "content/blocks/document.html"

    def get_context(self, value: Any, parent_context: Any = None) -> dict[str, Any]:
        """Show a document the reader may see."""
        context = super().get_context(value, parent_context)
        context["document"] = (
            visible_in_collections(reader_of(parent_context), type(value).objects.filter(pk=value.pk)).first()
            if value
            else None
        )
        return context


BODY_BLOCKS = [
    (
        "rich_text",
        blocks.RichTextBlock(features=TEXT_FEATURES, label=_("Text"), template="content/blocks/rich_text.html"),
    ),
    ("callout", CalloutBlock()),
    (
        "accordion",
        blocks.ListBlock(
            AccordionItemBlock(), icon="list-ul", label=_("Accordion"), template="content/blocks/accordion.html"
        ),
    ),
    ("table", TableBlock(icon="table", label=_("Table"), template="content/blocks/table.html")),
    ("image", ImageBlock()),
    ("picture", PictureBlock()),
    ("quote", QuoteBlock()),
    ("links", LinksBlock()),
    ("unit_contact", UnitContactBlock()),
    ("opening_hours", OpeningHoursBlock()),
    ("document", DocumentBlock()),
]
