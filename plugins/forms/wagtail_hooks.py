"""The forms in the Wagtail admin."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.contrib.auth.models import Permission
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST
from wagtail import hooks

from . import deletions
from .building import groups, overview, preview, publishing, register, versions, views
from .building import statistics as counts
from .fit_connect import hooks as fit_connect
from .handover import hooks as hand_overs
from .models import Form
from .search import mark_forms


@hooks.register("register_admin_urls")
def addresses() -> list[URLPattern]:
    """Return the builder and what belongs to it."""
    return [
        path("forms/gaps/", overview.gaps, name="form_gaps"),
        path("forms/import/", versions.import_form, name="form_import"),
        path("forms/groups/<int:pk>/", groups.group, name="form_group"),
        path("forms/groups/<int:pk>/preview/", groups.preview, name="form_group_preview"),
        path("forms/<int:pk>/preview/", preview.preview, name="form_preview"),
        path("forms/<int:pk>/build/group/", require_POST(groups.make), name="form_make_group"),
        path("forms/<int:pk>/build/", views.build, name="form_build"),
        path("forms/<int:pk>/build/do/", views.do, name="form_do"),
        path("forms/<int:pk>/versions/", versions.versions, name="form_versions"),
        path("forms/<int:pk>/versions/do/", versions.act, name="form_versions_do"),
        path("forms/<int:pk>/versions/<int:number>/export/", versions.export, name="form_export"),
        path("forms/<int:pk>/statistics/", counts.statistics, name="form_statistics"),
    ]


@hooks.register("before_delete_snippet")
def before_delete(request: HttpRequest, instances: Sequence[Any]) -> HttpResponse | None:
    """Say why a form can't be deleted; else have the entries of its services built again, which no longer have it."""
    forms = [one for one in instances if isinstance(one, Form)]
    reasons = [words for form in forms if (words := publishing.what_keeps(form))]
    for words in reasons:
        messages.error(request, words)
    if reasons:
        return redirect(Form.snippet_viewset.get_url_name("list"))
    mark_forms(forms)
    return None


@hooks.register("register_log_actions")
def log_actions(actions: Any) -> None:
    """Name our entries of the log."""
    actions.register_action("forms.published", _("Publish form"), _("Version of the form published"))
    actions.register_action("forms.withdrawn", _("Withdraw form"), _("Version of the form withdrawn"))
    actions.register_action("forms.imported", _("Import form"), _("Form imported as a draft"))
    actions.register_action("forms.copied", _("Copy form"), _("Form copied"))


@hooks.register("register_icons")
def icons(icons: list[str]) -> list[str]:
    """Add the icons of types of fields that Wagtail has none for."""
    names = ("calculator", "cms-car", "cms-euro", "cms-map")
    return [*icons, *(f"forms/icons/{name}.svg" for name in names)]


@hooks.register("register_permissions")
def permissions() -> QuerySet[Permission]:
    """Let administrators give the rights to groups."""
    return Permission.objects.filter(content_type__app_label="forms", codename="publish_form")


__all__ = [
    "addresses",
    "before_delete",
    "deletions",
    "fit_connect",
    "hand_overs",
    "icons",
    "log_actions",
    "permissions",
    "register",
]
