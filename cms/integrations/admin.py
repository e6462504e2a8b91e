"""Integrations in the Wagtail admin: the list, and one page for each with keys, clients, roles and what it wrote."""

from __future__ import annotations

from typing import Any

from allauth.idp.oidc.models import Client
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST
from wagtail.admin.ui.tables import Column, DateColumn, TitleColumn
from wagtail.admin.views import generic
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.models import ModelLogEntry

from cms.access.admin import KeptPolicy
from cms.accounts.models import RoleAssignment

from . import services
from .forms import IntegrationForm, KeyForm, RotationForm, ScopesForm
from .models import ApiKey, Integration

#: How many of the last writes are shown.
WRITES_SHOWN = 50


class IntegrationIndex(generic.IndexView):
    """All integrations, with the way to their keys."""

    any_permission_required = ["add", "change", "view"]

    @cached_property
    def columns(self) -> list[Column]:
        """Name, state, last use, contact."""
        return [
            TitleColumn("name", label=gettext_lazy("Name"), url_name="integration"),
            Column(
                "is_active",
                label=gettext_lazy("State"),
                accessor=lambda row: _("in use") if row.is_active else _("off"),
            ),
            DateColumn("last_used_at", label=gettext_lazy("Last used")),
            Column("contact", label=gettext_lazy("Contact")),
        ]


class IntegrationCreate(generic.CreateView):
    """A new integration, with an account of its own."""

    def save_instance(self) -> Integration:
        """Store it."""
        values = self.form.cleaned_data
        return services.create_integration(
            name=values["name"], contact=values["contact"], purpose=values["purpose"], by=self.request.user
        )

    def get_success_url(self) -> str:
        """Go on with keys and roles."""
        return reverse("integration", args=[self.object.pk])


class IntegrationEdit(generic.EditView):
    """Change an integration, or put it out of use."""

    def save_instance(self) -> Integration:
        """Store it; out of use it has no tokens any more."""
        self.has_content_changes = self.form.has_changed()
        return services.save_integration(integration=self.form.save(commit=False), by=self.request.user)

    def get_success_url(self) -> str:
        """Back to its page."""
        return reverse("integration", args=[self.object.pk])


class IntegrationViewSet(ModelViewSet):
    """Integrations. They are put out of use, not deleted: what they wrote stays theirs."""

    model = Integration
    icon = "link-external"
    menu_label = gettext_lazy("Integrations")
    menu_order = 930
    add_to_settings_menu = True
    index_view_class = IntegrationIndex
    add_view_class = IntegrationCreate
    edit_view_class = IntegrationEdit
    copy_view_enabled = False
    inspect_view_enabled = False
    search_fields = ["name", "purpose", "contact"]
    url_prefix = "integrations"

    @cached_property
    def permission_policy(self) -> KeptPolicy:
        """Everything but deleting."""
        return KeptPolicy(self.model, frozenset({"delete"}))

    def get_form_class(self, for_update: bool = False) -> Any:
        """Return the form."""
        return IntegrationForm


VIEWSETS = (IntegrationViewSet("integrations"),)


def _may(request: HttpRequest) -> None:
    if not request.user.has_perm(services.RIGHT):
        raise PermissionDenied


@never_cache
def integration(request: HttpRequest, pk: int) -> HttpResponse:
    """Show an integration, and make keys and clients for it ("deed" in the form). Raises PermissionDenied.

    A new secret is in the answer to the form and nowhere else: reloading it asks before anything is made again.
    """
    _may(request)
    found = get_object_or_404(Integration.objects.select_related("account"), pk=pk)
    deed = request.POST.get("deed", "")
    key_form = KeyForm(request.POST if deed == "key" else None, prefix="key")
    client_form = ScopesForm(request.POST if deed == "client" else None, prefix="client")
    shown: dict[str, str] = {}
    if deed == "key" and key_form.is_valid():
        key, text = services.create_key(integration=found, by=request.user, **key_form.cleaned_data)
        shown, key_form = {"what": _("API key"), "name": key.name, "key": text}, KeyForm(prefix="key")
    elif deed == "client" and client_form.is_valid():
        client, secret = services.create_client(integration=found, by=request.user, **client_form.cleaned_data)
        shown = {"what": _("client"), "name": client.name, "client_id": client.pk, "key": secret}
        client_form = ScopesForm(prefix="client")
    return _page(request, found, key_form=key_form, client_form=client_form, shown=shown)


def _page(request: HttpRequest, found: Integration, **more: Any) -> HttpResponse:
    writes = ModelLogEntry.objects.filter(user=found.account, action="integrations.write").order_by("-timestamp", "-pk")
    context = {
        "integration": found,
        "keys": found.keys.select_related("replaced_by"),
        "clients": Client.objects.filter(owner=found.account).order_by("created_at"),
        "roles": RoleAssignment.objects.filter(user=found.account).select_related("role"),
        "may_give_roles": request.user.has_perm("accounts.add_roleassignment"),
        "writes": writes.select_related("content_type")[:WRITES_SHOWN],
        "key_form": KeyForm(prefix="key"),
        "client_form": ScopesForm(prefix="client"),
        **more,
    }
    return render(request, "integrations/admin/integration.html", context)


@never_cache
def rotate(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask how long the old key works on, then show the new one once. Raises PermissionDenied."""
    _may(request)
    key = get_object_or_404(ApiKey.objects.select_related("integration"), pk=pk)
    form = RotationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            new, text = services.rotate_key(key=key, works_for=form.works_for(), by=request.user)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
            return redirect("integration", key.integration_id)
        shown = {"what": _("API key"), "name": new.name, "key": text}
        found = Integration.objects.select_related("account").get(pk=key.integration_id)
        return _page(request, found, shown=shown)
    return render(request, "integrations/admin/rotate.html", {"key": key, "form": form})


def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask once more, then refuse a key for good. Raises PermissionDenied."""
    _may(request)
    key = get_object_or_404(ApiKey.objects.select_related("integration"), pk=pk)
    if request.method == "POST":
        if services.revoke_key(key=key, by=request.user):
            messages.success(request, _("The key is revoked."))
        return redirect("integration", key.integration_id)
    return render(request, "integrations/admin/revoke.html", {"key": key})


@require_POST
def remove_client(request: HttpRequest, pk: str) -> HttpResponse:
    """Delete a client with its tokens. Raises PermissionDenied."""
    _may(request)
    client = get_object_or_404(
        Client.objects.select_related("owner__integration"), pk=pk, owner__integration__isnull=False
    )
    found = client.owner.integration
    services.remove_client(client=client, by=request.user)
    messages.success(request, _("The client is removed; its tokens work no more."))
    return redirect("integration", found.pk)
