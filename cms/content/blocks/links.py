"""Blocks that lead on: links, buttons, documents, teasers, lists."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.blocks import StructBlockValidationError

from cms.plugins.registry import providers

from .pictures import PICTURES
from .records import BodyRecords, DocumentReference, PageReference, visible

LINKS = _("References")
SAFE_ADDRESSES = ("/", "https://", "http://", "mailto:", "tel:")


class LinkBlock(blocks.StructBlock):
    """A link to a page of this site or to an address."""

    label = blocks.CharBlock(max_length=200, label=_("Text"))
    page = PageReference(required=False, label=_("Page"))
    url = blocks.CharBlock(required=False, max_length=500, label=_("or address"), search_index=False)

    def clean(self, value: Any) -> Any:
        """Insist on one target with a safe scheme. Raises ValidationError."""
        result = super().clean(value)
        url = result["url"]
        if not result["page"] and not url:
            raise StructBlockValidationError(
                block_errors={"url": ValidationError(_("Choose a page or enter an address."))}
            )
        if url and (not url.startswith(SAFE_ADDRESSES) or url.startswith("//")):
            raise StructBlockValidationError(
                block_errors={"url": ValidationError(_("Enter an address that begins with https:// or /."))}
            )
        return result


class LinksBlock(blocks.ListBlock):
    """A list of links; links to pages the reader may not see are left out."""

    def __init__(self, child: blocks.Block | None = None, **kwargs: Any) -> None:
        super().__init__(child or LinkBlock(), **kwargs)

    class Meta:
        icon = "link"
        label = _("Links")
        group = LINKS
        description = _("Links below each other.")
        template = "content/blocks/links.html"
        preview_value = [
            {"label": _("Opening hours of all offices"), "page": None, "url": "/"},
            {"label": _("All services"), "page": None, "url": "/"},
        ]

    def get_context(self, value: Any, parent_context: Any = None) -> dict[str, Any]:
        """Keep what the reader may see; a page stands for its translation."""
        context = super().get_context(value, parent_context)
        records = BodyRecords.of(parent_context)
        context["links"] = []
        for item in value:
            page = records.get(item["page"])
            if page or (item["url"] and not item["page"]):
                address = records.in_language(page).get_url(records.reader) if page else item["url"]
                context["links"].append({"label": item["label"], "url": address, "style": item.get("style", "")})
        return context


class ButtonBlock(LinkBlock):
    """A link that looks like a button."""

    style = blocks.ChoiceBlock(
        choices=[("primary", _("Main action")), ("secondary", _("Other action"))],
        default="primary",
        label=_("Weight"),
        search_index=False,
    )


class ButtonsBlock(LinksBlock):
    """What the reader can do now."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(ButtonBlock(), min_num=1, max_num=4, **kwargs)

    class Meta:
        icon = "arrow-right"
        label = _("Buttons")
        description = _("What readers can do now: at most four, one of them the main action.")
        template = "content/blocks/buttons.html"
        preview_value = [
            {"label": _("Apply online"), "page": None, "url": "/", "style": "primary"},
            {"label": _("Make an appointment"), "page": None, "url": "/", "style": "secondary"},
        ]

    def clean(self, value: Any) -> Any:
        """Refuse two main actions. Raises ListBlockValidationError."""
        result = super().clean(value)
        main = [number for number, item in enumerate(result) if item["style"] == "primary"]
        if len(main) > 1:
            message = ValidationError(_("One main action is enough: nobody finds the right one of two."))
            raise blocks.list_block.ListBlockValidationError(
                block_errors={
                    number: StructBlockValidationError(block_errors={"style": message}) for number in main[1:]
                }
            )
        return result


