"""FIT-Connect in the Wagtail admin: what came and went, what applications hold, and to which form services belong."""

from __future__ import annotations

import json
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.cache import patch_cache_control
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe
from wagtail.admin.panels import FieldPanel
from wagtail.admin.viewsets.model import ModelViewSet

from cms.cases.models import Case
from cms.sealing import Unreadable

from ..models import FitConnectContact, FitConnectService, Form, ReceivedFile, ReceivedSubmission, SentSubmission
from . import sending
from .access import access

SHOWN = 50
#: What of the metadata tells case workers something -> as they read it.
TOLD = {
    "publicServiceType": gettext_lazy("Service"),
    "replyChannel": gettext_lazy("Way to answer"),
    "paymentInformation": gettext_lazy("Payment"),
    "additionalReferenceInfo": gettext_lazy("References of the sender"),
}
VIEW_SENT = "forms.view_sentsubmission"


def rights(user: Any) -> tuple[bool, bool]:
    """Return whether ``user`` has something to see among what came, and among what went."""
    came = user.has_perm("forms.view_receivedsubmission") or ReceivedSubmission.objects.visible_to(user).exists()
    return came, user.has_perm(VIEW_SENT)


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """Two lists: what came in, what went out. Nothing of what people applied for."""
    came, went = rights(request.user)
    if not (came or went):
        raise PermissionDenied
    user: Any = request.user
    received = ReceivedSubmission.objects.visible_to(request).select_related("case").defer("sealed")
    page = _page(request, received, "p") if came else None
    gone = _page(request, SentSubmission.objects.all(), "s") if went else None
    slugs = {row.form for row in gone.object_list} if gone else set()
    titles = {form.slug: form.title for form in Form.objects.filter(slug__in=slugs).with_texts()}
    for row in gone.object_list if gone else ():
        row.title = titles.get(row.form, row.form)
    cases = [row.case_id for row in page.object_list] if page else []
    context = {
        "received": page,
        "readable": set(Case.objects.visible_to(request).filter(pk__in=cases).values_list("pk", flat=True)),
        "sent": gone,
        "is_on": access().is_on,
        "contacts": FitConnectContact.objects.exclude(failing_since=None) if went else [],
        "may_retry": {
            "received": user.has_perm("forms.change_receivedsubmission"),
            "sent": user.has_perm("forms.change_sentsubmission"),
        },
    }
    return closed(render(request, "forms/fit_connect/overview.html", context))


def _page(request: HttpRequest, rows: QuerySet, name: str) -> Any:
    return Paginator(rows, SHOWN).get_page(request.GET.get(name))


def closed(response: HttpResponse) -> HttpResponse:
    """Keep the answer out of caches."""
    patch_cache_control(response, private=True, no_store=True)
    return response


def _readable(request: HttpRequest, pk: int) -> ReceivedSubmission:
    """Return an application whose case the reader may see: only they read what is in it. Raises Http404."""
    if not request.user.has_perm("wagtailadmin.access_admin"):  # type: ignore[union-attr]
        raise Http404
    rows = ReceivedSubmission.objects.filter(case__in=Case.objects.visible_to(request))
    return get_object_or_404(rows.select_related("case__unit", "form"), pk=pk)


@require_safe
def application(request: HttpRequest, pk: int) -> HttpResponse:
    """What somebody applied for, for those who work on the case."""
    row = _readable(request, pk)
    try:
        content = row.content
        files = [(file, file.name) for file in row.files.all()]
    except Unreadable:
        content, files = {}, []
        messages.error(request, _("It was sealed with a key that is no longer known."))
    data = content.get("data", "")
    return closed(
        render(
            request,
            "forms/fit_connect/application.html",
            {
                "row": row,
                "answers": flat(json.loads(data)) if content.get("kind") == "application/json" else [],
                "text": data,
                "files": files,
                "details": flat(_told(content.get("metadata", {}))),
            },
        )
    )


def _told(metadata: dict[str, Any]) -> dict[str, Any]:
    """Return what of the metadata tells case workers something, under names of ours."""
    return {str(words): metadata[name] for name, words in TOLD.items() if name in metadata}


def flat(value: Any, name: str = "") -> list[tuple[str, str]]:
    """Return (path, text) of everything in a JSON value: ``owner › name``."""
    if isinstance(value, dict):
        return [cell for key, one in value.items() for cell in flat(one, f"{name} › {key}" if name else str(key))]
    if isinstance(value, list):
        return [
            cell
            for number, one in enumerate(value, 1)
            for cell in flat(one, f"{name} › {number}" if name else str(number))
        ]
    if isinstance(value, bool):
        return [(name, _("yes") if value else _("no"))]
    return [(name, "" if value is None else str(value))]


@require_safe
def file(request: HttpRequest, pk: int, identifier: Any) -> HttpResponse:
    """An attachment, to be stored and not shown: it comes from outside. Raises Http404 for what the virus scanner holds."""
    row = get_object_or_404(ReceivedFile, received=_readable(request, pk), identifier=identifier)
    if row.is_withheld:
        raise Http404
    try:
        content, name = row.read(), row.name
    except (Unreadable, OSError) as error:
        raise Http404 from error
    response = HttpResponse(content, content_type="application/octet-stream")
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name or str(row))
    response["X-Content-Type-Options"] = "nosniff"
    return closed(response)


@require_POST
def retry(request: HttpRequest, way: str, pk: int) -> HttpResponse:
    """Try again what was given up. Raises Http404, PermissionDenied."""
    rows: QuerySet
    if way == "received":
        rows = ReceivedSubmission.objects.visible_to(request)
    elif way == "sent":
        rows = SentSubmission.objects.all()
    else:
        raise Http404
    if not request.user.has_perm(f"forms.change_{way}submission"):  # type: ignore[union-attr]
        raise PermissionDenied
    if sending.retry(row=get_object_or_404(rows, pk=pk), by=request.user):
        messages.success(request, _("It is tried again within a few minutes."))
    else:
        messages.warning(request, _("It is not given up (any more)."))
    return redirect("fit_connect")


class ServiceViewSet(ModelViewSet):
    """To which form or unit applications for a service belong."""

    model = FitConnectService
    icon = "link"
    menu_label = gettext_lazy("Services of FIT-Connect")
    menu_order = 238
    add_to_settings_menu = True
    copy_view_enabled = False
    inspect_view_enabled = False
    list_display = ["identifier", "form", "unit"]
    search_fields = ["identifier"]
    url_prefix = "fit-connect-services"
    panels = [FieldPanel("identifier"), FieldPanel("form"), FieldPanel("unit")]


VIEWSETS = (ServiceViewSet("fit_connect_services"),)
