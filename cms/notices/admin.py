"""Notices in the Wagtail admin."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST
from django_filters import ChoiceFilter
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, ObjectList
from wagtail.admin.ui.tables import Column
from wagtail.snippets.views.snippets import CreateView, EditView

from cms.accounts.admin import ScopedSnippetViewSet
from cms.accounts.policies import ScopedPolicy
from cms.accounts.rights import scoped_assignments

from . import services
from .forms import EmergencyForm, notice_form
from .models import Notice
from .targets import target_models


def _moment(value: datetime | None) -> str:
    # Wagtail's own column says how long ago something was; of what lies ahead it says "just now".
    return date_format(timezone.localtime(value), "SHORT_DATETIME_FORMAT") if value else "–"


class NoticePolicy(ScopedPolicy):
    """Roles limited to an office or to a part of the tree reach notices as well: the form takes only what is theirs."""

    def user_has_permission(self, user: Any, action: str) -> bool:
        """Return whether ``user`` may do ``action`` with at least some notice."""
        if super().user_has_permission(user, action) or services.publishes_pages(user):
            return True
        return action == "add" and user.is_active and bool(scoped_assignments(user, "notices.add_notice"))

    def user_has_permission_for_instance(self, user: Any, action: str, instance: Any) -> bool:
        """Return whether ``user`` may do ``action`` with this notice, of this severity, there where it is."""
        return services.may_place(user, instance, action)


class NoticeFilters(WagtailFilterSet):
    """Shown, planned, over."""

    state = ChoiceFilter(label=gettext_lazy("State"), choices=Notice.State.choices, method="of_state")

    class Meta:
        model = Notice
        fields = ["state", "severity", "place"]

    def of_state(self, queryset: Any, name: str, value: str) -> QuerySet[Notice]:
        """Return the notices in the state ``value``."""
        return getattr(queryset, value)()


class _Saving:
    """What is filled in goes through the service, whichever view it comes from."""

    def save_instance(self) -> Notice:
        """Store the notice; it is shown at the next request."""
        notice = self.form.save(commit=False)  # type: ignore[attr-defined]
        self.has_content_changes, self.new_revision = True, None
        return services.save_notice(notice=notice, by=self.request.user)  # type: ignore[attr-defined]


class NoticeCreate(_Saving, CreateView):
    """A new notice."""


class NoticeEdit(_Saving, EditView):
    """Change a notice."""


class NoticeViewSet(ScopedSnippetViewSet):
    """Notices."""

    model = Notice
    icon = "info-circle"
    menu_label = gettext_lazy("Notices")
    menu_order = 205
    add_to_admin_menu = True
    add_view_class = NoticeCreate
    edit_view_class = NoticeEdit
    filterset_class = NoticeFilters
    list_per_page = 30
    list_display = [
        "__str__",
        Column("severity", label=gettext_lazy("Severity"), accessor="get_severity_display"),
        Column("state", label=gettext_lazy("State"), accessor="state_label"),
        Column("where", label=gettext_lazy("Where"), accessor=lambda notice: notice.where()),
        Column("starts", label=gettext_lazy("Beginning"), accessor=lambda notice: _moment(notice.starts)),
        Column("ends", label=gettext_lazy("Until"), accessor=lambda notice: _moment(notice.ends)),
    ]
    search_fields = ["headline", "text"]
    copy_view_enabled = True

    @cached_property
    def permission_policy(self) -> NoticePolicy:
        """Model permissions, limited roles, and the right to emergencies."""
        return NoticePolicy(self.model)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Notice]:
        """Return the notices the reader may change, with their offices."""
        return services.placed_by(request.user).select_related("unit").prefetch_related("unit__texts")

    def get_edit_handler(self) -> Any:
        """Return the panels; each kind of record has a chooser."""
        choosers = [FieldPanel(f"target_{kind}") for kind in target_models()]
        handler = ObjectList(
            [
                FieldPanel("severity"),
                FieldPanel("headline"),
                FieldPanel("text"),
                FieldPanel("easy_text"),
                FieldRowPanel([FieldPanel("link"), FieldPanel("link_label")]),
                FieldRowPanel([FieldPanel("starts"), FieldPanel("ends")], heading=gettext_lazy("When")),
                MultiFieldPanel([FieldPanel("place"), FieldPanel("unit"), *choosers], heading=gettext_lazy("Where")),
                FieldPanel("access_rule"),
            ],
            base_form_class=notice_form(),
        )
        return handler.bind_to_model(self.model)


def emergency(request: HttpRequest) -> HttpResponse:
    """Fill in, look, publish: an emergency notice on every page. Raises PermissionDenied without the right.

    Step "look" shows what was filled in as it will look, "publish" puts it on the site, "change" goes back to the form.
    """
    if not request.user.has_perm(services.EMERGENCY_RIGHT):
        raise PermissionDenied
    form = EmergencyForm(request.POST or None)
    step = request.POST.get("step", "")
    if step in ("look", "publish") and form.is_valid():
        notice = form.notice()
        if step == "publish":
            services.publish_emergency(notice=notice, by=request.user)
            messages.success(request, _("The emergency notice is on every page."))
            return redirect("notice_emergency")
        seen = notice.make_preview_request(original_request=request)
        return render(
            request, "notices/admin/confirm.html", {"form": form, "notice": notice, "html": seen.content.decode()}
        )
    running = services.running_emergencies().select_related("unit")
    return render(request, "notices/admin/emergency.html", {"form": form, "running": running})


@require_POST
def end_emergency(request: HttpRequest, pk: int) -> HttpResponse:
    """End a notice with one click. Raises PermissionDenied without the right."""
    notice = get_object_or_404(Notice, pk=pk)
    ended = services.end_notice(notice=notice, by=request.user)
    if ended:
        messages.success(request, _("The notice is no longer on the site."))
    else:
        messages.warning(request, _("The notice was over already."))
    emergency_page = notice.severity == Notice.Severity.EMERGENCY
    return redirect("notice_emergency" if emergency_page else reverse("wagtailsnippets_notices_notice:list"))


def ask_to_end(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask whether a notice of the list is to end now. Raises PermissionDenied without the right."""
    notice = get_object_or_404(Notice, pk=pk)
    if not services.may_place(request.user, notice):
        raise PermissionDenied
    return render(request, "notices/admin/end.html", {"notice": notice})