class DocumentBlock(DocumentReference):
    """A document to download."""

    class Meta:
        icon = "doc-full"
        label = _("Document")
        group = LINKS
        description = _("One file to download, with its kind and size.")
        template = "content/blocks/document.html"

    def get_preview_value(self) -> Any:
        """Return the newest document that everybody may see."""
        return newest_document()

    def get_context(self, value: Any, parent_context: Any = None) -> dict[str, Any]:
        """Show a document the reader may see."""
        context = super().get_context(value, parent_context)
        document = BodyRecords.of(parent_context).get(value)
        context["documents"] = [{"document": document, "title": document.title}] if document else []
        return context


def newest_document() -> Any:
    """Return the newest document that everybody may see, for previews; None without any."""
    from wagtail.documents import get_document_model

    return visible(get_document_model(), None).order_by("-pk").first()


class DocumentItemBlock(blocks.StructBlock):
    """A document of a list."""

    document = DocumentReference(label=_("Document"))
    title = blocks.CharBlock(
        required=False, max_length=200, label=_("Title"), help_text=_("Empty: the title of the document.")
    )
    language = blocks.ChoiceBlock(
        choices=[
            ("", _("as the page")),
            ("de", _("German")),
            ("en", _("English")),
            ("tr", _("Turkish")),
            ("ar", _("Arabic")),
            ("uk", _("Ukrainian")),
            ("ru", _("Russian")),
            ("fr", _("French")),
        ],
        required=False,
        label=_("Language"),
        search_index=False,
    )


class DocumentsBlock(blocks.StructBlock):
    """Files to download, with kind, size and language."""

    title = blocks.CharBlock(required=False, max_length=150, label=_("Title"))
    documents = blocks.ListBlock(DocumentItemBlock(), min_num=1, max_num=50, label=_("Documents"))

    class Meta:
        icon = "doc-full-inverse"
        label = _("Documents")
        group = LINKS
        description = _("Files to download, with kind, size and language.")
        template = "content/blocks/documents.html"

    def get_preview_value(self) -> Any:
        """Return a list with the newest document that everybody may see."""
        item = {"document": newest_document(), "title": "", "language": "de"}
        return self.normalize({"title": _("Forms"), "documents": [item]})

    def get_context(self, value: Any, parent_context: Any = None) -> dict[str, Any]:
        """Add ``documents`` (document, title, language, its name) as the reader may see them."""
        context = super().get_context(value, parent_context)
        records = BodyRecords.of(parent_context)
        names = dict(DocumentItemBlock.base_blocks["language"].field.choices)
        context["documents"] = [
            {
                "document": document,
                "title": item["title"] or document.title,
                "language": item["language"],
                "language_name": names.get(item["language"], "") if item["language"] else "",
            }
            for item in value["documents"]
            if (document := records.get(item["document"]))
        ]
        return context


class RecordField(forms.CharField):
    """A title or an address that names something of this site."""

    def clean(self, value: Any) -> str:
        """Return its key, "kind:id". Raises ValidationError that says what there is instead."""
        text = super().clean(value)
        for provider in providers("record_key").values():
            if text:
                return provider(text)
        return text


class RecordBlock(blocks.FieldBlock):
    """Anything that can be found: a service, an office, a page, a place. The value is its key, "kind:id"."""

    def __init__(self, required: bool = True, help_text: Any = None, **kwargs: Any) -> None:
        self.field = RecordField(required=required, help_text=help_text, max_length=500)
        super().__init__(**kwargs)

    def get_form_state(self, value: Any) -> str:
        """Return the address of the record, which an editor can read; the key when it is gone."""
        for provider in providers("record_address").values():
            return provider(value or "") or value or ""
        return value or ""

    def extract_references(self, value: Any) -> Any:
        """Name the record, so that its own page says where it is used."""
        for provider in providers("record_reference").values():
            if reference := provider(value or ""):
                yield reference[0], reference[1], "", ""

    def get_searchable_content(self, value: Any) -> list[str]:
        """Nothing: the record is found by itself."""
        return []

    class Meta:
        icon = "link"
        default = ""


