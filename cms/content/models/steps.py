"""Step-by-step: a task for which people need several pages, in the right order."""

from __future__ import annotations

from typing import Any

from django.db import models, transaction
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.models import Page
from wagtail.rich_text import RichText

from cms.caching import versions
from cms.records.richtext import plain

from ..fields import PlainStreamField
from ..step_blocks import STEP_BLOCKS
from .base import SitePage


class StepByStepPage(SitePage, Page):
    """Numbered steps with links; steps joined by "and" or "or" share a number."""

    steps = PlainStreamField(STEP_BLOCKS, verbose_name=_("steps"))

    content_panels = [*Page.content_panels, FieldPanel("summary"), FieldPanel("steps"), FieldPanel("body")]
    subpage_types: list[str] = []

    class Meta:
        verbose_name = _("step-by-step")
        verbose_name_plural = _("step-by-steps")

    @transaction.atomic
    def save(self, *args: Any, **kwargs: Any) -> Any:
        """Store the page and which pages its steps lead to."""
        result = super().save(*args, **kwargs)
        fields = kwargs.get("update_fields")
        # A draft is saved with the fields of its state alone: what it says does not count yet.
        if fields is None or "steps" in fields:
            self._store_targets()
        return result

    def _store_targets(self) -> None:
        self.targets.all().delete()
        rows: dict[int, StepTarget] = {}
        steps = self.numbered_steps()
        known = set(Page.objects.filter(pk__in=_page_ids(steps)).values_list("pk", flat=True))
        for step in steps:
            for target in (link["page"] for link in step["links"] if link["page"] in known):
                place = {"number": step["number"], "title": step["title"], "anchor": step["id"]}
                rows.setdefault(target, StepTarget(page=self, target_id=target, **place))
        StepTarget.objects.bulk_create(rows.values())

    def numbered_steps(self) -> list[dict[str, Any]]:
        """Return the steps as dicts; "and" and "or" have the number of the step before them, pages stand by their id."""
        found: list[dict[str, Any]] = []
        number = 0
        for child in self.steps.get_prep_value():  # as stored: the blocks would read every page for its id
            value = child["value"]
            relation = value.get("relation") if found else ""
            number += not relation
            links = [item.get("value", item) for item in value.get("links") or []]
            found.append(
                {
                    "id": f"step-{len(found) + 1}",
                    "relation": relation,
                    "number": number,
                    "title": value["title"],
                    "text": RichText(value.get("text") or ""),
                    "links": [
                        {name: link.get(name) or "" for name in ("label", "note", "page", "url")} for link in links
                    ],
                }
            )
        return found

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add ``steps`` with the links ``request`` may see."""
        context = super().get_context(request, *args, **kwargs)
        steps = self.numbered_steps()
        urls = {page.pk: page.get_url(request) for page in self.around(request)["linked"]}
        for step in steps:
            for link in step["links"]:
                link["url"] = urls.get(link["page"], "") if link["page"] else link["url"]
            step["links"] = [link for link in step["links"] if link["url"]]
        context["steps"] = steps
        return context

    def linked_ids(self) -> set[int]:
        """Return the pages that steps or body lead to."""
        return super().linked_ids() | _page_ids(self.numbered_steps())

    def own_text(self) -> str:
        """Return titles and texts of the steps."""
        return " ".join(f"{step['title']}. {plain(str(step['text'].source))}" for step in self.numbered_steps())


def _page_ids(steps: list[dict[str, Any]]) -> set[int]:
    return {link["page"] for step in steps for link in step["links"] if link["page"]}


class StepTargetQuerySet(models.QuerySet):
    """Which steps lead where."""

    def leading_to(self, page: Page) -> list[StepTarget]:
        """Return the steps that lead to ``page``, not of ``page`` itself; who may see their pages is for the caller to ask."""

        def read() -> dict[int, list[StepTarget]]:
            found: dict[int, list[StepTarget]] = {}
            for step in self.order_by("page__path"):
                found.setdefault(step.target_id, []).append(step)
            return found

        # Few, and the same for everybody: most pages are no step.
        steps = versions.remembered("content.steps", read)
        return [step for step in steps.get(page.pk, []) if step.page_id != page.pk]


class StepTarget(models.Model):
    """The first step of a published step-by-step that leads to a page; written when the step-by-step is."""

    page = models.ForeignKey(StepByStepPage, on_delete=models.CASCADE, related_name="targets")
    target = models.ForeignKey("wagtailcore.Page", on_delete=models.CASCADE, related_name="+")
    number = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=200)
    anchor = models.CharField(max_length=20)

    objects = StepTargetQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["page", "target"], name="step_target_unique")]

    def __str__(self) -> str:
        return f"{self.page_id} ({self.number}): {self.target_id}"
