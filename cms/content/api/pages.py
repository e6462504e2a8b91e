"""Pages by API: what the page says to its reader, in parts."""

from __future__ import annotations

import dataclasses
from typing import Any

import django_filters
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db.models import Exists, OuterRef, QuerySet, Subquery, TextField, Value
from django.db.models.functions import Coalesce, Length, Substr
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from wagtail.fields import RichTextField, StreamField
from wagtail.models import Page

from cms.access.pages import visible_pages
from cms.api.filters import MomentFilter
from cms.api.serializers import References, ResourceSerializer, shown_with
from cms.contracts.accessibility import Statement
from cms.contracts.api import Resource
from cms.directory.api import LocationSerializer
from cms.directory.presentation import open_places
from cms.notices.serving import board_of
from cms.plugins.registry import providers

from ..fields import PluginStreamField
from ..models import ContentPage, HomePage, Topic, TopicPage
from ..models.base import _summaries, shown_page
from .blocks import Showing, body_components, stream_value

#: What pages of a type have beside what all have: name of the field -> what it is called here. What is not named
#: here is not in the API.
OWN_FIELDS: dict[str, dict[str, str]] = {
    "homepage": {"lead": "lead"},
    "sectionpage": {"intro": "intro", "picture": "drawing", "portal": "portal"},
    "landingpage": {"kicker": "kicker", "picture": "drawing", "action_label": "action_label", "action_page": "action_page",
                    "action_url": "action_url"},
    "contentpage": {"legal_kind": "legal_kind", "reviewed_at": "reviewed_on"},
    "publicationpage": {"picture": "drawing", "publisher": "publisher", "published_on": "published_on", "version": "version"},
    "contactpage": {"unit": "unit", "location": "location", "shows_form": "has_form"},
    "stepbysteppage": {"steps": "steps"},
    "topicpage": {"topic": "topic"},
    "signlanguagepage": {"film": "film", "poster": "drawing", "translated_by": "translated_by"},
}  # fmt: skip


def plain(request: Any) -> Any:
    """Return Django's request, which templates and pages know, of one of DRF."""
    return getattr(request, "_request", request)


def rows(reader: Any) -> QuerySet[Page]:
    """Return the pages ``reader`` may see, each with ``summary`` and ``parent_id``, the page above if that is seen, too."""
    above = visible_pages(reader).filter(path=Substr(OuterRef("path"), 1, Length(OuterRef("path")) - Page.steplen))
    return (
        visible_pages(reader, Page.objects.filter(depth__gt=1))
        .annotate(
            summary=Coalesce(*_summaries(), Value(""), output_field=TextField()),
            parent_id=Subquery(above.filter(depth__gt=1).values("pk")[:1]),
        )
        .select_related("locale")
    )


class PageSerializer(ResourceSerializer):
    """A page in short. It has one language; the others are other pages."""

    url = serializers.SerializerMethodField(help_text="The page for people.")
    page_type = serializers.SerializerMethodField()
    language = serializers.CharField(source="locale.language_code", read_only=True)
    summary = serializers.CharField(read_only=True)
    parent_id = serializers.CharField(
        read_only=True, allow_null=True, help_text="The page above, if the caller may see it."
    )
    in_menu = serializers.BooleanField(source="show_in_menus", read_only=True)

    class Meta:
        model = Page
        fields = [
            *ResourceSerializer.IDENTITY, "page_type", "language", "slug", "summary", "parent_id", "in_menu",
            "first_published_at", "last_published_at",
        ]  # fmt: skip

    @extend_schema_field(OpenApiTypes.URI)
    def get_url(self, obj: Page) -> str:
        """Return the address."""
        return self.absolute(obj.get_url(plain(self.context["request"])) or "/")

    def get_page_type(self, obj: Page) -> str:
        """Return the name of the type."""
        return ContentType.objects.get_for_id(obj.content_type_id).model


class TranslationSerializer(serializers.Serializer):
    """The same page in another language."""

    language = serializers.CharField()
    id = serializers.CharField()
    title = serializers.CharField()
    url = serializers.URLField()
    api_url = serializers.URLField()


class StepSerializer(serializers.Serializer):
    """A step that leads to a page."""

    title = serializers.CharField(help_text="Of the step-by-step.")
    url = serializers.URLField()
    number = serializers.IntegerField()
    step_title = serializers.CharField()
    step_url = serializers.URLField()


