"""The search in the Wagtail admin."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.panels import FieldPanel, FieldRowPanel, ObjectList
from wagtail.admin.ui.tables import BooleanColumn, Column
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import (
    CreateView,
    DeleteView,
    EditView,
    IndexView,
    SnippetViewSet,
    SnippetViewSetGroup,
)

from cms.accounts.menus import RightMenuItem

from . import operating
from .admin_forms import BestBetForm, JudgedQueryForm
from .learning import views
from .learning.judged import effect_of, measure
from .models import BestBet, JudgedQuery, SearchEntry, Synonym


class PrefilledCreateView(CreateView):
    """A new row with what the address says already filled in."""

    def get_initial(self) -> dict[str, Any]:
        """Return the address's parameters; the form checks them like anything typed."""
        return {**super().get_initial(), **self.request.GET.dict()}

    def get_form(self, *args: Any, **kwargs: Any) -> Any:
        """Fill in fields that are no columns, too."""
        form = super().get_form(*args, **kwargs)
        if "record" in form.fields and self.request.GET.get("record"):
            form.fields["record"].initial = self.request.GET["record"]
        return form


class WithEffect:
    """Shows what the change would do to known queries before anything is stored."""

    def form_valid(self, form: Any) -> HttpResponse:
        """Store, or with the button "effect" show winners and losers and keep what was typed."""
        if "effect" not in self.request.POST:
            return super().form_valid(form)
        effect = effect_of(form.instance)
        return self.render_to_response(self.get_context_data(form=form, effect=effect))


class SynonymCreateView(WithEffect, PrefilledCreateView):
    """A new synonym."""


class SynonymEditView(WithEffect, EditView):
    """A synonym that changes."""


class SynonymDeleteView(DeleteView):
    """A synonym that goes: what that does is shown with the question."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the effect of its absence."""
        gone = Synonym.objects.get(pk=self.object.pk)
        gone.is_active = False
        return {**super().get_context_data(**kwargs), "effect": effect_of(gone)}


class SynonymViewSet(SnippetViewSet):
    """Synonyms."""

    model = Synonym
    icon = "openquote"
    menu_label = _("Synonyms")
    list_display = [
        "words",
        BooleanColumn("one_way", label=_("only from the first")),
        "language",
        BooleanColumn("is_active", label=_("in use")),
    ]
    list_filter = ["language", "is_active", "one_way"]
    search_fields = ["words"]
    panels = [FieldPanel("words"), FieldPanel("one_way"), FieldPanel("language"), FieldPanel("is_active")]
    add_view_class = SynonymCreateView
    edit_view_class = SynonymEditView
    delete_view_class = SynonymDeleteView
    create_template_name = "search/admin/synonym_create.html"
    edit_template_name = "search/admin/synonym_edit.html"
    delete_template_name = "search/admin/synonym_delete.html"


class RecordColumn(Column):
    """The record of a row, marked when it is gone."""

    def get_value(self, instance: Any) -> str:
        """Return the title, with a note when no entry is left."""
        return instance.title if instance.is_there else f"{instance.title} – {_('no longer there')}"


class BestBetIndexView(IndexView):
    """The list of best bets, which knows what is gone."""

    def get_base_queryset(self) -> QuerySet[BestBet]:
        """Add whether an entry of the record is left."""
        left = SearchEntry.objects.filter(kind=OuterRef("kind"), object_id=OuterRef("object_id"))
        return super().get_base_queryset().annotate(is_there=Exists(left))


