"""Barrier reports and checks in the Wagtail admin."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, ObjectList
from wagtail.admin.ui.tables import Column, DateColumn
from wagtail.admin.views import generic
from wagtail.admin.viewsets.model import ModelViewSet

from cms.access.admin import KeptPolicy

from . import services
from .forms import DecisionForm, PeopleTestForm, ResultsForm
from .models import AuditRun, BarrierReport


def _due(report: BarrierReport) -> str:
    day = f"{report.due:%d.%m.%Y}"
    return _("%(day)s – overdue") % {"day": day} if report.is_overdue else day


class ReportIndex(generic.IndexView):
    """The reports, those due next first."""

    default_ordering = "due"

    def get_base_queryset(self) -> QuerySet[BarrierReport]:
        """Return the reports with who cares."""
        return BarrierReport.objects.select_related("owner")


class ReportEdit(generic.EditView):
    """Decide about a report."""

    def save_instance(self) -> BarrierReport:
        """Store it; a new answer goes out."""
        report = self.form.save(commit=False)
        self.has_content_changes = self.form.has_changed()
        return services.save_report(report=report, by=self.request.user)


class ReportViewSet(ModelViewSet):
    """Barrier reports. Only people on the site add them."""

    model = BarrierReport
    icon = "warning"
    menu_label = gettext_lazy("Barrier reports")
    menu_order = 215
    add_to_admin_menu = True
    index_view_class = ReportIndex
    edit_view_class = ReportEdit
    copy_view_enabled = False
    list_filter = ["state", "owner"]
    search_fields = ["reference", "text", "address"]
    list_display = [
        "reference",
        Column("text", label=gettext_lazy("What hinders"), accessor=lambda report: report.text[:80]),
        Column("state", label=gettext_lazy("State"), accessor="get_state_display"),
        Column(
            "owner",
            label=gettext_lazy("Who cares"),
            accessor=lambda report: report.owner and report.owner.get_full_name(),
        ),
        Column("due", label=gettext_lazy("Answer until"), accessor=_due, sort_key="due"),
    ]
    url_prefix = "barrier-reports"
    edit_handler = ObjectList(
        [
            MultiFieldPanel(
                [
                    FieldPanel("reference", read_only=True),
                    FieldPanel("received_at", read_only=True),
                    FieldPanel("text", read_only=True),
                    FieldPanel("address", read_only=True),
                    FieldPanel("name", read_only=True),
                    FieldPanel("email", read_only=True),
                ],
                heading=gettext_lazy("What was reported"),
            ),
            FieldRowPanel([FieldPanel("state"), FieldPanel("owner"), FieldPanel("due")]),
            FieldPanel("summary"),
            FieldPanel("answer"),
        ],
        base_form_class=DecisionForm,
    )

    @cached_property
    def permission_policy(self) -> KeptPolicy:
        """Everything but adding."""
        return KeptPolicy(self.model, frozenset({"add"}))


class RunIndex(generic.IndexView):
    """The checks, newest first, with the way to hand in the results of a program."""

    @cached_property
    def header_more_buttons(self) -> list[Any]:
        """Offer the upload."""
        from wagtail.admin.widgets.button import Button

        if not self.permission_policy.user_has_permission(self.request.user, "add"):
            return []
        return [
            Button(_("Upload results of a program"), reverse("accessibility_upload"), icon_name="upload", priority=10)
        ]


class RunViewSet(ModelViewSet):
    """Checks: those by people are written down here, those by a program come by command or file."""

    model = AuditRun
    icon = "tick-inverse"
    menu_label = gettext_lazy("Accessibility checks")
    menu_order = 216
    add_to_settings_menu = True
    index_view_class = RunIndex
    copy_view_enabled = False
    inspect_view_enabled = True
    inspect_view_fields = ["checked_on", "method", "tool", "pages", "result", "notes", "findings"]
    list_display = [
        "tool",
        DateColumn("checked_on", label=gettext_lazy("Day")),
        Column("method", label=gettext_lazy("Kind"), accessor="get_method_display"),
        Column("pages", label=gettext_lazy("Pages checked")),
        Column("rules_failed", label=gettext_lazy("Rules broken"), accessor=lambda run: str(run.rules_failed)),
    ]
    url_prefix = "accessibility-checks"
    edit_handler = ObjectList(
        [
            FieldRowPanel([FieldPanel("checked_on"), FieldPanel("pages")]),
            FieldPanel("tool"),
            FieldPanel("result"),
            FieldPanel("notes"),
        ],
        base_form_class=PeopleTestForm,
    )

    @cached_property
    def permission_policy(self) -> KeptPolicy:
        """What was found is evidence: it is not changed."""
        return KeptPolicy(self.model, frozenset({"change"}))


def upload(request: HttpRequest) -> HttpResponse:
    """Take the results of axe-core as a file. Raises PermissionDenied without the right."""
    if not request.user.has_perm("accessibility.add_auditrun"):
        raise PermissionDenied
    form = ResultsForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        services.keep_run(**form.cleaned_data["file"], by=request.user)
        messages.success(request, _("The results are stored; the statement names them."))
        return redirect("accessibility_checks:index")
    return render(request, "accessibility/admin/upload.html", {"form": form})


VIEWSETS = (ReportViewSet("barrier_reports"), RunViewSet("accessibility_checks"))
