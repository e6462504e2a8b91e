"""What the city's policy forbids is not published, whichever way somebody tries."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from wagtail import blocks
from wagtail.actions.publish_page_revision import PublishPageRevisionAction
from wagtail.admin.forms import WagtailAdminPageForm
from wagtail.blocks.list_block import ListBlockValidationError
from wagtail.blocks.stream_block import StreamBlockValidationError
from wagtail.blocks.struct_block import StructBlockValidationError
from wagtail.models import Page

from .checking.checker import Report, check
from .checking.findings import Finding

#: The buttons of the page editor that publish, at once or by the last approval.
PUBLISHING = ("action-publish", "action-submit", "action-restart-workflow", "action-workflow-action")


class NotPublished(Exception):
    """The policy keeps ``page`` from being published; ``report`` says why."""

    def __init__(self, page: Page, report: Report) -> None:
        super().__init__("; ".join(finding.message for finding in report.blocking))
        self.page, self.report = page, report


class CheckedPublishAction(PublishPageRevisionAction):
    """Wagtail's way to publish or schedule a version, which every other way ends in, with the policy asked first.

    Without a user a program publishes: what was scheduled passed the policy when it was scheduled.
    """

    def check(self, skip_permission_checks: bool = False) -> None:
        """Raise NotPublished when the policy forbids it, PublishPagePermissionError without the right."""
        super().check(skip_permission_checks=skip_permission_checks)
        if self.user is not None and (blocking := [*check(self.object).blocking, *_pictures(self.object)]):
            raise NotPublished(self.object, Report(blocking))


def _pictures(page: Page) -> list[Finding]:
    """Return what is wrong with the rights in pictures: no policy allows it."""
    from cms.media.rights import not_publishable, what_is_wrong  # media stands on the page types that stand on this

    return [
        Finding(rule="image_rights", place=_("Image"), message=what_is_wrong(page, image), cure="", level="block")
        for image in not_publishable(page)
    ]


class CheckedPage:
    """Mixin of page types: whoever publishes a version is checked, in lists, by approval and by programs alike."""

    def publish(
        self,
        revision: Any,
        user: Any = None,
        changed: bool = True,
        log_action: Any = True,
        previous_revision: Any = None,
        skip_permission_checks: bool = False,
    ) -> None:
        """Publish or schedule ``revision``. Raises NotPublished, PublishPagePermissionError."""
        CheckedPublishAction(
            revision, user=user, changed=changed, log_action=log_action, previous_revision=previous_revision
        ).execute(skip_permission_checks=skip_permission_checks)


class NotPublishedMiddleware:
    """Turn NotPublished into an answer: back to the editor with what to do, or 409 with the findings for programs.

    Everything the request did is undone; the page stays as it was.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Answer for NotPublished, leave everything else alone."""
        if not isinstance(error, NotPublished):
            return None
        if transaction.get_connection().in_atomic_block:
            transaction.set_rollback(True)
        reasons = [f"{finding.place}: {finding.message}" for finding in error.report.blocking]
        if "application/json" in request.headers.get("Accept", "") or request.path.startswith("/api/"):
            return JsonResponse(
                {"detail": str(_("The rules for editors keep this page from being published.")), "findings": reasons},
                status=409,
            )
        messages.error(
            request,
            _("“%(page)s” was not published: %(reasons)s")
            % {"page": error.page.title, "reasons": " ".join(reasons[:5])},
        )
        return redirect("editing_page", error.page.pk)


def is_publishing(data: Any) -> bool:
    """Return whether the form of the page editor was sent to publish, to submit or to approve."""
    return any(data.get(name) for name in PUBLISHING) and data.get("workflow-action-name") != "reject"


def form_errors(page: Any, report: Report) -> dict[str | None, list[ValidationError]]:
    """Return the blocking findings as errors of the form: field (None: the whole form) -> errors.

    What stands in a block is shown at that block.
    """
    found: dict[str | None, list[ValidationError]] = {}
    in_blocks: dict[int, list[Finding]] = {}
    for finding in report.blocking:
        if finding.field == "body" and finding.number >= 0:
            in_blocks.setdefault(finding.number, []).append(finding)
        else:
            found.setdefault(finding.field or None, []).append(ValidationError(_text(finding)))
    if in_blocks:
        errors = {number: _block_error(page.body[number].block, items) for number, items in in_blocks.items()}
        found.setdefault("body", []).append(StreamBlockValidationError(block_errors=errors))
    return found


def _text(finding: Finding) -> str:
    """Return message and cure, with the words it is about where the message does not quote them."""
    quoted = f" ({finding.excerpt})" if finding.excerpt and finding.excerpt not in finding.message else ""
    return f"{finding.message} {finding.cure}{quoted}"


def _block_error(block: Any, items: list[Finding]) -> ValidationError:
    texts = [ValidationError(_text(finding)) for finding in items]
    if isinstance(block, blocks.BaseStructBlock):
        return StructBlockValidationError(non_block_errors=texts)
    if isinstance(block, blocks.ListBlock):
        return ListBlockValidationError(non_block_errors=texts)
    if isinstance(block, blocks.BaseStreamBlock):
        return StreamBlockValidationError(non_block_errors=texts)
    return ValidationError(texts)


class CheckedPageForm(WagtailAdminPageForm):
    """The editor's form of a page. What the policy forbids to publish is an error at its field; a draft is kept."""

    def _post_clean(self) -> None:
        super()._post_clean()
        if self.errors or not is_publishing(self.data):
            return
        page = self.instance
        if not page.path:  # a new page: rights and review dates come from where it will stand
            page.path = self.parent_page._get_path(self.parent_page.path, self.parent_page.depth + 1, 1)
            try:
                report = check(page)
            finally:
                page.path = ""
        else:
            report = check(page)
        for name, errors in form_errors(page, report).items():
            for error in errors:
                self.add_error(name if name in self.fields else None, error)
