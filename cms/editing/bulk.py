"""Work on many pages of the explorer at once. What somebody may not change is named, never left out in silence."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from wagtail.admin.views.pages.bulk_actions.page_bulk_action import PageBulkAction
from wagtail.models import Page
from wagtail.permission_policies.pages import PagePermissionPolicy

from . import review_dates
from .forms import ManyReviewsForm


class PagesTogether(PageBulkAction):
    """Base of our actions: asks for the right to edit each page, and names the others before and afterwards."""

    template_name = "editing/bulk.html"
    explanation: Any = ""
    #: The words on the button.
    deed: Any = ""

    def check_perm(self, page: Page) -> bool:
        """Return whether the page may be changed by this person, now."""
        tester = page.permissions_for_user(self.request.user)
        return page.depth > 1 and tester.can_edit()

    def get_actionable_objects(self) -> tuple[list[Page], dict[str, list[Page]]]:
        """Return the pages to work on, and those without the right; of these only what the explorer shows the person."""
        objects, others = super().get_actionable_objects()
        refused = [page.pk for page in others["items_with_no_access"]]
        shown = PagePermissionPolicy().explorable_instances(self.request.user).filter(pk__in=refused)
        return [page.specific for page in objects], {"items_with_no_access": list(shown)}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the words of the page."""
        words = {"title": self.display_name, "explanation": self.explanation, "deed": self.deed}
        return {**super().get_context_data(**kwargs), **words}

    def prepare_action(self, objects: list[Page], objects_without_access: dict[str, list[Page]]) -> None:
        """Name what stays as it is."""
        if refused := objects_without_access["items_with_no_access"]:
            name_pages(self.request, _now("Not changed, because you may not change them: %(pages)s"), refused)

    def get_execution_context(self) -> dict[str, Any]:
        """Hand the person, the request for its messages, and what was chosen to the action."""
        return {**super().get_execution_context(), "request": self.request, **self.cleaned_form.cleaned_data}

    def get_success_message(self, num_parent_objects: int, num_child_objects: int) -> str | None:
        """Say for how many pages it was done."""
        if not num_parent_objects:
            return None
        said = ngettext("%(n)d page was changed.", "%(n)d pages were changed.", num_parent_objects)
        return said % {"n": num_parent_objects}


def name_pages(request: HttpRequest, sentence: str, pages: list[Page]) -> None:
    """Warn with ``sentence``, in which ``%(pages)s`` stands for their titles."""
    titles = ", ".join(page.get_admin_display_title() for page in pages)
    messages.warning(request, sentence % {"pages": titles})


class ReviewsTogether(PagesTogether):
    """Give many pages an owner or a review date."""

    display_name = _("Review date and owner")
    action_type = "review_dates"
    aria_label = _("Set review date and owner of the selected pages")
    explanation = _("What you leave empty stays as it is on each page.")
    deed = _("Set")
    action_priority = 60
    form_class = ManyReviewsForm

    @classmethod
    def execute_action(
        cls, objects: list[Page], *, user: Any, request: HttpRequest, owner: Any, unit: Any, next_on: Any, **kwargs: Any
    ) -> tuple[int, int]:
        """Set them; returns how many pages changed, and none below."""
        for page in objects:
            review_dates.change_review(page=page, user=user, owner=owner, unit=unit, next_on=next_on)
        return len(objects), 0
