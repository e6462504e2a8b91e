"""Pages and documents in the search."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext_lazy as _
from wagtail.blocks import StreamValue
from wagtail.models import Page

from cms.access.models import AccessRule
from cms.contracts.search import Card, Entry
from cms.records.richtext import plain
from cms.records.texts import default_language

from .models import ChapterPage, CityDocument, SitePage, Topic

#: Blocks that show records, files or pages: these are entries of their own, and what is written about them here
#: (labels, captions) is hidden together with them.
REFERENCES = {
    "unit_contact", "opening_hours", "document", "documents", "services", "image", "gallery", "picture", "links",
    "buttons", "teaser",
}  # fmt: skip


def body_text(body: StreamValue) -> str:
    """Return the text of the blocks an editor wrote on the page itself, without those of plugins that are off."""
    found = []
    for child in body.stream_block.shown(body):
        if child.block_type not in REFERENCES:
            found += [plain(str(part)) for part in child.block.get_searchable_content(child.value)]
    return " ".join(found)


class PageDocument:
    """Pages below the site root."""

    kind = "page"
    label = _("Pages")
    icon = "file-text"
    model = Page
    dependents = {"content.Topic": "page_topics__topic"}

    def queryset(self) -> Any:
        """Return live pages of our types."""
        pages = Page.objects.live().filter(depth__gt=1).select_related("locale", "access")
        return pages.prefetch_related("page_topics__topic").specific()

    def entries(self, obj: Page) -> Iterable[Entry]:
        """Yield the entry in the page's own language."""
        page = obj.specific
        if not isinstance(page, SitePage) or not page.live:
            return
        access = getattr(page, "access", None)
        if access is None:
            return
        own = plain(page.own_text())
        around = page.get_parent() if isinstance(page, ChapterPage) else None
        yield Entry(
            language=page.locale.language_code,
            title=page.title,
            url=page.get_url() or "/",
            rule_id=access.rule_id,
            same_as=str(page.translation_key),
            keywords=(around.title,) if around else (),
            summary=page.summary or own[:300],
            body=" ".join(part for part in (own, body_text(page.body)) if part),
            topics=tuple(row.topic.slug for row in page.page_topics.all()),
            date=page.last_published_at.date() if page.last_published_at else None,
            publish_until=page.expire_at,
        )

    def topic_names(self) -> dict[str, str]:
        """Return what the topics of pages are called, in the active language."""
        return {topic.slug: topic.title for topic in Topic.objects.with_texts()}


def _file(document: CityDocument) -> str:
    """Return "PDF, 1.2 MB"; the size only when it is known."""
    size = f", {filesizeformat(document.file_size)}" if document.file_size else ""
    return f"{document.file_extension.upper()}{size}"


class DocumentDocument:
    """Uploaded documents, one entry a page of text."""

    kind = "document"
    label = _("Documents")
    icon = "file-down"
    model = CityDocument
    dependents: dict[str, str] = {}

    def queryset(self) -> Any:
        """Return all documents with the rule of their collection."""
        return CityDocument.objects.select_related("collection__access")

    def entries(self, obj: CityDocument) -> Iterable[Entry]:
        """Yield one entry for each page that has text, or one for the title alone."""
        access = getattr(obj.collection, "access", None)
        rule_id = access.rule_id if access else AccessRule.objects.for_groups().pk
        pages = [(number, text) for number, text in enumerate(obj.extracted_pages, start=1) if text.strip()]
        for number, text in pages or [(0, "")]:
            yield Entry(
                language=default_language(),
                title=obj.title,
                url=f"{obj.url}#page={number}" if number and obj.file_extension == "pdf" else obj.url,
                rule_id=rule_id,
                part=str(number) if number else "",
                keywords=(obj.filename,),
                body=plain(text),
                date=obj.created_at.date() if obj.created_at else None,
                boost=0.8,
                card=Card(facts=(("file", _file(obj)),)),
            )


DOCUMENTS = [PageDocument(), DocumentDocument()]
