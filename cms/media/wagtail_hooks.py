"""Images and documents in the Wagtail admin."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.menu import MenuItem
from wagtail.snippets.models import register_snippet

from . import admin
from .licences import LicenceViewSet
from .rights import not_publishable, what_is_wrong

register_snippet(LicenceViewSet)


class MediaMenuItem(MenuItem):
    """A report for those who may change media of its kind."""

    def __init__(self, label: Any, url: str, policy: Any, **kwargs: Any) -> None:
        super().__init__(label, url, **kwargs)
        self.policy = policy

    def is_shown(self, request: HttpRequest) -> bool:
        """Return whether the reader may change something the report could name."""
        return self.policy.user_has_any_permission(request.user, ["add", "change", "delete"])


@hooks.register("register_admin_urls", order=-1)
def addresses() -> list[URLPattern]:
    """Return the reports and versions, and the two lists in place of Wagtail's, which come later."""
    images, documents = admin.ImageIndexView, admin.DocumentIndexView
    image_report, document_report = admin.ImageReport, admin.DocumentReport
    return [
        path("images/", images.as_view(), name="media_images"),
        path("images/results/", images.as_view(results_only=True), name="media_images_results"),
        path("documents/", documents.as_view(), name="media_documents"),
        path("documents/results/", documents.as_view(results_only=True), name="media_documents_results"),
        path("reports/images/", image_report.as_view(), name="media_image_report"),
        path("reports/images/results/", image_report.as_view(results_only=True), name="media_image_report_results"),
        path("reports/documents/", document_report.as_view(), name="media_document_report"),
        path(
            "reports/documents/results/",
            document_report.as_view(results_only=True),
            name="media_document_report_results",
        ),
        path("documents/<int:document_id>/versions/<int:number>/", admin.version_file, name="media_version"),
        path(
            "documents/<int:document_id>/versions/<int:number>/delete/",
            admin.version_empty,
            name="media_version_empty",
        ),
    ]


@hooks.register("register_reports_menu_item")
def image_report() -> MenuItem:
    """Offer the report on images."""
    return MediaMenuItem(
        gettext_lazy("Images: rights and last days"), reverse("media_image_report"), admin.image_policy,
        icon_name="image", order=700,
    )  # fmt: skip


@hooks.register("register_reports_menu_item")
def document_report() -> MenuItem:
    """Offer the report on documents."""
    return MediaMenuItem(
        gettext_lazy("Documents: accessibility"), reverse("media_document_report"), admin.document_policy,
        icon_name="doc-full-inverse", order=710,
    )  # fmt: skip


@hooks.register("register_log_actions")
def log_actions(actions: Any) -> None:
    """Name our entries of the log."""
    actions.register_action("media.replace", gettext_lazy("Replace file"), gettext_lazy("File replaced"))
    actions.register_action(
        "media.empty_version", gettext_lazy("Delete file of a version"), gettext_lazy("File of a version deleted")
    )


@hooks.register("before_publish_page")
def rights_first(request: HttpRequest, page: Any) -> HttpResponse | None:
    """Keep a page a draft whose images lack a credit or have expired. What was typed is saved."""
    wrong = not_publishable(page)
    if not wrong:
        return None
    messages.error(
        request,
        _("The page is saved as a draft, but not published. %(reasons)s")
        % {"reasons": " ".join(what_is_wrong(page, image) for image in wrong)},
        buttons=[
            messages.button(reverse("wagtailimages:edit", args=[image.pk]), image.title, new_window=True)
            for image in wrong[:3]
        ],
    )
    return redirect("wagtailadmin_pages:edit", page.pk)
