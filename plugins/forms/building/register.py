"""The register of all forms of the city in the Wagtail admin."""

from __future__ import annotations

from typing import Any

import django_filters
from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import get_user_model
from django.db.models import Exists, OuterRef, Subquery
from django.http import HttpRequest
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, ObjectList, TabbedInterface
from wagtail.admin.ui.tables import Column
from wagtail.admin.widgets.button import Button, HeaderButton
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import CreateView, EditView, IndexView, SnippetViewSet, SnippetViewSetGroup

from cms.access.models import AccessRule
from cms.directory.models import OrganisationUnit
from cms.records.admin import RecordViewSet
from cms.records.forms import RestrictedRecordForm, TextSpec, record_form, text_panels
from cms.records.texts import default_language

from ..filling.opening import note_full
from ..models import FieldGroup, Form, FormService, FormVersion
from ..search import mark_services
from .choosing import FormChooser
from .lists import ReferenceListViewSet
from .overview import LACKS, levels, service_choices
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

    def save(self, commit: bool = True) -> Any:
        """Save, see whether places are left, and have the entries of services found anew that have the form or had it."""
        found = super().save(commit)
        if commit:
            note_full(found)
        mark_services({*self.initial["service_keys"], *self.cleaned_data.get("service_keys", [])})
        return found


class FormFilterSet(WagtailFilterSet):
    """What the register can be narrowed to."""

    digital_level = django_filters.MultipleChoiceFilter(
        label=gettext_lazy("Digital level"), choices=Form.Level.choices, widget=forms.CheckboxSelectMultiple
    )
    audience = django_filters.ChoiceFilter(
        label=gettext_lazy("For whom"),
        choices=[("public", gettext_lazy("everybody")), ("internal", gettext_lazy("internal"))],
        method="of_audience",
    )
    state = django_filters.ChoiceFilter(
        label=gettext_lazy("Version"),
        choices=[
            ("published", gettext_lazy("published")),
            ("draft", gettext_lazy("with a draft")),
        ],
        method="of_state",
    )
    lacks = django_filters.ChoiceFilter(
        label=gettext_lazy("What is missing"),
        choices=[(name, label) for name, (label, _condition) in LACKS.items()],
        method="of_lacks",
    )

    class Meta:
        model = Form
        fields = ["kind", "purpose", "unit", "owner", "digital_level", "requirement", "audience", "state", "lacks",
                  "test_mode", "is_active"]  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        owners = Form.objects.exclude(owner=None).values("owner")
        self.filters["owner"].queryset = get_user_model().objects.filter(pk__in=owners).order_by("last_name")
        units = OrganisationUnit.objects.filter(pk__in=Form.objects.exclude(unit=None).values("unit"))
        self.filters["unit"].queryset = units.with_texts()

    def of_audience(self, rows: Any, _name: str, value: str) -> Any:
        """Keep forms for everybody, or those for some."""
        public = {"access_rule": AccessRule.objects.public()}
        return rows.filter(**public) if value == "public" else rows.exclude(**public)

    def of_state(self, rows: Any, _name: str, value: str) -> Any:
        """Keep what is published, or what has a draft."""
        return rows.filter(has_draft=True) if value == "draft" else rows.filter(number_published__isnull=False)

    def of_lacks(self, rows: Any, _name: str, value: str) -> Any:
        """Keep what lacks something."""
        return rows.filter(LACKS[value][1])


