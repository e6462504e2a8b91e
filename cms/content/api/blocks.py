"""Blocks as JSON: what a block says to a reader, and the JSON Schema of it (2020-12).

Both follow from the block's own definition, so a plugin's block is in the API as soon as it is offered. A block whose
page shows more than its fields (or less) has ``api_value(value, show)`` and ``api_schema()`` of its own.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from wagtail import blocks
from wagtail.contrib.table_block.blocks import TableBlock
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.images.blocks import ImageChooserBlock
from wagtail.snippets.blocks import SnippetChooserBlock

from cms.api.resources import resource_for, resource_of
from cms.api.serializers import References, ResourceSerializer, shown_with
from cms.media.api import DOCUMENT_SCHEMA, IMAGE_SCHEMA, document_data, image_data
from cms.media.pictures import Gallery

from ..blocks.directory import OpeningHoursBlock
from ..blocks.links import DocumentItemBlock, LinkBlock, TeaserBlock, TopicListBlock
from ..blocks.pictures import ImageBlock, VideoBlock
from ..blocks.records import BodyRecords
from ..blocks.text import SafeText, cleaned

LOCAL_ADDRESS = re.compile(r'(\s(?:href|src)=")/(?!/)')
Schema = dict[str, Any]
TEXT: Schema = {"type": "string"}
HTML: Schema = {"type": "string", "contentMediaType": "text/html"}
REFERENCE: Schema = {"oneOf": [{"$ref": "#/components/schemas/Reference"}, {"type": "null"}]}


class Showing:
    """What the blocks of one page need to show themselves to one reader.

    ``request``: of the reader; ``page``: the one they stand on; ``absolute(path)`` adds the host.
    """

    def __init__(self, request: Any, page: Any, body: Any, absolute: Callable[[str], str]) -> None:
        self.request, self.page, self.absolute = request, page, absolute
        self.records = BodyRecords(request, body, page)
        self.gallery = Gallery.of(request, page)
        self._things: dict[tuple[type, bool], dict[Any, Any]] = {}

    @property
    def context(self) -> dict[str, Any]:
        """Return what a template of the page would have."""
        return {"request": self.request, "page": self.page, "body_records": self.records}

    def html(self, value: Any) -> str:
        """Return rich text with whole addresses; a link to what the reader may not see is text."""
        text = value if isinstance(value, SafeText) else SafeText(cleaned(getattr(value, "source", value) or ""))
        return LOCAL_ADDRESS.sub(rf"\g<1>{self.absolute('/')}", str(text.shown(self.records)))

    def thing(self, reference: Any, *, in_detail: bool = False) -> dict[str, Any] | None:
        """Return the record that ``reference`` stands for, as the list of its resource shows it, or ``in_detail``.

        None when it is gone or hidden. All of one kind in the body are read at once, and as the resource reads them:
        what its serializer needs is known there alone. What a thing refers to itself is left out.
        """
        resource = resource_for(type(reference)) if reference is not None else None
        if resource is None:
            return None
        read, serializer = resource.rows, resource.serializer
        if in_detail:
            read, serializer = resource.detail_rows or read, resource.detail_serializer or serializer
        known = self._things.setdefault((type(reference), in_detail), {})
        if reference.pk not in known:
            ids = {reference.pk, *self.records.ids_in_body(type(reference))}
            known |= dict.fromkeys(ids)
            rows = read(self.request).filter(pk__in=ids)
            known |= {row.pk: row for row in (rows.prefetch_related(None) if in_detail else rows)}
        found = known[reference.pk]
        if found is None:
            return None
        names = [name for name, field in serializer().fields.items() if not isinstance(field, References)]
        return shown_with(serializer, found, self.request, names)

    def reference(self, thing: Any) -> dict[str, Any] | None:
        """Return a row that the reader may see as a reference, None for None."""
        resource = resource_for(type(thing)) if thing is not None else None
        return shown_with(resource.serializer, thing, self.request, ResourceSerializer.IDENTITY) if resource else None

    def card(self, card: Any) -> dict[str, Any]:
        """Return what a teaser shows of anything that can be found."""
        kind, _colon, number = card.key.partition(":")
        resource = resource_of(kind)
        return {
            "kind": kind,
            "id": number,
            "title": card.title,
            "summary": card.summary,
            "url": self.absolute(card.url),
            "api_url": self.absolute(f"/api/v1/{resource.path}/{number}/") if resource else "",
            "date": card.date.isoformat() if card.date else None,
            "label": str(card.label),
            "language": card.language,
        }


CARD: Schema = {
    "type": "object",
    "required": ["kind", "id", "title", "summary", "url", "api_url", "date", "label", "language"],
    "properties": {name: TEXT for name in ("kind", "id", "title", "summary", "url", "api_url", "label", "language")}
    | {"date": {"type": ["string", "null"], "format": "date"}},
}


def stream_value(stream: Any, show: Showing) -> list[dict[str, Any]]:
    """Return the blocks of a StreamField as the reader sees them: type, id, value."""
    block = stream.stream_block
    shown = block.shown(stream) if hasattr(block, "shown") else stream
    return [
        {"type": child.block_type, "id": str(child.id or ""), "value": block_value(child.block, child.value, show)}
        for child in shown
    ]


def block_value(block: blocks.Block, value: Any, show: Showing) -> Any:
    """Return ``value`` of ``block`` as JSON, as the reader sees it.

    Raises TypeError for a kind of block nobody has decided about: what is unknown is not given away.
    """
    if hasattr(block, "api_value"):
        return block.api_value(value, show)
    for kinds, (show_value, _schema) in KINDS.items():
        if isinstance(block, kinds):
            return show_value(block, value, show)
    raise TypeError(f"The API does not know how to show a {type(block).__name__}.")


def block_schema(block: blocks.Block) -> Schema:
    """Return the JSON Schema of what :func:`block_value` returns. Raises TypeError as it does."""
    if hasattr(block, "api_schema"):
        return block.api_schema()
    for kinds, (_show_value, schema) in KINDS.items():
        if isinstance(block, kinds):
            return schema(block)
    raise TypeError(f"The API does not know how to show a {type(block).__name__}.")


def component_name(name: str) -> str:
    """Return what the schema of the block ``name`` of a body is called in the API's description."""
    return f"Block{name.title().replace('_', '')}"


