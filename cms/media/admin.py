"""Lists, filters and reports of images and documents in the admin."""

from __future__ import annotations

from typing import Any

import django_filters
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST
from wagtail.admin import messages
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import BaseColumn, Column, TitleColumn
from wagtail.admin.views.reports import ReportView
from wagtail.documents.permissions import permission_policy as document_policy
from wagtail.documents.views import documents as wagtail_documents
from wagtail.images.permissions import permission_policy as image_policy
from wagtail.images.views import images as wagtail_images

from cms.access.media import deliver
from cms.content.models import CityDocument

from .models import CityImage, DocumentVersion
from .pdf_checks import FINDINGS
from .services import empty_version

IMAGE_STATES = {
    "expired": gettext_lazy("expired"),
    "expiring": gettext_lazy("expires soon"),
    "rights": gettext_lazy("no credit or licence"),
    "text": gettext_lazy("no alternative text"),
    "broken": gettext_lazy("file can’t be read"),
}
DOCUMENT_STATES = {
    "barrier": gettext_lazy("not accessible"),
    "hints": gettext_lazy("hints on accessibility"),
    "unread": gettext_lazy("no text read"),
}


def images_by_state(queryset: Any, _name: str, state: str) -> Any:
    """Return the images of ``queryset`` in a state of ``IMAGE_STATES``."""
    return {
        "expired": lambda: queryset.expired(),
        "expiring": lambda: queryset.expiring(settings.IMAGE_EXPIRY_REMINDER_DAYS),
        "rights": lambda: queryset.filter(Q(credit="") | Q(licence=None)),
        "text": lambda: queryset.filter(description=""),
        "broken": lambda: queryset.exclude(problem=""),
    }[state]()


def documents_by_state(queryset: Any, _name: str, state: str) -> Any:
    """Return the documents of ``queryset`` in a state of ``DOCUMENT_STATES``."""
    return {
        "barrier": lambda: queryset.filter(details__is_barrier=True),
        "hints": lambda: queryset.exclude(Q(details=None) | Q(details__findings=[])),
        "unread": lambda: queryset.exclude(extraction_error=""),
    }[state]()


class ImagesFilterSet(wagtail_images.ImagesFilterSet):
    """Wagtail's filters and ours."""

    state = django_filters.ChoiceFilter(
        label=gettext_lazy("State"), choices=list(IMAGE_STATES.items()), method=images_by_state
    )

    class Meta:
        model = CityImage
        fields: list[str] = []


class DocumentsFilterSet(wagtail_documents.DocumentsFilterSet):
    """Wagtail's filters and ours."""

    state = django_filters.ChoiceFilter(
        label=gettext_lazy("State"), choices=list(DOCUMENT_STATES.items()), method=documents_by_state
    )

    class Meta:
        model = CityDocument
        fields: list[str] = []


class BadgeColumn(BaseColumn):
    """What is the matter with an image or document, in words."""

    cell_template_name = "media/admin/badges_cell.html"


class ImageIndexView(wagtail_images.IndexView):
    """List of images with a filter by state; badges come from the templates."""

    model = CityImage
    filterset_class = ImagesFilterSet

    @cached_property
    def columns(self) -> list[Any]:
        """Add the state and the last day to the list."""
        columns = super().columns
        if columns:
            columns[3:3] = [BadgeColumn("state", label=_("State")), Column("expires_on", label=_("Last day"))]
        return columns


class DocumentIndexView(wagtail_documents.IndexView):
    """List of documents with badges and a filter by state."""

    filterset_class = DocumentsFilterSet

    @cached_property
    def columns(self) -> list[Any]:
        """Add the state to the list."""
        columns = super().columns
        columns.insert(3, BadgeColumn("state", label=_("State")))
        return columns


class MediaReport(ReportView):
    """Base of both reports: everybody who may change media sees those of the own collections."""

    any_permission_required = ["add", "change", "delete"]
    results_template_name = "wagtailadmin/reports/base_report_results.html"

    def get_queryset(self) -> QuerySet:
        """Return what the reader may change."""
        found = self.permission_policy.instances_user_has_any_permission_for(self.request.user, ["change", "delete"])
        return found.select_related("collection").order_by("pk")


class ImageReportFilterSet(WagtailFilterSet):
    """By state."""

    state = django_filters.ChoiceFilter(
        label=gettext_lazy("State"), choices=list(IMAGE_STATES.items()), method=images_by_state
    )

    class Meta:
        model = CityImage
        fields: list[str] = []


