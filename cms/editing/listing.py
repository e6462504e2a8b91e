"""What the reports share: which pages they are about, portions, and the download."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from typing import Any

from django.core.paginator import Page as Portion
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from wagtail.models import Page
from wagtail.permission_policies.pages import PagePermissionPolicy

PORTION = 50
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def editable_pages(user: Any) -> QuerySet[Page]:
    """Return the pages ``user`` may change: what the reports and the start page of the admin are about."""
    return PagePermissionPolicy().instances_user_has_permission_for(user, "change")


def may_edit_any(user: Any) -> bool:
    """Return whether ``user`` may change any page; asks the database nothing that the rights don't need anyway."""
    return PagePermissionPolicy().user_has_permission(user, "change")


def portion(request: HttpRequest, rows: Any) -> Portion:
    """Return the part of ``rows`` the address asks for by ``p``; the first or last one for nonsense."""
    return Paginator(rows, PORTION).get_page(request.GET.get("p"))


def download(name: str, header: Iterable[Any], rows: Iterable[Iterable[Any]]) -> HttpResponse:
    """Return ``rows`` as CSV for spreadsheets, in which no cell is calculated."""
    response = HttpResponse(
        content_type="text/csv; charset=utf-8", headers={"Content-Disposition": f'attachment; filename="{name}.csv"'}
    )
    response.write("\ufeff")  # so that spreadsheets read it as UTF-8
    writer = csv.writer(response, delimiter=";")
    writer.writerow(list(header))
    for row in rows:
        cells = ["" if cell is None else str(cell) for cell in row]
        writer.writerow([f"'{cell}" if cell.startswith(_FORMULA) else cell for cell in cells])
    return response
