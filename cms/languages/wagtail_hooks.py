"""Languages in the Wagtail admin."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import escape
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import RedirectView
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.menu import MenuItem
from wagtail.admin.widgets.button import Button
from wagtail.models import Page
from wagtail.rich_text.pages import PageLinkHandler

from cms.records.texts import current_language

from . import admin, guarded
from .links import audience_kept
from .release import may_release
from .states import mark_behind, source_of


@hooks.register("before_create_page")
def keep_as_draft(request: HttpRequest, parent: Page, page_class: Any) -> None:
    """Let who may not release a page save it: nothing typed is lost because "publish" was pressed."""
    new = page_class(locale=parent.locale)
    if "action-publish" in request.POST and not may_release(request.user, new):
        request.POST = request.POST.copy()  # type: ignore[assignment]
        del request.POST["action-publish"]  # type: ignore[attr-defined]


class TranslatedLinkHandler(PageLinkHandler):
    """Links in texts lead to the page in the reader's language, if everybody who may read the page may read that too."""

    @classmethod
    def get_many(cls, attrs_list: list[dict[str, str]]) -> list[Any]:
        """Return a page for each link, None for those that are gone."""
        pages = super().get_many(attrs_list)
        language = current_language()
        wanted = [page for page in pages if page and page.locale.language_code != language]
        found = audience_kept(wanted, language) if wanted else {}
        return [found.get(page.pk, page) if page else None for page in pages]

    @classmethod
    def expand_db_attributes_many(cls, attrs_list: list[dict[str, str]]) -> list[str]:
        """Return the opening tags."""
        return [f'<a href="{escape(page.url)}">' if page else "<a>" for page in cls.get_many(attrs_list)]


@hooks.register("register_rich_text_features", order=10)  # after Wagtail's own
def link_handler(features: Any) -> None:
    """Use our links to pages."""
    features.register_link_type(TranslatedLinkHandler)


@hooks.register("register_admin_urls", order=-10)  # before wagtail-localize: its views ask less
def addresses() -> list[URLPattern]:
    """Return the pages about translations."""
    return [
        path("languages/page/<int:pk>/", admin.page_languages, name="page_languages"),
        path("languages/report/", admin.TranslationReport.as_view(), name="languages_report"),
        path(
            "languages/report/results/",
            admin.TranslationReport.as_view(results_only=True),
            name="languages_report_results",
        ),
        path("localize/jsi18n/", guarded.Words.as_view()),
        path("localize/submit/page/<int:page_id>/", guarded.SubmitView.as_view()),
        path("localize/update/<int:translation_source_id>/", guarded.UpdateView.as_view()),
        path("localize/page/<int:page_id>/convert_to_alias/", guarded.convert_to_alias),
        # Its report names pages to everybody who may enter the admin.
        path("localize/reports/translations/", RedirectView.as_view(pattern_name="languages_report")),
        path("localize/reports/translations/results/", RedirectView.as_view(pattern_name="languages_report")),
    ]


@hooks.register("register_reports_menu_item")
def report_menu_item() -> MenuItem:
    """Offer the state of translations among the reports."""
    return MenuItem(
        gettext_lazy("State of translations"),
        reverse("languages_report"),
        name="state-of-translations",
        icon_name="wagtail-localize-language",
        order=850,
    )


@hooks.register("construct_reports_menu")
def without_the_other_report(request: HttpRequest, items: list[MenuItem]) -> None:
    """Leave the report of wagtail-localize out: ours knows the rights and translations made by hand."""
    theirs = reverse("wagtail_localize:translations_report")
    items[:] = [item for item in items if item.url != theirs]


@hooks.register("construct_explorer_page_queryset")
def with_marks(parent: Page, pages: Any, request: HttpRequest) -> Any:
    """Ask for all pages of a list at once whether a translation lags behind."""
    return mark_behind(pages)


@hooks.register("register_page_listing_buttons")
def listing_button(page: Page, user: Any, next_url: str | None = None) -> Iterator[Button]:
    """Mark what lags behind in lists of pages."""
    if getattr(page, "behind", False):
        text = (
            _("Source changed since")
            if page.locale.language_code != settings.LANGUAGE_CODE
            else _("Translation is older")
        )
        yield Button(text, reverse("page_languages", args=[page.pk]), icon_name="history", priority=5)


@hooks.register("register_page_header_buttons")
def header_button(page: Page, user: Any, view_name: str, next_url: str | None = None) -> Iterator[Button]:
    """Lead from a page to its languages."""
    if page.depth > 1 and page.permissions_for_user(user).can_edit():
        yield Button(
            _("Languages"),
            reverse("page_languages", args=[page.pk]),
            icon_name="wagtail-localize-language",
            priority=55,
        )


@hooks.register("before_edit_page", order=-10)  # wagtail-localize answers in its own
def tell_state(request: HttpRequest, page: Page) -> HttpResponse | None:
    """Say above the form that the German page changed, and who may publish."""
    if request.method != "GET":
        return None
    source = source_of(page)
    if source is not None and source.behind:
        here = reverse("page_languages", args=[page.pk])
        text = _("The German page changed since this translation was made.")
        messages.warning(request, text, buttons=[messages.button(here, _("See what changed"))])
    if not may_release(request.user, page):
        messages.info(request, _("You can write here. This page is published by those who release such pages."))
    return None


@hooks.register("register_log_actions")
def log_actions(actions: Any) -> None:
    """Name our entries of the log."""
    actions.register_action(
        "languages.confirm", gettext_lazy("Confirm translation"), gettext_lazy("Translation confirmed as up to date")
    )
    actions.register_action("languages.tested", gettext_lazy("Record test"), gettext_lazy("Test by readers recorded"))
    actions.register_action(
        "languages.begin", gettext_lazy("Begin translation"), gettext_lazy("Translation begun by hand")
    )