class PageDetailSerializer(PageSerializer):
    """A page with all that it says: body, own fields of its type, way there, pages below, translations, notices."""

    seo_title = serializers.CharField(read_only=True)
    search_description = serializers.CharField(read_only=True)
    body = serializers.SerializerMethodField()
    own = serializers.SerializerMethodField(help_text="What only pages of this type have.")
    translations = serializers.SerializerMethodField()
    topics = serializers.SerializerMethodField()
    breadcrumbs = References("page", lambda page: page.shown_breadcrumbs)
    children = References("page", lambda page: page.shown_children)
    notices = References("notice", lambda page: page.shown_notices)
    part_of = serializers.SerializerMethodField(help_text="Steps of a step-by-step that lead to this page.")

    class Meta(PageSerializer.Meta):
        fields = [
            *PageSerializer.Meta.fields, "seo_title", "search_description", "body", "own", "translations", "topics",
            "breadcrumbs", "children", "notices", "part_of",
        ]  # fmt: skip

    def _showing(self, page: Page) -> Showing:
        if "showing" not in self.context:
            request = plain(self.context["request"])
            specific = page.specific_page
            self.context["showing"] = Showing(request, specific, getattr(specific, "body", None), self.absolute)
        return self.context["showing"]

    @extend_schema_field({"$ref": "#/components/schemas/Blocks"})
    def get_body(self, page: Page) -> list[dict[str, Any]]:
        """Return the blocks."""
        body = getattr(page.specific_page, "body", None)
        return stream_value(body, self._showing(page)) if body is not None else []

    @extend_schema_field(OpenApiTypes.OBJECT)
    def get_own(self, page: Page) -> dict[str, Any]:
        """Return the fields of the type."""
        specific, showing = page.specific_page, self._showing(page)
        names = OWN_FIELDS.get(specific._meta.model_name, {})
        found = {name: own_value(specific, field, showing) for field, name in names.items()}
        if specific._meta.model_name == "chapterpage":
            found["footnotes"] = [showing.html(note.text) for note in specific.footnotes.all()]
        if isinstance(specific, HomePage):
            found |= start(specific, showing)
        if isinstance(specific, TopicPage):
            found["entries"] = entries(specific, showing)
        if isinstance(specific, ContentPage) and (made := specific.made_statement()):
            found["statement"] = statement(made, showing)
        return found

    @extend_schema_field(TranslationSerializer(many=True))
    def get_translations(self, page: Page) -> list[dict[str, Any]]:
        """Return the others that the caller may see."""
        request = self.context["request"]
        twins = visible_pages(request, Page.objects.filter(translation_key=page.translation_key).exclude(pk=page.pk))
        return [
            {"language": twin.locale.language_code, "id": str(twin.pk), "title": twin.title, "url": self.get_url(twin),
             "api_url": self.get_api_url(twin)}
            for twin in twins.select_related("locale").order_by("pk")
        ]  # fmt: skip

    @extend_schema_field(StepSerializer(many=True))
    def get_part_of(self, page: Page) -> list[dict[str, Any]]:
        """Return the steps, each with the page it stands on."""
        specific, request = page.specific_page, plain(self.context["request"])
        steps = specific.part_of(request) if hasattr(specific, "part_of") else []
        return [
            {"title": way.title, "url": self.absolute(way.get_url(request)), "number": step.number,
             "step_title": step.title, "step_url": self.absolute(f"{way.get_url(request)}#{step.anchor}")}
            for step, way in steps
        ]  # fmt: skip

    def get_topics(self, page: Page) -> list[str]:
        """Return the keys of its topics."""
        return list(page.page_topics.values_list("topic__slug", flat=True).order_by("topic__slug"))


def own_value(page: Page, field_name: str, showing: Showing) -> Any:
    """Return a field of a page as JSON. Raises TypeError for a kind of field nobody has decided about."""
    field, value = page._meta.get_field(field_name), getattr(page, field_name)
    if isinstance(field, StreamField):
        found = [int(pk) for model, pk, *_paths in value.stream_block.extract_references(value) if model is Page]
        showing.records.all(Page, found)  # at once
        return stream_value(value, showing)
    if isinstance(field, RichTextField):
        return showing.html(value)
    if isinstance(value, Topic):
        return {"slug": value.slug, "title": value.title}
    if field.is_relation:
        found = showing.records.get(value) if value is not None else None
        return showing.reference(found)
    if hasattr(value, "isoformat"):
        return value.isoformat()
    if value is None or isinstance(value, (bool, int, str)):
        return value
    raise TypeError(f"The API does not know how to show {field}.")


