"""Blocks of text."""

from __future__ import annotations

import re
from typing import Any

import nh3
from django.utils.html import escape, format_html
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.documents import get_document_model
from wagtail.models import Page
from wagtail.rich_text import RichText, expand_db_html

from .records import BodyRecords

TEXT = _("Text")
TEXT_FEATURES = ["h2", "h3", "h4", "bold", "italic", "ol", "ul", "link", "document-link", "hr"]
SHORT_FEATURES = ["bold", "italic", "link", "ul"]
#: Characters of one block; about twenty printed pages. Longer texts are several blocks, or several pages.
LONGEST_TEXT, LONGEST_SHORT_TEXT = 60_000, 5_000
#: What editors' features write, and what was written before: everything else is removed, whoever stored it.
ELEMENTS = {"p", "br", "hr", "h2", "h3", "h4", "h5", "h6", "b", "strong", "i", "em", "ul", "ol", "li", "a", "sup", "sub",
            "blockquote", "code", "abbr"}  # fmt: skip
ATTRIBUTES = {"a": {"href", "linktype", "id", "uuid"}, "abbr": {"title"}}
INTERNAL_LINK = re.compile(
    r'<a\b(?P<attributes>[^>]*\blinktype="(?P<kind>page|document)"[^>]*)>(?P<text>.*?)</a>', re.DOTALL
)
KEY = re.compile(r'\bid="(\d{1,18})"')


def cleaned(html: str) -> str:
    """Return rich text as stored with nothing but the elements that editors' features write."""
    return nh3.clean(
        html, tags=ELEMENTS, attributes=ATTRIBUTES, url_schemes={"http", "https", "mailto", "tel"}, link_rel=None
    )


def expanded(html: str, records: BodyRecords) -> str:
    """Return stored rich text ready for a page. A link to what the reader may not see, or that is gone, is text."""

    def link(match: re.Match[str]) -> str:
        key = KEY.search(match["attributes"])
        model = Page if match["kind"] == "page" else get_document_model()
        row = records.get(model(pk=int(key[1]))) if key else None
        address = (records.in_language(row).get_url() if isinstance(row, Page) else row.url) if row else ""
        return f'<a href="{escape(address)}">{match["text"]}</a>' if address else match["text"]

    return expand_db_html(INTERNAL_LINK.sub(link, html))


class SafeText(RichText):
    """Rich text that was cleaned; ``shown`` is what a template puts out."""

    def shown(self, records: BodyRecords) -> Any:
        """Return the markup for the reader of ``records``."""
        return mark_safe(expanded(self.source, records))  # noqa: S308  cleaned when it was read


class SafeTextBlock(blocks.RichTextBlock):
    """Rich text for which it does not matter how it got into the database: scripts never get out."""

    def to_python(self, value: Any) -> SafeText:
        """Return the stored text, cleaned."""
        return SafeText(cleaned(value or ""))

    def normalize(self, value: Any) -> SafeText:
        """Return any kind of rich text, cleaned."""
        return SafeText(cleaned(value.source if isinstance(value, RichText) else str(value or "")))

    def value_from_form(self, value: Any) -> SafeText:
        """Return what the editor sent, cleaned."""
        return SafeText(cleaned(value or ""))

    def render(self, value: Any, context: Any = None) -> Any:
        """Return the markup alone, or within the block's template as ``html``."""
        return super().render(value, context) if self.meta.template else self.render_basic(value, context)

    def render_basic(self, value: Any, context: Any = None) -> Any:
        """Return the markup as the reader may see it."""
        return value.shown(BodyRecords.of(context))

    def get_context(self, value: Any, parent_context: Any = None) -> dict[str, Any]:
        """Add ``html``."""
        context = super().get_context(value, parent_context)
        context["html"] = value.shown(BodyRecords.of(parent_context))
        return context


def paragraph(text: Any) -> str:
    """Return rich text of one paragraph, for previews."""
    return format_html("<p>{}</p>", text)


class ToneBlock(blocks.StructBlock):
    """A box with a tone, a title and a text."""

    def get_context(self, value: Any, parent_context: Any = None) -> dict[str, Any]:
        """Add ``html``, the text as the reader may see it."""
        context = super().get_context(value, parent_context)
        context["html"] = value["text"].shown(BodyRecords.of(parent_context))
        return context

    class Meta:
        group = TEXT
        template = "content/blocks/callout.html"