def body_components(block: blocks.StreamBlock) -> dict[str, Schema]:
    """Return the component "Blocks" of a page's body and one for each kind of block, told apart by ``type``."""
    names = {name: f"#/components/schemas/{component_name(name)}" for name in block.child_blocks}
    members = {component_name(name): member_schema(name, child) for name, child in block.child_blocks.items()}
    one = {
        "oneOf": [{"$ref": address} for address in names.values()],
        "discriminator": {"propertyName": "type", "mapping": names},
    }
    return {**members, "Blocks": {"type": "array", "items": one}}


def stream_schema(block: blocks.StreamBlock) -> Schema:
    """Return the schema of a list of blocks inside another one."""
    return {
        "type": "array",
        "items": {"oneOf": [member_schema(name, child) for name, child in block.child_blocks.items()]},
    }


def member_schema(name: str, block: blocks.Block) -> Schema:
    """Return the schema of one block with its type and id."""
    return {
        "type": "object",
        "title": str(block.label),
        "required": ["type", "id", "value"],
        "properties": {"type": {"const": name}, "id": TEXT, "value": block_schema(block)},
        "additionalProperties": False,
    }


def _object(properties: dict[str, Schema], *, nullable: bool = False) -> Schema:
    kind = ["object", "null"] if nullable else "object"
    return {"type": kind, "required": list(properties), "properties": properties, "additionalProperties": False}


def _fields(block: blocks.StructBlock, value: Any, show: Showing) -> dict[str, Any]:
    return {name: block_value(child, value.get(name), show) for name, child in block.child_blocks.items()}


def _fields_schema(block: blocks.StructBlock) -> Schema:
    return _object({name: block_schema(child) for name, child in block.child_blocks.items()})


def _items(block: blocks.ListBlock, value: Any, show: Showing) -> list[Any]:
    found = [block_value(block.child_block, item, show) for item in value or []]
    return [item for item in found if item is not None]  # what the reader may not see


def _record(block: Any, value: Any, show: Showing) -> dict[str, Any] | None:
    """A record as the list of its resource shows it: the page shows more of it than its name, too."""
    return show.thing(value)


def _page(block: Any, value: Any, show: Showing) -> dict[str, Any] | None:
    page = show.records.get(value)
    return show.reference(show.records.in_language(page)) if page else None


def _image(block: Any, value: Any, show: Showing, **texts: Any) -> dict[str, Any] | None:
    return image_data(show.request, value, show.absolute, page=show.page, **texts) if value else None


def _described_image(block: ImageBlock, value: Any, show: Showing) -> dict[str, Any] | None:
    texts = {
        "alt": str(value["alt"] or ""),
        "decorative": bool(value.get("decorative")),
        "caption": str(value.get("caption") or ""),
    }
    return _image(block, value["image"], show, **texts)


def _document(block: Any, value: Any, show: Showing) -> dict[str, Any] | None:
    document = show.records.get(value)
    return document_data(document, show.absolute) if document else None


def _document_item(block: DocumentItemBlock, value: Any, show: Showing) -> dict[str, Any] | None:
    """The title of a document that the reader may not see is not shown either."""
    fields = _fields(block, value, show)
    return {**fields, "title": fields["title"] or fields["document"]["title"]} if fields["document"] else None


def _link(block: LinkBlock, value: Any, show: Showing) -> dict[str, Any] | None:
    """A link to a page the reader may not see is no link, as on the page."""
    page = show.records.get(value["page"])
    if value["page"] and page is None:
        return None
    address = show.records.in_language(page).get_url() if page else value["url"]
    others = {name: block_value(child, value[name], show) for name, child in block.child_blocks.items()
              if name not in ("page", "url")}  # fmt: skip
    return {**others, "url": show.absolute(address or ""), "page": show.reference(page) if page else None}