def start(page: HomePage, showing: Showing) -> dict[str, Any]:
    """Return what a start page gathers: what people want most, life situations, places with their status now."""
    cards = page.cards(showing.request)
    return {
        "wishes": [
            {"title": str(card.title), "url": showing.absolute(card.url), "fee": card.fee} for card in cards["wishes"]
        ],
        "situations": [
            {"title": str(item.title), "url": showing.absolute(item.get_absolute_url()), "icon": item.icon}
            for item in cards["situations"]
        ],
        "open_places": [
            shown_with(LocationSerializer, place.location, showing.request, [*ResourceSerializer.IDENTITY, "status"])
            for place in open_places(showing.request)
        ],
    }


def entries(page: TopicPage, showing: Showing) -> list[dict[str, Any]]:
    """Return everything about the topic of a page that the reader may see, by kind and title, without the page itself."""
    own = page.get_url(showing.request)
    return [
        {"kind": item.kind, "label": str(item.label), "title": item.title, "summary": item.summary,
         "url": showing.absolute(item.url), "language": item.language,
         "date": item.date.isoformat() if item.date else None}
        for provider in providers("entries_about").values()
        for item in provider(showing.request, page.topic.slug)
        if item.url != own
    ]  # fmt: skip


def statement(made: Statement, showing: Showing) -> dict[str, Any]:
    """Return the parts of an accessibility statement as JSON."""
    values = {item.name: getattr(made, item.name) for item in dataclasses.fields(made)}
    return {
        **{
            name: value if value is None or isinstance(value, int) else str(value)
            for name, value in values.items()
            if not isinstance(value, tuple)
        },
        "feedback_url": showing.absolute(made.feedback_url) if made.feedback_url else "",
        "contact": [str(line) for line in made.contact],
        "enforcement": [str(line) for line in made.enforcement],
        "barriers": [{"text": str(one.text), "language": one.language, "pages": one.pages} for one in made.barriers],
    }


class PageFilters(django_filters.FilterSet):
    """Which pages."""

    page_type = django_filters.CharFilter(method="filter_type", help_text="Name of a type: contentpage, guidepage …")
    parent = django_filters.NumberFilter(method="filter_parent", help_text="Number of the page above.")
    below = django_filters.NumberFilter(method="filter_below", help_text="Number of a page: all below it.")
    page_language = django_filters.ChoiceFilter(field_name="locale__language_code", choices=settings.LANGUAGES)
    topic = django_filters.CharFilter(method="filter_topic", help_text="Key of a topic.")
    in_menu = django_filters.BooleanFilter(field_name="show_in_menus")
    published_since = MomentFilter(field_name="last_published_at", lookup_expr="gte")

    class Meta:
        model = Page
        fields = ["slug"]

    def filter_type(self, found: QuerySet, name: str, value: str) -> QuerySet:
        """Keep pages of one type."""
        return found.filter(content_type__model=value.lower())

    def filter_parent(self, found: QuerySet, name: str, value: Any) -> QuerySet:
        """Keep the pages right below one that the caller may see."""
        return found.filter(parent_id=_number(value))

    def filter_below(self, found: QuerySet, name: str, value: Any) -> QuerySet:
        """Keep the pages below one that the caller may see."""
        top = visible_pages(self.request).filter(pk=_number(value)).values_list("path", flat=True).first()
        return found.filter(path__startswith=top).exclude(path=top) if top else found.none()

    def filter_topic(self, found: QuerySet, name: str, value: str) -> QuerySet:
        """Keep the pages about a topic."""
        return found.filter(Exists(Topic.objects.filter(slug=value, page_topics__page=OuterRef("pk"))))


def _number(value: Any) -> int:
    return int(value) if abs(value) < 2**63 else -1


def with_surroundings(page: Page, reader: Any) -> Page:
    """Add to ``page`` what its detail refers to: itself as its type, and the numbers of the pages and notices around it."""
    specific = getattr(page, "specific_page", None) or shown_page(page)
    page.specific_page = specific
    page.shown_breadcrumbs = (
        [item.pk for item in specific.breadcrumbs(reader)] if hasattr(specific, "breadcrumbs") else []
    )
    page.shown_children = [item.pk for item in specific.child_pages(reader)] if hasattr(specific, "child_pages") else []
    page.shown_notices = [notice.pk for notice in board_of(plain(reader)).of(page)]
    return page


RESOURCE = Resource(
    kind="page",
    path="pages",
    rows=rows,
    serializer=PageSerializer,
    detail_rows=rows,
    detail_serializer=PageDetailSerializer,
    filters=PageFilters,
    prepare=with_surroundings,
)


def body_schemas() -> dict[str, Any]:
    """Return the schemas (component -> JSON Schema) of the body of pages, with the blocks of all enabled plugins."""
    field: PluginStreamField = ContentPage._meta.get_field("body")
    return body_components(field.stream_block)