class FormIndex(IndexView):
    """The register."""

    list_export = ["number", "title", "get_kind_display", "get_purpose_display", "unit", "owner_name", "audience_name",
                   "legal_basis", "get_requirement_display", "requirement_source", "digital_level",
                   "get_digital_level_display", "services_named", "number_published", "open_from", "open_until",
                   "retention_days", "is_active", "test_mode", "address", "updated_at"]  # fmt: skip
    export_headings = {
        "title": gettext_lazy("Title"),
        "get_kind_display": gettext_lazy("Kind"),
        "get_purpose_display": gettext_lazy("Purpose"),
        "unit": gettext_lazy("Unit"),
        "owner_name": gettext_lazy("Owner"),
        "audience_name": gettext_lazy("For whom"),
        "get_requirement_display": gettext_lazy("What the law asks"),
        "get_digital_level_display": gettext_lazy("What the level means"),
        "services_named": gettext_lazy("Services"),
        "number_published": gettext_lazy("Published version"),
        "address": gettext_lazy("Web address"),
    }
    default_ordering = "title_text"

    def _get_title_column(self, field_name: str, *args: Any, **kwargs: Any) -> Any:
        column = super()._get_title_column(field_name, *args, **kwargs)
        column.sort_key = "title_text"
        return column

    def get_filename(self) -> str:
        """Name the file in the reader's language, with the day."""
        return f"{self.export_filename}-{timezone.localdate():%Y-%m-%d}"

    def to_row_dict(self, item: Form) -> Any:
        """Add what stands in no field of its own."""
        titles = self._service_titles
        item.owner_name = item.owner.get_full_name() or item.owner.get_username() if item.owner else ""
        item.audience_name = audience(item)
        # What the reader may not see of services stays a number.
        item.services_named = "; ".join(titles.get(row.key, row.key) for row in item.services.all())
        item.address = settings.SITE_URL + item.get_absolute_url()
        return super().to_row_dict(item)

    def preprocess_field_value(self, field: str, value: Any, export_format: str) -> Any:
        """Write yes and no, and no text that a spreadsheet would take for a formula."""
        if isinstance(value, bool):
            return _("yes") if value else _("no")
        found = "" if value is None else super().preprocess_field_value(field, value, export_format)
        return f"'{found}" if isinstance(found, str) and found[:1] in "=+-@\t\r" and found else found

    @cached_property
    def _service_titles(self) -> dict[str, str]:
        return dict(service_choices(self.request.user))

    def get_edit_url(self, instance: Form) -> str:
        """Lead those who may not edit to the form's page."""
        return super().get_edit_url(instance) or instance.get_absolute_url()

    @cached_property
    def header_more_buttons(self) -> list[Button]:
        """Lead to the report and the import, too."""
        found = [*super().header_more_buttons,
                 Button(_("How digital we are"), url=reverse("form_gaps"), icon_name="table")]  # fmt: skip
        if self.request.user.has_perm("forms.add_form"):
            found.append(Button(_("Import a form"), url=reverse("form_import"), icon_name="upload"))
        return found

    def get_context_data(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add the levels of what is listed, to draw them above the list."""
        context = super().get_context_data(*args, **kwargs)
        if not self.is_export:
            query = self.request.GET.copy()
            for name in ("digital_level", "p", "_w_filter_fragment"):
                query.pop(name, None)
            context["levels"] = levels(self.get_queryset(), query.urlencode())
        return context


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


def audience(form: Form) -> str:
    """Return whom a form is for: everybody, or some."""
    return _("everybody") if form.access_rule.is_public else _("internal")


def kind_in_words(form: Form) -> Any:
    """Return what the list says of the kind: survey, internal, on trial."""
    found = [str(form.get_kind_display())]
    if form.purpose == Form.Purpose.SURVEY:
        found.append(_("survey"))
    if not form.access_rule.is_public:
        found.append(_("internal"))
    if form.test_mode:
        found.append(_("test mode"))
    return ", ".join(found)


def unit_and_owner(form: Form) -> Any:
    """Return the unit, and below it who looks after the form."""
    owner = form.owner.get_full_name() or form.owner.get_username() if form.owner else ""
    return format_html("{}<br><small>{}</small>", form.unit or "–", owner or _("no owner"))


def level_in_words(form: Form) -> Any:
    """Return the digital level, with what it means for whoever points at it or listens."""
    return format_html(
        '<span title="{0}">{1}<span class="w-sr-only">: {0}</span></span>',
        form.get_digital_level_display(), form.digital_level,
    )  # fmt: skip


def version_state(form: Any) -> Any:
    """Return what the list says of the versions."""
    if form.kind != Form.Kind.OWN:
        return "–" if form.is_active else f"– ({_('not in use')})"
    if form.number_published is not None and form.has_draft:
        words = _("version %(number)s, and a draft")
    elif form.number_published is not None:
        words = _("version %(number)s is published")
    else:
        words = _("only a draft") if form.has_draft else _("nothing built yet")
    text = words % {"number": form.number_published}
    link = format_html('<a href="{}">{}</a>', reverse("form_build", args=[form.pk]), text) if form.changeable else text
    return link if form.is_active else format_html("{} ({})", link, _("not in use"))


class FormViewSet(RecordViewSet):
    """Forms."""

    model = Form
    icon = "form"
    index_view_class = FormIndex
    add_view_class = FormCreate
    edit_view_class = FormEdit
    chooser_viewset_class = FormChooser
    index_template_name = "forms/building/register.html"
    index_results_template_name = "forms/building/register_results.html"
    copy_view_enabled = False
    inspect_view_enabled = False
    list_display = [
        "__str__",
        Column("kind", label=gettext_lazy("Kind"), accessor=kind_in_words, sort_key="kind"),
        Column("number", label=gettext_lazy("No."), sort_key="number", classname="w-whitespace-nowrap"),
        Column("unit", label=gettext_lazy("Unit and owner"), accessor=unit_and_owner),
        Column("digital_level", label=gettext_lazy("Level"), sort_key="digital_level", accessor=level_in_words),
        Column("state", label=gettext_lazy("Version"), accessor=version_state),
    ]
    filterset_class = FormFilterSet
    export_filename = gettext_lazy("forms")
    list_per_page = 50
    search_fields = ["title_text", "slug", "number", "legal_basis"]
    ordering = ["title_text"]
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
        changeable = Form.objects.changeable_by(request.user).filter(pk=OuterRef("pk"))
        return (
            super()
            .get_queryset(request)
            .in_register(request.user)
            .select_related("unit", "owner", "access_rule")
            .prefetch_related("unit__texts", "services")
            .annotate(
                number_published=Subquery(published),
                has_draft=Exists(versions.filter(state=FormVersion.State.DRAFT)),
                changeable=Exists(changeable),
            )
        )


class FieldGroupCreate(CreateView):
    """A new group is a set of questions in a form: say where to build it."""

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        """Lead to the forms."""
        messages.info(
            request, _("Build the questions as a set in any form; the button in its panel makes a group of it.")
        )
        return redirect(Form.snippet_viewset.get_url_name("list"))


class FieldGroupEdit(EditView):
    """A group is changed where its fields and the forms it touches are shown."""

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        """Lead there."""
        return redirect("form_group", kwargs["pk"])


class FieldGroupViewSet(SnippetViewSet):
    """Field groups."""

    model = FieldGroup
    icon = "list-ul"
    add_view_class = FieldGroupCreate
    edit_view_class = FieldGroupEdit
    list_display = ["title", "key", "changed_at"]
    search_fields = ["title", "key"]
    copy_view_enabled = False
    inspect_view_enabled = False
    panels = [FieldPanel("title")]


class FormsGroup(SnippetViewSetGroup):
    """Menu of the forms."""

    menu_label = gettext_lazy("Forms")
    menu_icon = "form"
    menu_order = 206
    items = (FormViewSet, FieldGroupViewSet, ReferenceListViewSet)


register_snippet(FormsGroup)
