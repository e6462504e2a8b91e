"""Cases in the Wagtail admin: a list to read. Working on them is the inbox's."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column
from wagtail.admin.views import generic
from wagtail.admin.viewsets.model import ModelViewSet

from cms.accounts.policies import ScopedPolicy

from .models import Case
from .references import read_reference


class ReadOnlyPolicy(ScopedPolicy):
    """Seen with the right to, in the whole city or the units of a role; nothing is changed here."""

    def user_has_permission(self, user: Any, action: str) -> bool:
        """Return whether ``user`` may do ``action`` with at least some case."""
        return action == "view" and super().user_has_permission(user, action)

    def user_has_permission_for_instance(self, user: Any, action: str, instance: Any) -> bool:
        """Return whether ``user`` may do ``action`` with this case."""
        return action == "view" and super().user_has_permission_for_instance(user, action, instance)


class CaseIndex(generic.IndexView):
    """The cases of the units the reader has a role for."""

    any_permission_required = ["view"]
    default_ordering = "-opened_at"

    def get_base_queryset(self) -> Any:
        """Return the cases, with their units."""
        return Case.objects.visible_to(self.request).select_related("unit").prefetch_related("unit__texts")

    def search_queryset(self, queryset: Any) -> Any:
        """Find a whole reference however it is typed, by its index; else what contains the words."""
        if self.is_searching and (reference := read_reference(self.search_query)):
            return queryset.filter(reference=reference)
        return super().search_queryset(queryset)


def opened(case: Case) -> str:
    """Return when a case was opened."""
    return date_format(timezone.localtime(case.opened_at), "SHORT_DATETIME_FORMAT")


def expected(case: Case) -> str:
    """Return the day an answer is to be expected, as a date: Wagtail's own column says of what is to come "just now"."""
    return date_format(case.expected_on, "SHORT_DATE_FORMAT") if case.expected_on else ""


class CaseViewSet(ModelViewSet):
    """Cases."""

    model = Case
    icon = "folder-open-inverse"
    menu_label = _("Cases")
    menu_order = 240
    add_to_admin_menu = True
    index_view_class = CaseIndex
    inspect_view_enabled = False
    copy_view_enabled = False
    form_fields: list[str] = []
    list_filter = ["state"]
    search_fields = ["reference"]
    list_display = [
        "reference",
        Column("title", label=_("Title"), accessor="title_text"),
        Column("unit", label=_("Unit")),
        Column("state", label=_("State"), accessor="get_state_display"),
        Column("opened_at", label=_("Opened"), accessor=opened),
        Column("expected_on", label=_("Expected"), accessor=expected),
    ]
    url_prefix = "cases"

    @cached_property
    def permission_policy(self) -> ReadOnlyPolicy:
        """To read only."""
        return ReadOnlyPolicy(self.model)


VIEWSETS = (CaseViewSet("cases_admin"),)
