"""Topics of many pages at once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.apps import apps
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page

from cms.editing.bulk import PagesTogether, name_pages
from cms.editing.publishing import NotPublished
from cms.reviews.approvers import lone_author


@dataclass
class Changed:
    """What became of the pages: published with their new topics, kept as a draft, or locked."""

    published: list[Page] = field(default_factory=list)
    drafts: list[Page] = field(default_factory=list)
    locked: list[Page] = field(default_factory=list)


@transaction.atomic
def change_topics(*, pages: Iterable[Page], user: Any, add: Iterable[Any] = (), remove: Iterable[Any] = ()) -> Changed:
    """Add and remove topics in the newest version of each page.

    It is published where the page had no other changes and ``user`` may publish alone; else it waits as a draft. A page
    that has the topics as wanted gets no new version. Raises PermissionDenied when ``user`` may not edit one of them.
    """
    changed = Changed()
    wanted, unwanted = {topic.pk: topic for topic in add}, {topic.pk for topic in remove}
    for stored in pages:
        tester = stored.permissions_for_user(user)
        if not tester.can_edit():
            raise PermissionDenied
        if tester.page_locked():
            changed.locked.append(stored)
            continue
        page = stored.get_latest_revision_as_object()
        rows = {row.topic_id: row for row in page.page_topics.all()}
        kept = {pk: row for pk, row in rows.items() if pk not in unwanted}
        new = {pk: page.page_topics.model(topic=topic) for pk, topic in wanted.items() if pk not in rows}
        if not new and len(kept) == len(rows):
            continue
        page.page_topics = [*kept.values(), *new.values()]
        publish = stored.live and not stored.has_unpublished_changes and not stored.workflow_in_progress
        revision = page.save_revision(user=user, log_action=True)
        if publish and tester.can_publish() and not lone_author(page, user) and _published(revision, user):
            changed.published.append(page)
        else:
            changed.drafts.append(page)
    return changed


def _published(revision: Any, user: Any) -> bool:
    """Publish; return False when the rules for editors forbid it."""
    try:
        with transaction.atomic():
            revision.publish(user=user)
    except NotPublished:
        return False
    return True


class TopicsForm(forms.Form):
    """Which topics come, which go."""

    add = forms.ModelMultipleChoiceField(
        None, label=_("Add these topics"), required=False, widget=forms.CheckboxSelectMultiple
    )
    remove = forms.ModelMultipleChoiceField(
        None, label=_("Remove these topics"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for one in self.fields.values():
            one.queryset = apps.get_model("content", "Topic").objects.with_texts()

    def clean(self) -> dict[str, Any]:
        """Refuse nothing at all, and the same topic twice."""
        cleaned = super().clean() or {}
        add, remove = set(cleaned.get("add") or ()), set(cleaned.get("remove") or ())
        if add & remove:
            raise forms.ValidationError(_("A topic can be added or removed, not both."))
        if not self.errors and not add | remove:
            raise forms.ValidationError(_("Choose at least one topic."))
        return cleaned


class TopicsTogether(PagesTogether):
    """Add and remove topics of many pages."""

    display_name = _("Topics")
    action_type = "topics"
    aria_label = _("Add or remove topics of the selected pages")
    explanation = _(
        "Pages that are published and have no other changes are published again where you may do that; of the others "
        "the draft changes."
    )
    deed = _("Change topics")
    action_priority = 61
    form_class = TopicsForm

    @classmethod
    def execute_action(
        cls, objects: list[Page], *, user: Any, request: HttpRequest, add: Any, remove: Any, **kwargs: Any
    ) -> tuple[int, int]:
        """Change them; returns how many pages changed, and none below."""
        changed = change_topics(pages=objects, user=user, add=add, remove=remove)
        if changed.drafts:
            name_pages(request, _now("Changed as a draft, not published yet: %(pages)s"), changed.drafts)
        if changed.locked:
            name_pages(request, _now("Not changed, because they are locked: %(pages)s"), changed.locked)
        return len(changed.published) + len(changed.drafts), 0