class CalloutBlock(ToneBlock):
    """A boxed hint."""

    tone = blocks.ChoiceBlock(
        choices=[("info", _("Information")), ("success", _("Good to know")), ("warning", _("Warning"))],
        default="info",
        label=_("Kind"),
        search_index=False,
    )
    title = blocks.CharBlock(required=False, max_length=120, label=_("Title"))
    text = SafeTextBlock(features=SHORT_FEATURES, max_length=LONGEST_SHORT_TEXT, label=_("Text"))

    class Meta:
        icon = "info-circle"
        label = _("Call-out")
        description = _("A hint that stands out from the text.")
        preview_value = {
            "tone": "info",
            "title": _("Please bring"),
            "text": _("Identity card or passport, and a recent photo."),
        }


class AlertBlock(ToneBlock):
    """What readers must not miss: danger, closure, a deadline. Read out as an alert region by name, not at once."""

    tone = blocks.ChoiceBlock(
        choices=[("warning", _("Important")), ("error", _("Danger"))],
        default="warning",
        label=_("Urgency"),
        search_index=False,
    )
    title = blocks.CharBlock(max_length=120, label=_("Title"))
    text = SafeTextBlock(features=SHORT_FEATURES, max_length=LONGEST_SHORT_TEXT, label=_("Text"))

    class Meta:
        icon = "warning"
        label = _("Alert")
        description = _("For what readers must not miss on this page. For the whole site use a notice.")
        template = "content/blocks/alert.html"
        preview_value = {
            "tone": "warning",
            "title": _("The office is closed today"),
            "text": _("Appointments are moved. We will call you."),
        }


class AccordionItemBlock(blocks.StructBlock):
    """One part of an accordion."""

    title = blocks.CharBlock(max_length=200, label=_("Title"))
    text = SafeTextBlock(features=TEXT_FEATURES[1:], max_length=LONGEST_TEXT, label=_("Text"))


class WithTexts:
    """A list whose items have a title and a rich text: adds ``items`` with the texts as the reader may see them."""

    def get_context(self, value: Any, parent_context: Any = None) -> dict[str, Any]:
        """Add ``items``."""
        context = super().get_context(value, parent_context)
        records = BodyRecords.of(parent_context)
        context["items"] = [{"title": item["title"], "text": item["text"].shown(records)} for item in value]
        return context


class AccordionBlock(WithTexts, blocks.ListBlock):
    """Questions and answers that open one by one."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(AccordionItemBlock(), **kwargs)

    class Meta:
        icon = "list-ul"
        label = _("Accordion")
        group = TEXT
        description = _("Questions and answers that open one by one.")
        template = "content/blocks/accordion.html"
        preview_value = [
            {"title": _("Who may apply?"), "text": _("Whoever lives in the city.")},
            {"title": _("How long does it take?"), "text": _("Two weeks.")},
        ]


class StepItemBlock(blocks.StructBlock):
    """One step."""

    title = blocks.CharBlock(max_length=200, label=_("Title"))
    text = SafeTextBlock(required=False, features=SHORT_FEATURES, max_length=LONGEST_SHORT_TEXT, label=_("Text"))


class StepsBlock(WithTexts, blocks.ListBlock):
    """What happens in which order."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(StepItemBlock(), min_num=2, max_num=20, **kwargs)

    class Meta:
        icon = "list-ol"
        label = _("Steps")
        group = TEXT
        description = _("What happens in which order, numbered.")
        template = "content/blocks/steps.html"
        preview_value = [
            {"title": _("Make an appointment"), "text": _("Online or by phone.")},
            {"title": _("Come to the office"), "text": _("Bring your papers.")},
            {"title": _("Collect the document"), "text": _("We write to you.")},
        ]


class QuoteBlock(blocks.StructBlock):
    """A quotation with its source."""

    text = blocks.TextBlock(label=_("Quotation"), max_length=2_000)
    source = blocks.CharBlock(required=False, max_length=200, label=_("Source"))

    class Meta:
        icon = "openquote"
        label = _("Quotation")
        group = TEXT
        description = _("What somebody said, with the name.")
        template = "content/blocks/quote.html"
        preview_value = {"text": _("A city is read by walking through it."), "source": _("City guide")}


BLOCKS = [
    (
        "rich_text",
        SafeTextBlock(
            features=TEXT_FEATURES,
            max_length=LONGEST_TEXT,
            label=_("Text"),
            group=TEXT,
            description=_("Paragraphs, headings, lists and links."),
            template="content/blocks/rich_text.html",
            preview_value=_("Paragraphs, headings, lists and links: what most pages consist of."),
        ),
    ),
    ("callout", CalloutBlock()),
    ("alert", AlertBlock()),
    ("accordion", AccordionBlock()),
    ("steps", StepsBlock()),
    ("quote", QuoteBlock()),
]
