"""The state of translations in the admin: one page for each page, a report, a figure on the start page."""

from __future__ import annotations

from typing import Any

import django_filters
from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Case, When
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.views.reports import PageReportView
from wagtail.admin.widgets import AdminDateInput
from wagtail.models import Page
from wagtail.permissions import page_permission_policy

from cms.access.pages import visible_pages
from cms.contracts.portal import Tile

from . import services
from .easy_rules import hints
from .models import EasyCheck
from .release import EASY, holds
from .states import State, other_languages, source_of, sources, states_of, with_states


class CheckForm(forms.ModelForm):
    """Who tested a text in Leichte Sprache, and when."""

    class Meta:
        model = EasyCheck
        fields = ["checked_by", "checked_on"]
        widgets = {"checked_on": AdminDateInput}


def changes_address(source: Page) -> str:
    """Return the address that compares what a translation says with what the German page says now."""
    origin = getattr(Page.objects.filter(pk=source.twin).select_related("origin").first(), "origin", None)
    before = origin.revision_id if origin and origin.revision_id else "earliest"
    return reverse("wagtailadmin_pages:revisions_compare", args=[source.pk, before, "live"])


def _page_for(request: HttpRequest, pk: int) -> Page:
    page = get_object_or_404(Page.objects.filter(depth__gt=1).select_related("locale"), pk=pk).specific
    if not page.permissions_for_user(request.user).can_edit():
        raise PermissionDenied
    return page


def page_languages(request: HttpRequest, pk: int) -> HttpResponse:
    """Show how far the translations of a page are, and what can be done about it."""
    page = _page_for(request, pk)
    easy = page.locale.language_code == settings.EASY_LANGUAGE
    check = EasyCheck.objects.filter(page_id=page.pk).first()
    form = CheckForm(instance=check) if easy and holds(request.user, EASY) else None
    if request.method == "POST":
        answer, form = _act(request, page, form)
        if answer is not None:
            return answer
    source = source_of(page)
    rows = []
    may_read = source is not None and (
        _may_see(request, source) or visible_pages(request, Page.objects.filter(pk=source.pk)).exists()
    )
    if source is not None:
        rows = [_row(request, source, page.locale.language_code)]
    elif page.locale.language_code == settings.LANGUAGE_CODE:
        rows = [_row(request, row, code) for code, _name, row in states_of(page)]
    context = {
        "page": page,
        "source": source if may_read else None,
        "rows": rows,
        "form": form,
        "check": check,
        "easy": easy,
    }
    context["hints"] = hints(page) if easy else []
    return render(request, "languages/page_languages.html", context)


def _row(request: HttpRequest, row: Page, code: str) -> dict[str, Any]:
    """Return what a table of translations shows of one; a twin only to those who may change it."""
    twin = Page.objects.filter(pk=row.twin).first() if row.twin else None
    may_edit = twin is not None and twin.permissions_for_user(request.user).can_edit()
    return {
        "code": code,
        "language": dict(settings.LANGUAGES)[code],
        "state": State(row.state),
        "source": row,
        "twin": twin if may_edit else None,
        "may_begin": row.state == State.MISSING
        and services.may_translate(user=request.user, source=row, language=code),
        "may_submit": code != settings.EASY_LANGUAGE and request.user.has_perm("wagtail_localize.submit_translation"),
        "changes": changes_address(row) if twin and row.state != State.CURRENT and _may_see(request, row) else "",
    }


def _may_see(request: HttpRequest, page: Page) -> bool:
    tester = Page.objects.get(pk=page.pk).permissions_for_user(request.user)
    return tester.can_edit() or tester.can_publish()


def _act(request: HttpRequest, page: Page, form: CheckForm | None) -> tuple[HttpResponse | None, CheckForm | None]:
    """Do what a button asks; return where to go, or the form with what is wrong."""
    here = redirect("page_languages", page.pk)
    try:
        if "confirm" in request.POST:
            services.confirm(page=page, user=request.user)
            messages.success(request, _("The translation counts as up to date."))
            return here, form
        if "begin" in request.POST:
            language = request.POST["begin"]
            if language not in dict(other_languages()):
                raise Http404
            made = services.begin_by_hand(source=page, language=language, user=request.user)
            messages.success(request, _("A draft was made. Nobody sees it before it is published."))
            return redirect("wagtailadmin_pages:edit", made.pk), form
    except ValueError as error:
        raise Http404 from error
    if form is None:
        raise PermissionDenied
    form = CheckForm(request.POST, instance=form.instance if form.instance.pk else EasyCheck(page_id=page.pk))
    if form.is_valid():
        try:
            services.record_check(page=page, user=request.user, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The test was recorded; readers see it below the text."))
            return here, form
    return None, form


#: What the report shows first.
URGENCY = (State.OUTDATED, State.IN_WORK, State.MISSING)


class StateFilterSet(WagtailFilterSet):
    """Which language, and how far."""

    language = django_filters.ChoiceFilter(
        label=gettext_lazy("Language"), choices=other_languages, method="ignore", empty_label=None
    )
    state = django_filters.ChoiceFilter(label=gettext_lazy("State"), choices=State.choices)
    title = django_filters.CharFilter(label=gettext_lazy("Title"), lookup_expr="icontains")

    class Meta:
        model = Page
        fields: list[str] = []

    def ignore(self, queryset: Any, name: str, value: str) -> Any:
        """The view has already asked for the states in this language."""
        return queryset


class TranslationReport(PageReportView):
    """German pages the reader may change, with the state of their translation into one language."""

    page_title = gettext_lazy("State of translations")
    header_icon = "wagtail-localize-language"
    results_template_name = "languages/report_results.html"
    index_url_name = "languages_report"
    index_results_url_name = "languages_report_results"
    filterset_class = StateFilterSet
    any_permission_required = ["add", "change", "publish"]
    list_export = ["title", "state", "last_published_at", "seen_at", "twin_title"]
    export_headings = {"state": gettext_lazy("State"), "last_published_at": gettext_lazy("Published"),
                       "seen_at": gettext_lazy("Translation as of"), "twin_title": gettext_lazy("Translation")}  # fmt: skip

    @property
    def language(self) -> str:
        """The language the report is about."""
        asked = self.request.GET.get("language", "")
        return asked if asked in dict(other_languages()) else other_languages()[0][0]

    def get_queryset(self) -> Any:
        """Return the pages with the state of their translations."""
        mine = page_permission_policy.instances_user_has_permission_for(self.request.user, "change")
        urgency = Case(*(When(state=state, then=number) for number, state in enumerate(URGENCY)), default=len(URGENCY))
        return with_states(sources(mine), self.language).order_by(urgency, "title", "pk")

    def get_context_data(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add the names of states and the language."""
        context = super().get_context_data(*args, **kwargs)
        labels = dict(State.choices)
        for page in context["object_list"]:
            page.state_label = labels[page.state]
        context["language_name"] = dict(settings.LANGUAGES)[self.language]
        return context


def tiles(request: HttpRequest) -> list[Tile]:
    """Return how many translations lag behind, for each language in which some do."""
    mine = page_permission_policy.instances_user_has_permission_for(request.user, "change")
    found = []
    for code, name in other_languages():
        rows = with_states(sources(mine), code).exclude(twin=None)
        count = rows.filter(state=State.OUTDATED).count()
        if count:
            title = _("%(language)s: source changed since") % {"language": name}
            url = f"{reverse('languages_report')}?language={code}&state={State.OUTDATED}"
            found.append(Tile(title=title, value=count, url=url, order=60))
    return found