class BestBetViewSet(SnippetViewSet):
    """Best bets and exclusions."""

    model = BestBet
    icon = "pick"
    menu_label = _("Best bets")
    list_display = [
        "words",
        RecordColumn("title", label=_("result")),
        "effect",
        "starts",
        "ends",
        BooleanColumn("is_active", label=_("in use")),
    ]
    list_filter = ["effect", "language", "is_active"]
    search_fields = ["words", "title"]
    index_view_class = BestBetIndexView
    add_view_class = PrefilledCreateView
    edit_handler = ObjectList(
        [
            FieldPanel("words"),
            FieldPanel("record"),
            FieldRowPanel([FieldPanel("effect"), FieldPanel("position"), FieldPanel("language")]),
            FieldRowPanel([FieldPanel("starts"), FieldPanel("ends")]),
            FieldPanel("note"),
            FieldPanel("is_active"),
        ],
        base_form_class=BestBetForm,
    )


class JudgedQueryCreateView(PrefilledCreateView):
    """A new judged query, measured at once."""

    def form_valid(self, form: Any) -> HttpResponse:
        """Store and measure."""
        response = super().form_valid(form)
        measure([form.instance])
        return response


class JudgedQueryEditView(EditView):
    """A judged query that changes, measured at once."""

    def form_valid(self, form: Any) -> HttpResponse:
        """Store and measure."""
        response = super().form_valid(form)
        measure([form.instance])
        return response


class PlaceColumn(Column):
    """Where the expected result came out."""

    def get_value(self, instance: JudgedQuery) -> str:
        """Return the place, what it was before, or that it isn't among the first ten."""
        if instance.rank is None:
            return "–"
        place = str(instance.rank) if instance.rank else str(_("not among the first ten"))
        if instance.rank_before is None or instance.rank_before == instance.rank:
            return place
        return f"{place} ({_('before')}: {instance.rank_before or '–'})"


class JudgedQueryViewSet(SnippetViewSet):
    """Judged queries."""

    model = JudgedQuery
    icon = "tick-inverse"
    menu_label = _("Judged queries")
    list_display = [
        "text",
        "language",
        PlaceColumn("rank", label=_("rank")),
        "measured_at",
        BooleanColumn("is_active", label=_("in use")),
    ]
    list_filter = ["language", "is_active"]
    search_fields = ["text"]
    add_view_class = JudgedQueryCreateView
    edit_view_class = JudgedQueryEditView
    edit_handler = ObjectList(
        [
            FieldPanel("text"),
            FieldPanel("records"),
            FieldPanel("language"),
            FieldPanel("note"),
            FieldPanel("is_active"),
        ],
        base_form_class=JudgedQueryForm,
    )


class SearchViewSetGroup(SnippetViewSetGroup):
    """Everything editors decide about the search, together."""

    items = (SynonymViewSet, BestBetViewSet, JudgedQueryViewSet)
    menu_label = _("Tune the search")
    menu_icon = "search"
    menu_order = 220


register_snippet(SearchViewSetGroup)


@hooks.register("register_admin_urls")
def addresses() -> list[URLPattern]:
    """Return the pages of the search and their buttons."""
    return [
        path("search-learning/", views.learning, name="search_learning"),
        path("search-learning/<int:pk>/", views.decide, name="decide_search_todo"),
        path("search-learning/measure/", views.measure, name="measure_judged_queries"),
        path("search-operating/", operating.operating, name="search_operating"),
        path("search-operating/do/", operating.operate, name="operate_search"),
    ]


@hooks.register("register_reports_menu_item")
def learning_item() -> MenuItem:
    """Offer what people look for among the reports."""
    return RightMenuItem(
        _("What people look for"), reverse("search_learning"), icon_name="search", order=300, right=views.RIGHT
    )


@hooks.register("register_reports_menu_item")
def operating_item() -> MenuItem:
    """Offer the state of the search among the reports."""
    return RightMenuItem(
        _("State of the search"), reverse("search_operating"), icon_name="cogs", order=960, right=operating.RIGHT
    )


@hooks.register("register_permissions")
def permissions():  # type: ignore[no-untyped-def]
    """Let administrators give these rights to groups."""
    from django.contrib.auth.models import Permission

    return Permission.objects.filter(
        content_type__app_label="search", codename__in=["operate_search", "view_loggedquery", "change_searchtodo"]
    )