class ImageReport(MediaReport):
    """Images with something the matter: rights, last day, alternative text, file."""

    page_title = gettext_lazy("Images: rights and last days")
    header_icon = "image"
    index_url_name = "media_image_report"
    index_results_url_name = "media_image_report_results"
    permission_policy = image_policy
    filterset_class = ImageReportFilterSet
    list_export = ["title", "credit", "licence", "source_url", "expires_on", "description", "consent", "problem"]
    columns = [
        TitleColumn("title", label=gettext_lazy("Title"), url_name="wagtailimages:edit"),
        BadgeColumn("state", label=gettext_lazy("State")),
        Column("credit", label=gettext_lazy("Credit")),
        Column("licence", label=gettext_lazy("Licence")),
        Column("expires_on", label=gettext_lazy("Last day")),
        Column("collection", label=gettext_lazy("Collection"), accessor="collection.name"),
    ]

    def get_queryset(self) -> QuerySet:
        """Return images with something the matter, those that end first on top."""
        found = super().get_queryset().select_related("licence")
        wanted = Q(credit="") | Q(licence=None) | Q(expires_on__isnull=False) | Q(description="") | ~Q(problem="")
        return found.filter(wanted).order_by("expires_on", "title", "pk")


class DocumentReportFilterSet(WagtailFilterSet):
    """By state."""

    state = django_filters.ChoiceFilter(
        label=gettext_lazy("State"), choices=list(DOCUMENT_STATES.items()), method=documents_by_state
    )

    class Meta:
        model = CityDocument
        fields: list[str] = []


class DocumentReport(MediaReport):
    """Documents that not everybody can read, and why."""

    page_title = gettext_lazy("Documents: accessibility")
    header_icon = "doc-full-inverse"
    index_url_name = "media_document_report"
    index_results_url_name = "media_document_report_results"
    permission_policy = document_policy
    filterset_class = DocumentReportFilterSet
    list_export = ["title", "filename", "details.version", "details.findings", "extraction_error"]
    columns = [
        TitleColumn("title", label=gettext_lazy("Title"), url_name="wagtaildocs:edit"),
        BadgeColumn("state", label=gettext_lazy("State")),
        Column("filename", label=gettext_lazy("File")),
        Column("collection", label=gettext_lazy("Collection"), accessor="collection.name"),
    ]

    def get_queryset(self) -> QuerySet:
        """Return documents with findings or without text."""
        found = super().get_queryset().select_related("details")
        return found.filter(Q(details__is_barrier=True) | ~Q(details__findings=[]) | ~Q(extraction_error=""))


def badges_of(item: Any) -> list[tuple[str, str]]:
    """Return (tone, words) for what an editor should know of an image or document at a glance."""
    badges: list[tuple[str, str]] = []
    if isinstance(item, CityImage):
        if item.is_expired():
            badges.append(("critical", _("expired")))
        elif item.expires_on and (item.expires_on - timezone.localdate()).days <= settings.IMAGE_EXPIRY_REMINDER_DAYS:
            badges.append(("warning", _("until %(day)s") % {"day": date_format(item.expires_on, "SHORT_DATE_FORMAT")}))
        if item.problem:
            badges.append(("critical", str(IMAGE_STATES["broken"])))
        if not item.credit:
            badges.append(("warning", _("no credit")))
        return badges
    details = getattr(item, "details", None)
    if details and details.is_barrier:
        badges.append(("critical", str(DOCUMENT_STATES["barrier"])))
    elif details and details.findings:
        badges.append(("warning", str(DOCUMENT_STATES["hints"])))
    if details and details.version > 1:
        badges.append(("info", _("version %(number)s") % {"number": details.version}))
    return badges


def findings_of(document: CityDocument) -> list[tuple[str, str]]:
    """Return (what is the matter, what to do) for each finding, in words."""
    details = getattr(document, "details", None)
    codes = details.findings if details else []
    return [(str(FINDINGS[code][0]), str(FINDINGS[code][1])) for code in codes if code in FINDINGS]


def _version(request: HttpRequest, document_id: int, number: int) -> DocumentVersion:
    version = get_object_or_404(DocumentVersion.objects.select_related("document"), document=document_id, number=number)
    if not document_policy.user_has_permission_for_instance(request.user, "change", version.document):
        raise PermissionDenied
    return version


def version_file(request: HttpRequest, document_id: int, number: int) -> HttpResponseBase:
    """Answer with the file of an earlier version, for those who may change the document. Raises PermissionDenied."""
    response = deliver(request, _version(request, document_id, number).file.name)
    response["Cache-Control"] = "private, no-store"
    return response


@require_POST
def version_empty(request: HttpRequest, document_id: int, number: int) -> HttpResponse:
    """Delete the file of an earlier version for good. Raises PermissionDenied."""
    version = _version(request, document_id, number)
    empty_version(version=version, by=request.user)
    messages.success(request, _("The file of version %(number)s is deleted.") % {"number": number})
    return redirect("wagtaildocs:edit", document_id)
