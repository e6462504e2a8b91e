"""Roles, rights and invitations in the Wagtail admin."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_POST
from wagtail.admin.ui.tables import Column
from wagtail.admin.views import generic
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.snippets.views.snippets import SnippetViewSet

from cms.access.admin import KeptIndex, KeptViewSet

from . import invitations, rights
from .explain import explain, people_who_may
from .forms import InvitationForm, RightsForm, RoleAssignmentForm
from .models import Invitation, RoleAssignment, RoleSettings
from .scopes import names_of


class MomentColumn(Column):
    """Day and time as they are: Wagtail's own column says "just now" of what is to come."""

    def get_value(self, instance: Any) -> str:
        """Return the moment in the city's time, "" for none."""
        moment = super().get_value(instance)
        return date_format(timezone.localtime(moment), "SHORT_DATETIME_FORMAT") if moment else ""


def _take_away(row: Any) -> str:
    """Return the link to the page that asks once more; there is no other page of a row."""
    space = "invitations" if isinstance(row, Invitation) else "role_assignments"
    words = _("Withdraw") if isinstance(row, Invitation) else _("Take away")
    return format_html(
        '<a class="button button-small button-secondary" href="{}">{}</a>',
        reverse(f"{space}:delete", args=[row.pk]),
        words,
    )


class AssignmentIndex(KeptIndex):
    """Who has which role where."""

    default_ordering = "-given_at"
    search_fields = ["user__last_name", "user__first_name", "user__username", "role__name", "note"]

    def get_base_queryset(self) -> Any:
        """Return the assignments with people and roles."""
        return RoleAssignment.objects.select_related("user", "role", "given_by")

    @cached_property
    def columns(self) -> list[Column]:
        """Person, role, where, from, until, why, and the button; all places are read together."""
        names = names_of(RoleAssignment.objects.values_list("scope", "scope_id").distinct())
        return [
            Column(
                "user", label=gettext_lazy("Person"), accessor=lambda row: row.user.get_full_name() or row.user.username
            ),
            Column("role", label=pgettext_lazy("job", "Role"), accessor=lambda row: _(row.role.name)),
            Column("scope", label=gettext_lazy("Where"), accessor=lambda row: names[(row.scope, row.scope_id)]),
            MomentColumn("starts", label=gettext_lazy("Beginning")),
            MomentColumn("ends", label=gettext_lazy("Until")),
            Column("note", label=gettext_lazy("Why")),
            Column("take_away", label="", accessor=_take_away),
        ]


class AssignmentDelete(generic.DeleteView):
    """Take a role away."""

    def delete_action(self) -> None:
        """Take it away at once, with what follows from it."""
        rights.withdraw(assignment=self.object, by=self.request.user)


class AssignmentViewSet(KeptViewSet):
    """Roles of people."""

    model = RoleAssignment
    icon = "key"
    menu_label = gettext_lazy("Roles of people")
    menu_order = 910
    row_form = RoleAssignmentForm
    index_view_class = AssignmentIndex
    delete_view_class = AssignmentDelete
    url_prefix = "roles-of-people"


class InvitationIndex(KeptIndex):
    """The invitations with their roles."""

    def get_base_queryset(self) -> Any:
        """Return the invitations with roles."""
        return Invitation.objects.select_related("role")


class InvitationViewSet(KeptViewSet):
    """Invitations into the extranet."""

    model = Invitation
    icon = "mail"
    menu_label = gettext_lazy("Invitations")
    menu_order = 920
    row_form = InvitationForm
    index_view_class = InvitationIndex
    list_display = [
        "email",
        Column("role", label=pgettext_lazy("job", "Role"), accessor=lambda row: _(row.role.name)),
        Column("state", label=gettext_lazy("State"), accessor=lambda row: row.state),
        MomentColumn("invited_at", label=gettext_lazy("Invited")),
        MomentColumn("expires_at", label=gettext_lazy("Valid until")),
        Column("take_back", label="", accessor=lambda row: None if row.accepted_at else _take_away(row)),
    ]
    url_prefix = "invitations"


class RoleSettingsViewSet(ModelViewSet):
    """What holds for everybody with a role."""

    model = RoleSettings
    icon = "group"
    menu_label = gettext_lazy("Rules of roles")
    menu_order = 905
    add_to_settings_menu = True
    form_fields = ["group", "second_factor", "for_deputies"]
    list_display = ["__str__", "second_factor", "for_deputies"]
    copy_view_enabled = False
    inspect_view_enabled = False
    url_prefix = "rules-of-roles"


def who_may(request: HttpRequest) -> HttpResponse:
    """Answer "who may do what here, and why?" for a page, and for one person if chosen.

    Raises PermissionDenied without the right to see assignments.
    """
    if not request.user.has_perm("accounts.view_roleassignment"):
        raise PermissionDenied
    form = RightsForm(request.GET if "page" in request.GET else None)
    context: dict[str, Any] = {"form": form}
    if form.is_bound and form.is_valid():
        page, person = form.cleaned_data["page"], form.cleaned_data["person"]
        context["page"] = page
        context["people"] = [(person, explain(person, page))] if person else people_who_may(page)
    return render(request, "accounts/who_may.html", context)


@require_POST
def invite_again(request: HttpRequest, pk: int) -> HttpResponse:
    """Send an invitation with a new key to the same address. Raises PermissionDenied without the right."""
    old = get_object_or_404(Invitation, pk=pk, accepted_at=None)
    invitations.invite(
        email=old.email,
        role=old.role,
        by=request.user,
        role_ends=old.role_ends,
        message=old.message,
        language=old.language,
    )
    messages.success(request, _("Sent again, with a new link."))
    return redirect(reverse("invitations:index"))


class ScopedSnippetViewSet(SnippetViewSet):
    """Records that people may also edit by a role limited to a unit or to the record."""

    @cached_property
    def permission_policy(self) -> Any:
        """Model permissions and limited roles."""
        from .policies import ScopedPolicy

        return ScopedPolicy(self.model)


VIEWSETS = (
    RoleSettingsViewSet("rules_of_roles"),
    AssignmentViewSet("role_assignments"),
    InvitationViewSet("invitations"),
)
