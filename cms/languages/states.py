"""How far the translations are: up to date, source changed since, in work, not translated.

German is the source. What counts is when the German page was published last, and which of its versions the
translation says (:class:`cms.languages.models.Origin`). A translation that was published before this was
recorded says what was published before it.
"""

from __future__ import annotations

from django.conf import settings
from django.db.models import (
    BooleanField,
    Case,
    CharField,
    DateTimeField,
    Exists,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    TextChoices,
    Value,
    When,
)
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page
from wagtail_localize.models import StringSegment, StringTranslation, Translation

from .models import Origin


class State(TextChoices):
    """How far a translation is."""

    CURRENT = "current", _("up to date")
    OUTDATED = "outdated", _("source changed since")
    IN_WORK = "work", _("in work")
    MISSING = "missing", _("not translated")


def other_languages() -> list[tuple[str, str]]:
    """Return (code, name) of every language that pages are translated into."""
    return [(code, name) for code, name in settings.LANGUAGES if code != settings.LANGUAGE_CODE]


def sources(pages: QuerySet[Page] | None = None) -> QuerySet[Page]:
    """Return the published German pages of ``pages`` (default: all), from which translations are made."""
    found = Page.objects.all() if pages is None else pages
    german = found.filter(locale__language_code=settings.LANGUAGE_CODE, live=True, depth__gt=1, alias_of=None)
    return german.filter(signlanguagepage=None)  # sign language is a language of its own


def with_states(pages: QuerySet[Page], language: str) -> QuerySet[Page]:
    """Add to German ``pages`` what is known of their translation into ``language``.

    ``twin``, ``twin_live`` and ``twin_title`` (None without a translation), ``seen_at``, ``behind``, ``state``. One query.
    """
    twin = Page.objects.filter(
        translation_key=OuterRef("translation_key"), locale__language_code=language, alias_of=None
    )
    origin = Origin.objects.filter(page=OuterRef("twin"))
    return pages.annotate(
        twin=Subquery(twin.values("pk")[:1], output_field=IntegerField()),
        twin_live=Subquery(twin.values("live")[:1], output_field=BooleanField()),
        twin_title=Subquery(twin.values("title")[:1], output_field=CharField()),
        twin_draft=Subquery(twin.values("has_unpublished_changes")[:1], output_field=BooleanField()),
        seen_at=Coalesce(
            Subquery(origin.values("seen_at")[:1]),
            Subquery(twin.values("last_published_at")[:1]),
            output_field=DateTimeField(),
        ),
        waiting=Exists(_untranslated(language)),
    ).annotate(
        behind=Case(
            When(last_published_at__gt=F("seen_at"), then=Value(True)),
            default=Value(False),
            output_field=BooleanField(),
        ),
        state=Case(
            When(twin=None, then=Value(State.MISSING)),
            When(Q(twin_live=False) | Q(waiting=True) | Q(behind=True, twin_draft=True), then=Value(State.IN_WORK)),
            When(behind=True, then=Value(State.OUTDATED)),
            default=Value(State.CURRENT),
            output_field=CharField(),
        ),
    )


def _untranslated(language: str) -> QuerySet[Translation]:
    """Return the translations by wagtail-localize that still lack words, for the page of an outer query."""
    done = StringTranslation.objects.filter(
        translation_of_id=OuterRef("string_id"),
        context_id=OuterRef("context_id"),
        locale__language_code=language,
        has_error=False,
    )
    lacking = StringSegment.objects.filter(source_id=OuterRef("source_id")).filter(~Exists(done))
    return Translation.objects.filter(
        enabled=True, source__object_id=OuterRef("translation_key"), target_locale__language_code=language
    ).filter(Exists(lacking))


def source_of(page: Page) -> Page | None:
    """Return the German page that ``page`` translates, None for German pages and pages of their own."""
    if page.locale.language_code == settings.LANGUAGE_CODE:
        return None
    rows = with_states(Page.objects.filter(locale__language_code=settings.LANGUAGE_CODE), page.locale.language_code)
    return rows.filter(translation_key=page.translation_key).select_related("locale").first()


def states_of(page: Page) -> list[tuple[str, str, Page]]:
    """Return (code, name, row of :func:`with_states`) for every language a German ``page`` is translated into."""
    rows = Page.objects.filter(pk=page.pk)
    return [(code, name, with_states(rows, code).get()) for code, name in other_languages()]


def mark_behind(pages: QuerySet[Page]) -> QuerySet[Page]:
    """Add ``behind``: a German page has a published translation that says less, or a translation itself does."""
    seen = Coalesce("origin__seen_at", "last_published_at")
    twins = Page.objects.filter(translation_key=OuterRef("translation_key"), alias_of=None, live=True)
    twins = twins.exclude(locale__language_code=settings.LANGUAGE_CODE).annotate(seen=seen)
    german = Page.objects.filter(
        translation_key=OuterRef("translation_key"), locale__language_code=settings.LANGUAGE_CODE, live=True
    )
    return pages.annotate(
        behind=Case(
            When(
                locale__language_code=settings.LANGUAGE_CODE,
                then=Exists(twins.filter(seen__lt=OuterRef("last_published_at"))),
            ),
            default=Exists(
                german.filter(
                    last_published_at__gt=Coalesce(OuterRef("origin__seen_at"), OuterRef("last_published_at"))
                )
            ),
            output_field=BooleanField(),
        )
    )