def _link_schema(block: LinkBlock) -> Schema:
    others = {name: block_schema(child) for name, child in block.child_blocks.items() if name not in ("page", "url")}
    return _object({**others, "url": TEXT, "page": REFERENCE}, nullable=True)


def _table(block: Any, value: Any, show: Showing) -> dict[str, Any]:
    table = value or {}
    return {
        "caption": table.get("table_caption") or "",
        "first_row_is_header": bool(table.get("first_row_is_table_header")),
        "first_column_is_header": bool(table.get("first_col_is_header")),
        "rows": [["" if cell is None else str(cell) for cell in row] for row in table.get("data") or []],
    }


TABLE = _object(
    {
        "caption": TEXT,
        "first_row_is_header": {"type": "boolean"},
        "first_column_is_header": {"type": "boolean"},
        "rows": {"type": "array", "items": {"type": "array", "items": TEXT}},
    }
)


def _teaser(block: TeaserBlock, value: Any, show: Showing) -> dict[str, Any] | None:
    card = show.records.card(value["record"]) if value["record"] else None
    if card is None:
        return None
    shown = show.card(card)
    own = {"title": value["title"] or shown["title"], "summary": value["text"] or shown["summary"]}
    return {**shown, **own, "drawing": value["drawing"] or ""}


def _topic_list(block: TopicListBlock, value: Any, show: Showing) -> dict[str, Any]:
    cards = block.get_context(value, show.context)["cards"]
    wanted = {"kind": value["kind"] or "", "order": value["order"]}
    return {"title": str(value["title"]), **wanted, "items": [show.card(card) for card in cards]}


def _hours(block: OpeningHoursBlock, value: Any, show: Showing) -> dict[str, Any] | None:
    return show.thing(value, in_detail=True)


def _video(block: VideoBlock, value: Any, show: Showing) -> dict[str, Any]:
    fields = _fields(block, value, show)
    return {**fields, "url": value["url"] or ""}


def _number(block: Any, value: Any, show: Showing) -> Any:
    return value


def _plain(schema: Schema) -> tuple[Callable[..., Any], Callable[[Any], Schema]]:
    return lambda block, value, show: "" if value is None else str(value), lambda block: schema


def _nullable(schema: Schema) -> Callable[[Any], Schema]:
    return lambda block: {"oneOf": [schema, {"type": "null"}]}


def _date(block: Any, value: Any, show: Showing) -> str | None:
    return value.isoformat() if value else None


#: Kind of block -> how it is shown, and its schema. The first that fits counts, so the special stand before the general.
KINDS: dict[Any, tuple[Callable[..., Any], Callable[[Any], Schema]]] = {
    TeaserBlock: (_teaser, _nullable({**CARD, "properties": {**CARD["properties"], "drawing": TEXT}})),
    TopicListBlock: (_topic_list, lambda block: _object({"title": TEXT, "kind": TEXT, "order": TEXT, "items": {"type": "array", "items": CARD}})),
    OpeningHoursBlock: (_hours, _nullable({"$ref": "#/components/schemas/LocationWithHours"})),
    ImageBlock: (_described_image, _nullable(IMAGE_SCHEMA)),
    VideoBlock: (_video, _fields_schema),
    LinkBlock: (_link, _link_schema),
    DocumentItemBlock: (_document_item, _fields_schema),
    blocks.PageChooserBlock: (_page, lambda block: REFERENCE),
    SnippetChooserBlock: (_record, lambda block: REFERENCE),
    ImageChooserBlock: (_image, _nullable(IMAGE_SCHEMA)),
    DocumentChooserBlock: (_document, _nullable(DOCUMENT_SCHEMA)),
    TableBlock: (_table, lambda block: TABLE),
    blocks.StructBlock: (_fields, _fields_schema),
    blocks.ListBlock: (_items, lambda block: {"type": "array", "items": block_schema(block.child_block)}),
    blocks.StreamBlock: (lambda block, value, show: stream_value(value, show), stream_schema),
    blocks.RichTextBlock: (lambda block, value, show: show.html(value), lambda block: HTML),
    blocks.BooleanBlock: (lambda block, value, show: bool(value), lambda block: {"type": "boolean"}),
    blocks.IntegerBlock: (_number, lambda block: {"type": ["integer", "null"]}),
    blocks.FloatBlock: (_number, lambda block: {"type": ["number", "null"]}),
    blocks.DateBlock: (_date, lambda block: {"type": ["string", "null"], "format": "date"}),
    blocks.DateTimeBlock: (_date, lambda block: {"type": ["string", "null"], "format": "date-time"}),
    blocks.MultipleChoiceBlock: (
        lambda block, value, show: list(value or []),
        lambda block: {"type": "array", "items": TEXT},
    ),
    (blocks.CharBlock, blocks.TextBlock, blocks.URLBlock, blocks.EmailBlock, blocks.ChoiceBlock, blocks.RegexBlock,
     blocks.DecimalBlock, blocks.TimeBlock): _plain(TEXT),
}  # fmt: skip
