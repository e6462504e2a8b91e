"""The deletion log in the Wagtail admin: that something was erased, when and why, for those who must prove it."""

from __future__ import annotations

import csv
from typing import Any

from django.contrib.auth.models import Permission
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import QuerySet, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from cms.accounts.rights import scoped_assignments

from .models import Deletion, Form
from .models.fillings import VIEW_DELETIONS
from .posted import whole_number

SHOWN = 50
COUNTED = ("fillings", "submissions", "files")


def may_look(user: Any) -> bool:
    """Return whether ``user`` may open the log: with the right, in the city or a unit, or as a form's owner."""
    return bool(
        user.has_perm(VIEW_DELETIONS)
        or scoped_assignments(user, VIEW_DELETIONS)
        or (user.has_perm("wagtailadmin.access_admin") and Form.objects.filter(owner=user).exists())
    )


@require_safe
def deletions(request: HttpRequest) -> HttpResponse:
    """The list, newest first, of one form or all; ``?format=csv`` to keep. Raises PermissionDenied."""
    if not may_look(request.user):
        raise PermissionDenied
    visible = Deletion.objects.visible_to(request)
    forms = Form.objects.filter(pk__in=visible.exclude(form=None).values("form").order_by()).with_texts()
    form = request.GET.get("form", "")
    rows = visible.filter(form=form) if whole_number(form) >= 0 else visible
    rows = rows.select_related("form").prefetch_related("form__texts")
    if request.GET.get("format") == "csv":
        response = _as_csv(rows)
    else:
        context = {
            "rows": Paginator(rows, SHOWN).get_page(request.GET.get("p")),
            "sums": rows.order_by().aggregate(**{name: Sum(name, default=0) for name in COUNTED}),
            "forms": sorted(((str(one.pk), one.title) for one in forms), key=lambda pair: pair[1].casefold()),
            "chosen": form,
        }
        response = render(request, "forms/deletions.html", context)
    patch_cache_control(response, private=True, no_store=True)
    return response


def _as_csv(rows: QuerySet[Deletion]) -> HttpResponse:
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    name = f"{_('deletion-log')}-{timezone.localdate():%Y-%m-%d}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response.write("\N{BYTE ORDER MARK}")
    writer = csv.writer(response, delimiter=";", lineterminator="\r\n")
    writer.writerow([_("When"), _("Form"), _("Why"), _("Fillings"), _("Submissions"), _("Files")])
    for row in rows:
        at = timezone.localtime(row.at).isoformat(timespec="seconds")
        title = row.form.slug if row.form else ""  # a title could be a formula
        writer.writerow([at, title, row.get_reason_display(), *(getattr(row, one) for one in COUNTED)])
    return response


class DeletionMenuItem(MenuItem):
    """Shown to those who may open the log."""

    def is_shown(self, request: HttpRequest) -> bool:
        """Return whether the log is for the reader."""
        return may_look(request.user)


@hooks.register("register_admin_urls")
def deletion_addresses() -> list[URLPattern]:
    """Return the address of the log."""
    return [path("forms/deletions/", deletions, name="form_deletions")]


@hooks.register("register_reports_menu_item")
def deletion_menu() -> MenuItem:
    """Offer the log among the reports."""
    label = gettext_lazy("Deletion log of forms")
    return DeletionMenuItem(label, reverse("form_deletions"), icon_name="bin", order=952)


@hooks.register("register_permissions")
def deletion_permissions() -> QuerySet[Permission]:
    """Let administrators give the right to groups, that of the data protection officer for example."""
    return Permission.objects.filter(content_type__app_label="forms", codename="view_deletion")
