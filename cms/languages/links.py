"""This page in other languages, for the language switch, search engines and readers. One query a page."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db.models import Case, IntegerField, OuterRef, QuerySet, Subquery, Value, When
from django.http import HttpRequest
from django.urls import translate_url
from django.utils import translation
from django.utils.functional import cached_property
from wagtail.models import Page

from cms.access.pages import visible_pages


def home_in(code: str) -> str:
    """Return the path of the start page in a language."""
    return "/" if code == settings.LANGUAGE_CODE else f"/{code}/"


class PageLanguages:
    """The page of a request (None for views and records) and its translations that the reader may see."""

    def __init__(self, request: HttpRequest, language: str) -> None:
        self.request = request
        self.language = language
        self.page: Any = getattr(request, "wagtail_page", None)

    @cached_property
    def twins(self) -> dict[str, Page]:
        """The visible translations by language, each with ``said``: what this page says of the German one, and when."""
        if self.page is None:
            return {}
        return {row.locale.language_code: row for row in self.page.around(self.request)["twins"]}

    def url(self, code: str) -> str:
        """Return the path of this page in a language; the start page where it has no translation."""
        if self.page is not None:
            if self.page.locale.language_code == code:
                return self._url(self.page)
            twin = self.twins.get(code)
            return self._url(twin) if twin else home_in(code)
        return self._of_view(code) or home_in(code)

    def _url(self, page: Page) -> str:
        return page.get_url(self.request) or home_in(page.locale.language_code)

    def _of_view(self, code: str) -> str:
        match = getattr(self.request, "resolver_match", None)
        if match is None or match.url_name == "wagtail_serve":
            return ""
        with translation.override(self.language):
            return translate_url(self.request.get_full_path(), code)

    @property
    def alternates(self) -> list[tuple[str, str]]:
        """(language, whole address) of this page in every language it has, for search engines; "x-default" is German."""
        if self.page is not None:
            found = {code: self._url(twin) for code, twin in self.twins.items()}
            found[self.page.locale.language_code] = self._url(self.page)
        else:
            # A record has one address a language; in Leichte Sprache it would be the German text once more.
            found = {code: url for code, _name in settings.TEXT_LANGUAGES if (url := self._of_view(code))}
        if len(found) < 2:
            return []
        ordered = [(code, found[code]) for code, _name in settings.LANGUAGES if code in found]
        if settings.LANGUAGE_CODE in found:
            ordered.append(("x-default", found[settings.LANGUAGE_CODE]))
        return [(code, self.request.build_absolute_uri(url.partition("?")[0])) for code, url in ordered]

    @property
    def newer_source(self) -> Page | None:
        """The German page, when it was published after what this translation says of it; with its ``url``."""
        source = self.twins.get(settings.LANGUAGE_CODE)
        if source is None or self.page is None or not source.last_published_at:
            return None
        said = source.said or self.page.last_published_at
        return source if said and source.last_published_at > said else None


def said_of(page: Page) -> Subquery:
    """Return the expression for what ``page`` says of its German original: of when that is."""
    from .models import Origin  # its types of pages need the others, and those need these expressions

    return Subquery(Origin.objects.filter(page=page.pk).values("seen_at")[:1])


def translations_into(language: str, pages: QuerySet[Page]) -> QuerySet[Page]:
    """Return the translations of ``pages``; none into the default language, which everything is written in."""
    if language == settings.LANGUAGE_CODE:
        return Page.objects.none()
    return Page.objects.filter(
        translation_key__in=pages.order_by().values("translation_key"), locale__language_code=language
    )


def localized(reader: Any, pages: list[Page], language: str) -> dict[int, Page]:
    """Return for each of ``pages`` (by id) its visible translation into ``language``; pages without one are left out."""
    found = Page.objects.filter(
        translation_key__in=[page.translation_key for page in pages], locale__language_code=language
    )
    by_key = {page.translation_key: page for page in visible_pages(reader, found).select_related("locale")}
    return {page.pk: by_key[page.translation_key] for page in pages if page.translation_key in by_key}


def audience_kept(pages: list[Page], language: str) -> dict[int, Page]:
    """Return what :func:`localized` does for a text whose reader is not known: translations with the same audience."""
    own = Page.objects.filter(translation_key=OuterRef("translation_key"), pk__in=[page.pk for page in pages]).values(
        "access__rule"
    )[:1]
    same = Case(When(access__rule=Subquery(own), then=Value(1)), default=Value(0), output_field=IntegerField())
    rows = Page.objects.filter(
        translation_key__in=[page.translation_key for page in pages], locale__language_code=language, live=True
    )
    by_key = {page.translation_key: page for page in rows.annotate(same=same).filter(same=1).specific(defer=True)}
    return {page.pk: by_key[page.translation_key] for page in pages if page.translation_key in by_key}
