"""Languages in the Wagtail admin."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from wagtail import hooks
from wagtail.models import Page

from .release import may_release


@hooks.register("before_create_page")
def keep_as_draft(request: HttpRequest, parent: Page, page_class: Any) -> None:
    """Let who may not release a page save it: nothing typed is lost because "publish" was pressed."""
    new = page_class(locale=parent.locale)
    if "action-publish" in request.POST and not may_release(request.user, new):
        request.POST = request.POST.copy()  # type: ignore[assignment]
        del request.POST["action-publish"]  # type: ignore[attr-defined]
