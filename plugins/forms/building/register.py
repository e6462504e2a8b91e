"""The register of all forms of the city in the Wagtail admin."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, ObjectList, TabbedInterface
from wagtail.admin.ui.tables import Column
from wagtail.admin.widgets.button import Button, HeaderButton
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import CreateView, EditView, IndexView, SnippetViewSet, SnippetViewSetGroup

from cms.plugins.registry import providers
from cms.records.admin import RecordViewSet
from cms.records.forms import RestrictedRecordForm, TextSpec, record_form, text_panels
from cms.records.texts import default_language

from ..models import FieldGroup, Form, FormService, FormVersion, ReferenceList
from .services import free_slug, may_change

FORM_TEXTS = (
    TextSpec("title", gettext_lazy("Title"), required=True),
    TextSpec("summary", gettext_lazy("In one sentence"), kind="area"),
    TextSpec("body", gettext_lazy("What to know before"), kind="rich"),
    TextSpec(
        "keywords", gettext_lazy("Other names"), kind="lines", help_text=gettext_lazy("One a line, for the search.")
    ),
    TextSpec("closed_note", gettext_lazy("What people read while it is closed"), kind="area"),
)


def service_choices(reader: Any) -> list[tuple[str, Any]]:
    """Return ("service:12", title) of every service that another plugin offers to ``reader``."""
    found: list[tuple[str, Any]] = []
    for provider in providers("services_to_apply_for").values():
        found += provider(reader)
    return found


class FormRecordForm(RestrictedRecordForm):
    """The form of the register."""

    service_keys = forms.MultipleChoiceField(
        label=gettext_lazy("Services"),
        required=False,
        widget=forms.SelectMultiple(attrs={"size": 10}),
        help_text=gettext_lazy("What people apply for with it. Their pages show the form as a button."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["slug"].required = False
        self.fields["slug"].help_text = _("Left empty, it is made of the title.")
        self.initial["service_keys"] = [row.key for row in self.instance.services.all()]
        choices = service_choices(self.for_user)
        # What the editor may not see, or belongs to a plugin that is off, stays as it is.
        known = {key for key, _title in choices}
        choices += [(key, key) for key in self.initial["service_keys"] if key not in known]
        self.fields["service_keys"].choices = choices

    def clean(self) -> dict[str, Any]:
        """Make the address of the title when none was given."""
        values = super().clean() or self.cleaned_data
        if not values.get("slug") and "slug" not in self.errors:
            values["slug"] = free_slug(values.get(f"text_{default_language()}_title") or "")
        return values

    def _post_clean(self) -> None:
        super()._post_clean()
        if "service_keys" in self.cleaned_data:
            rows = {row.key: row for row in self.instance.services.all()}
            keys = self.cleaned_data["service_keys"]
            self.instance.services.set([rows.get(key) or FormService(key=key) for key in keys])


class FormIndex(IndexView):
    """The register."""

    @cached_property
    def header_more_buttons(self) -> list[Button]:
        """Lead to the report and the import, too."""
        return [
            *super().header_more_buttons,
            Button(_("Services without an online form"), url=reverse("form_gaps"), icon_name="warning"),
            Button(_("Import a form"), url=reverse("form_import"), icon_name="upload"),
        ]


class FormCreate(CreateView):
    """Take a form into the register."""

    def get_success_url(self) -> str:
        """Go on in the builder, which is what a form that is filled in here is made for."""
        if self.object.kind == Form.Kind.OWN and may_change(self.request.user, self.object):
            return reverse("form_build", args=[self.object.pk])
        return super().get_success_url()


class FormEdit(EditView):
    """Edit what the register knows of a form."""

    @cached_property
    def header_more_buttons(self) -> list[Button]:
        """Lead to the builder and the versions."""
        found = list(super().header_more_buttons)
        if self.object.kind == Form.Kind.OWN and may_change(self.request.user, self.object):
            args = [self.object.pk]
            found += [
                Button(_("Build"), url=reverse("form_build", args=args), icon_name="form"),
                Button(_("Versions"), url=reverse("form_versions", args=args), icon_name="history"),
                Button(_("Where it goes"), url=reverse("form_targets", args=args), icon_name="redirect"),
                Button(_("Statistics"), url=reverse("form_statistics", args=args), icon_name="table"),
            ]
        return found

    @cached_property
    def header_buttons(self) -> list[Button]:
        """Show the way to the builder without opening a menu."""
        found = list(super().header_buttons)
        if self.object.kind == Form.Kind.OWN and may_change(self.request.user, self.object):
            found.append(HeaderButton(_("Build"), url=reverse("form_build", args=[self.object.pk]), icon_name="form"))
        return found


def version_state(form: Any) -> Any:
    """Return what the list says of the versions."""
    if form.kind != Form.Kind.OWN:
        return "–"
    if form.number_published is not None and form.has_draft:
        words = _("version %(number)s, and a draft")
    elif form.number_published is not None:
        words = _("version %(number)s is published")
    else:
        words = _("only a draft") if form.has_draft else _("nothing built yet")
    text = words % {"number": form.number_published}
    link = format_html('<a href="{}">{}</a>', reverse("form_build", args=[form.pk]), text)
    return link if form.is_active else format_html("{} ({})", link, _("not in use"))


class FormViewSet(RecordViewSet):
    """Forms."""

    model = Form
    icon = "form"
    index_view_class = FormIndex
    add_view_class = FormCreate
    edit_view_class = FormEdit
    copy_view_enabled = False
    inspect_view_enabled = False
    list_display = [
        "__str__",
        Column("kind", label=gettext_lazy("Kind"), accessor="get_kind_display", sort_key="kind"),
        Column("number", label=gettext_lazy("No."), sort_key="number"),
        Column("unit", label=gettext_lazy("Unit")),
        Column(
            "owner", label=gettext_lazy("Owner"), accessor=lambda row: row.owner.get_full_name() if row.owner else ""
        ),
        Column("digital_level", label=gettext_lazy("Digital level"), sort_key="digital_level"),
        Column("state", label=gettext_lazy("Version"), accessor=version_state),
    ]
    list_filter = ["kind", "purpose", "unit", "digital_level", "requirement", "is_active", "test_mode"]
    search_fields = ["title_text", "slug", "number"]
    ordering = ["slug"]
    edit_handler = TabbedInterface(
        [
            *text_panels(FORM_TEXTS),
            ObjectList(
                [
                    FieldRowPanel([FieldPanel("kind"), FieldPanel("purpose")]),
                    FieldRowPanel([FieldPanel("slug"), FieldPanel("number")]),
                    FieldPanel("url"),
                    FieldPanel("document"),
                    FieldPanel("service_keys"),
                    FieldRowPanel([FieldPanel("unit"), FieldPanel("owner")]),
                    FieldPanel("digital_level"),
                ],
                heading=gettext_lazy("Form"),
            ),
            ObjectList(
                [
                    FieldPanel("legal_basis"),
                    MultiFieldPanel(
                        [FieldPanel("requirement"), FieldPanel("requirement_source"), FieldPanel("asks")],
                        heading=gettext_lazy("Identity and written form"),
                        help_text=gettext_lazy(
                            "A form that asks for more than the law is named before it is published."
                        ),
                    ),
                    FieldPanel("expected_days"),
                    FieldPanel("retention_days"),
                    FieldPanel("retention_done_days"),
                    FieldPanel("retention_withdrawn_days"),
                ],
                heading=gettext_lazy("Law and data"),
            ),
            ObjectList(
                [
                    FieldRowPanel([FieldPanel("open_from"), FieldPanel("open_until")]),
                    FieldPanel("max_submissions"),
                    FieldPanel("test_mode"),
                    FieldPanel("is_active"),
                    FieldPanel("access_rule"),
                ],
                heading=gettext_lazy("When and for whom"),
            ),
        ],
        base_form_class=record_form(FORM_TEXTS, FormRecordForm),
    )

    def get_queryset(self, request: HttpRequest) -> Any:
        """Return the forms with units, owners and what the list says of their versions."""
        versions = FormVersion.objects.filter(form=OuterRef("pk"))
        published = versions.filter(state=FormVersion.State.PUBLISHED).values("number")[:1]
        return (
            super()
            .get_queryset(request)
            .select_related("unit", "owner")
            .prefetch_related("unit__texts", "services")
            .annotate(
                number_published=Subquery(published),
                has_draft=Exists(versions.filter(state=FormVersion.State.DRAFT)),
            )
        )


def gaps(request: HttpRequest) -> HttpResponse:
    """Report the services that are applied for by a PDF alone, and those without any form. Raises PermissionDenied."""
    if not request.user.has_perm("forms.view_form"):
        raise PermissionDenied
    return render(request, "forms/building/gaps.html", report(request.user))


def report(reader: Any) -> dict[str, Any]:
    """Return the services that ``reader`` may see by what they offer: ``paper`` (PDF alone), ``none``, and the numbers."""
    kinds: dict[str, list[Form]] = {}
    rows = FormService.objects.filter(form__is_active=True).select_related("form")
    all_forms = {form.pk: form for form in Form.objects.with_texts().filter(pk__in=rows.values("form"))}
    for row in rows:
        kinds.setdefault(row.key, []).append(all_forms[row.form_id])
    online = set(Form.objects.filter(versions__state=FormVersion.State.PUBLISHED).values_list("pk", flat=True))
    paper, none, by_link, own = [], [], 0, 0
    for key, title in service_choices(reader):
        found = kinds.get(key, [])
        if any(form.kind == Form.Kind.OWN and form.pk in online for form in found):
            own += 1
        elif any(form.kind == Form.Kind.LINK for form in found):
            by_link += 1
        elif found:
            paper.append((key, title, found))
        else:
            none.append((key, title))
    total = own + by_link + len(paper) + len(none)
    return {"paper": paper, "none": none, "own": own, "by_link": by_link, "total": total}


def _group_link(group: FieldGroup) -> Any:
    return format_html('<a href="{}">{}</a>', reverse("form_group", args=[group.pk]), _("show"))


class FieldGroupViewSet(SnippetViewSet):
    """Field groups."""

    model = FieldGroup
    icon = "list-ul"
    list_display = [
        "title",
        Column("fields", label=gettext_lazy("Fields and forms"), accessor=_group_link),
        "key",
        "changed_at",
    ]
    search_fields = ["title", "key"]
    copy_view_enabled = False
    inspect_view_enabled = False
    panels = [FieldPanel("title"), FieldPanel("key"), FieldPanel("data")]


class ReferenceListViewSet(SnippetViewSet):
    """Lists for forms."""

    model = ReferenceList
    icon = "list-ol"
    list_display = ["title", "key", "changed_at"]
    search_fields = ["title", "key"]
    copy_view_enabled = False
    inspect_view_enabled = False
    panels = [FieldPanel("title"), FieldPanel("key"), FieldPanel("lines")]


class FormsGroup(SnippetViewSetGroup):
    """Menu of the forms."""

    menu_label = gettext_lazy("Forms")
    menu_icon = "form"
    menu_order = 206
    items = (FormViewSet, FieldGroupViewSet, ReferenceListViewSet)


register_snippet(FormsGroup)
