"""How blocks get what they show: by reference, filtered by the reader, and read once for the whole body.

A chooser in a block keeps a reference, an instance that knows its key alone. While a page is rendered, ``BodyRecords``
reads everything its body refers to: one query for each model, however many blocks there are.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet, prefetch_related_objects
from django.utils.html import format_html
from wagtail import blocks
from wagtail.admin.compare import BlockComparison
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.images.blocks import ImageChooserBlock
from wagtail.models import Page
from wagtail.snippets.blocks import SnippetChooserBlock

from cms.access.models import RestrictedModel
from cms.access.pages import visible_in_collections, visible_pages
from cms.contracts.search import Listing
from cms.plugins.registry import providers
from cms.records.children import read_all_children
from cms.records.texts import TextedRecord, current_language, default_language


def reader_of(context: dict[str, Any] | None) -> Any:
    """Return the request a block is rendered for; without one (feeds, previews without reader) the public."""
    return (context or {}).get("request")


def visible(model: type[Model], reader: Any) -> QuerySet[Any]:
    """Return the rows of ``model`` (pages, media, records with an audience) that ``reader`` may see."""
    if issubclass(model, Page):
        return visible_pages(reader, model.objects.all()).select_related("locale")
    if issubclass(model, RestrictedModel):
        return model.objects.visible_to(reader)
    return visible_in_collections(reader, model.objects.all())


class BodyRecords:
    """What the blocks of one body show to one reader."""

    def __init__(
        self, reader: Any, body: Any = None, page: Page | None = None, read: Iterable[Page] | None = None
    ) -> None:
        """``page``: where the body stands; ``read``: all pages the body leads to and their translations, if read before."""
        self.reader = reader
        self.body = body
        self.page = page
        self._referred: dict[type[Model], set[int]] | None = None
        self._read: dict[type[Model], dict[int, Any]] = defaultdict(dict)
        self._hits: dict[str | Listing, Any] = {}
        self._translated: dict[int, Page] = {}
        if read is not None:
            self._know(list(read))

    def _know(self, pages: list[Page]) -> None:
        self._read[Page] = dict.fromkeys(page_ids_in(self.body)) | {page.pk: page for page in pages}
        own = {page.translation_key: page for page in pages if page.locale.language_code == current_language()}
        self._translated = {page.pk: own.get(page.translation_key, page) for page in pages}

    @classmethod
    def of(cls, context: dict[str, Any] | None) -> BodyRecords:
        """Return those of the page that is rendered; a block rendered by itself reads for itself."""
        return (context or {}).get("body_records") or cls(reader_of(context), page=(context or {}).get("page"))

    def all(self, model: type[Model], ids: Iterable[int], *related: str) -> list[Any]:
        """Return the rows with these ids that the reader may see, in this order, with their ``related`` rows."""
        wanted = list(ids)
        known = self._read[model]
        missing = [pk for pk in wanted if pk not in known]
        if missing:
            self._fetch({model: {*missing, *self.ids_in_body(model)}})
        if related:
            prefetch_related_objects([row for row in known.values() if row], *related)
        return [known[pk] for pk in wanted if known[pk]]

    def _fetch(self, wanted: dict[type[Model], set[int]]) -> None:
        """Read rows; with records all other records of the body, so that the child rows of all are one query."""
        if any(issubclass(model, TextedRecord) for model in wanted):
            self.ids_in_body(Page)
            others = {model: ids for model, ids in (self._referred or {}).items() if issubclass(model, TextedRecord)}
            wanted = dict(others) | wanted
        groups = []
        for model, ids in wanted.items():
            missing = ids - self._read[model].keys()
            rows = {row.pk: row for row in visible(model, self.reader).filter(pk__in=missing)} if missing else {}
            self._read[model] |= {pk: rows.get(pk) for pk in missing}
            if issubclass(model, TextedRecord):
                groups.append((list(rows.values()), (*model.text_relations(), *model.SHOWN_CHILDREN)))
        read_all_children(groups)

    def get(self, reference: Model | None, *related: str) -> Any:
        """Return the row that ``reference`` stands for; None when it is gone or hidden from the reader."""
        if reference is None or reference.pk is None:
            return None
        return next(iter(self.all(type(reference), [reference.pk], *related)), None)

    def in_language(self, page: Page) -> Page:
        """Return ``page`` in the active language where the reader may see that, else as it is."""
        from cms.languages.links import localized

        if current_language() == default_language():
            return page
        if page.pk not in self._translated:
            pages = [page, *(row for row in self._read[Page].values() if row and row.pk != page.pk)]
            found = localized(self.reader, pages, current_language())
            self._translated |= {row.pk: found.get(row.pk, row) for row in pages}
        return self._translated[page.pk]

    def card(self, key: str) -> Any:
        """Return the search hit for the record ``key`` ("kind:id"), as far as the reader may see it; else None."""
        return self._hit(key)

    def listed(self, wanted: dict[str, Any]) -> list[Any]:
        """Return the search hits of a list, a value of ``TopicListBlock``, without the page it stands on."""
        return self._hit(self._listing(wanted)) or []

    def _hit(self, asked: str | Listing) -> Any:
        """Return the answer of the search to a key or a list; all of the body are asked for at once."""
        if asked not in self._hits:
            body = [child for child in self.body or () if child.block_type in ("teaser", "topic_list")]
            keys = [child.value["record"] for child in body if child.block_type == "teaser" and child.value["record"]]
            lists = [self._listing(child.value) for child in body if child.block_type == "topic_list"]
            missing = [one for one in dict.fromkeys((asked, *keys, *lists)) if one not in self._hits]
            found: dict[str | Listing, Any] = {}
            for provider in providers("record_cards").values():
                found |= provider(
                    self.reader,
                    [one for one in missing if isinstance(one, str)],
                    [one for one in missing if isinstance(one, Listing)],
                )
            self._hits |= {one: found.get(one) for one in missing}
        return self._hits[asked]

    def _listing(self, wanted: dict[str, Any]) -> Listing:
        return Listing(
            topic=wanted["topic"] or "",
            kind=wanted["kind"] or "",
            number=wanted["number"],
            by_title=wanted["order"] == "title",
            without=f"page:{self.page.pk}" if self.page else "",
        )

    def ids_in_body(self, model: type[Model]) -> set[int]:
        """Return the keys of what the body refers to of ``model``."""
        if self._referred is None:
            self._referred = defaultdict(set)
            if self.body is not None:
                for found, pk, _model_path, _content_path in self.body.stream_block.extract_references(self.body):
                    self._referred[found].add(found._meta.pk.to_python(pk))
        return self._referred[model]


def page_ids_in(body: Any) -> set[int]:
    """Return the ids of the pages that the blocks of ``body`` lead to."""
    if body is None:
        return set()
    references = body.stream_block.extract_references(body)
    return {Page._meta.pk.to_python(pk) for model, pk, _model_path, _content_path in references if model is Page}


class Reference:
    """Makes a chooser's value a reference: reading a body costs no query, and who shows a row asks ``BodyRecords``."""

    def to_python(self, value: Any) -> Any:
        """Return an instance that knows its key alone, None for no or an impossible key."""
        model = self.model_class
        try:
            pk = model._meta.pk.to_python(value)
        except ValidationError:
            return None
        return None if pk is None else model.from_db("default", [model._meta.pk.attname], [pk])

    def bulk_to_python(self, values: list[Any]) -> list[Any]:
        """Return references, one a value."""
        return [self.to_python(value) for value in values]

    def stored(self, value: Any) -> Any:
        """Return the row from the database, None when it is gone."""
        return self.model_class._base_manager.filter(pk=value.pk).first() if value else None

    def get_form_state(self, value: Any) -> Any:
        """Return what the editor's form shows; a row that is gone leaves the field empty."""
        return super().get_form_state(self.stored(value))

    def render_basic(self, value: Any, context: Any = None) -> str:
        """Return the name, for comparisons of versions."""
        found = self.stored(value)
        return format_html("{}", found) if found else ""

    def get_comparison_class(self) -> Any:
        """Compare names: a picture may be gone since."""
        return BlockComparison


class RecordReference(Reference, SnippetChooserBlock):
    """Chooses a record with a snippet's chooser."""


class UnitReference(RecordReference):
    """Chooses an organisation unit."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__("directory.OrganisationUnit", **kwargs)


class LocationReference(RecordReference):
    """Chooses a location."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__("directory.Location", **kwargs)


class ImageReference(Reference, ImageChooserBlock):
    """Chooses an image."""


class DocumentReference(Reference, DocumentChooserBlock):
    """Chooses a document."""


class PageReference(Reference, blocks.PageChooserBlock):
    """Chooses a page of this site."""