class TeaserBlock(blocks.StructBlock):
    """A card that leads to anything of this site, as the reader may see it."""

    record = RecordBlock(
        label=_("Leads to"),
        help_text=_("Address or exact title of a page, service, office or place of this site."),
    )
    title = blocks.CharBlock(required=False, max_length=150, label=_("Title"), help_text=_("Empty: its own title."))
    text = blocks.TextBlock(required=False, max_length=300, label=_("Text"), help_text=_("Empty: its own summary."))
    drawing = blocks.ChoiceBlock(choices=PICTURES, required=False, label=_("Drawing"), search_index=False)

    class Meta:
        icon = "redirect"
        label = _("Teaser")
        group = LINKS
        description = _("A card that leads to a page, a service, an office or a place.")
        template = "content/blocks/teaser.html"

    def get_preview_value(self) -> Any:
        """Return a card that leads to the newest thing there is."""
        newest = newest_entries(None, number=1)
        return self.normalize({"record": newest[0].key if newest else "", "title": "", "text": "", "drawing": "bridge"})

    def get_context(self, value: Any, parent_context: Any = None) -> dict[str, Any]:
        """Add ``card`` of what the reader may see."""
        context = super().get_context(value, parent_context)
        context["card"] = BodyRecords.of(parent_context).card(value["record"]) if value["record"] else None
        return context


def newest_entries(reader: Any, **wanted: Any) -> list[Any]:
    """Return what the search lists for ``reader``: the newest of kinds and a topic."""
    return [card for provider in providers("records_listed").values() for card in provider(reader, **wanted)]


def topic_choices() -> list[tuple[str, Any]]:
    """Return all topics that entries name, by name."""
    found = {value: name for provider in providers("topic_names").values() for value, name in provider().items()}
    return [("", gettext("all topics")), *sorted(found.items(), key=lambda item: str(item[1]).casefold())]


def kind_choices() -> list[tuple[str, Any]]:
    """Return all kinds of what can be found."""
    found = {value: name for provider in providers("kind_names").values() for value, name in provider().items()}
    return [("", gettext("all kinds")), *found.items()]


class TopicListBlock(blocks.StructBlock):
    """What there is about a topic, always up to date."""

    title = blocks.CharBlock(max_length=150, label=_("Title"))
    topic = blocks.ChoiceBlock(choices=topic_choices, required=False, label=_("Topic"), search_index=False)
    kind = blocks.ChoiceBlock(choices=kind_choices, required=False, label=_("Kind"), search_index=False)
    number = blocks.IntegerBlock(min_value=1, max_value=30, default=6, label=_("How many at most"), search_index=False)
    order = blocks.ChoiceBlock(
        choices=[("date", _("newest first")), ("title", _("by title"))],
        default="date",
        label=_("Order"),
        search_index=False,
    )

    class Meta:
        icon = "list-ul"
        label = _("List by topic")
        group = LINKS
        description = _("What there is about a topic or of a kind; the list keeps itself up to date.")
        template = "content/blocks/topic_list.html"
        preview_value = {"title": _("News"), "topic": "", "kind": "", "number": 4, "order": "date"}

    def clean(self, value: Any) -> Any:
        """Insist on a topic or a kind. Raises StructBlockValidationError."""
        result = super().clean(value)
        if not result["topic"] and not result["kind"]:
            raise StructBlockValidationError(
                block_errors={
                    "topic": ValidationError(_("Choose a topic or a kind: a list of everything helps nobody."))
                }
            )
        return result

    def get_context(self, value: Any, parent_context: Any = None) -> dict[str, Any]:
        """Add ``cards`` of what the reader may see, without the page itself."""
        context = super().get_context(value, parent_context)
        context["cards"] = BodyRecords.of(parent_context).listed(value)
        return context


BLOCKS = [
    ("links", LinksBlock()),
    ("buttons", ButtonsBlock()),
    ("document", DocumentBlock()),
    ("documents", DocumentsBlock()),
    ("teaser", TeaserBlock()),
    ("topic_list", TopicListBlock()),
]
