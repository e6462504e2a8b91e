"""What the policy forbids is not published, whichever way somebody tries; nothing typed is lost."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from wagtail.models import GroupApprovalTask, Page, Workflow, WorkflowPage, WorkflowTask
from wagtail.test.utils.form_data import nested_form_data, rich_text, streamfield

from cms.accounts.roles import EDITORS_GROUP
from cms.content.models import ContentPage
from cms.editing.models import EditingPolicy, PageCheck
from cms.editing.publishing import NotPublished
from tests.conftest import client_of

from .conftest import text_page

pytestmark = pytest.mark.django_db
FAULTY = "<h2> </h2><p>Dienstag.</p>"


@pytest.fixture
def editor(admin_user: Any) -> Any:
    return admin_user


def form_of(page: Any, html: str, **extra: Any) -> dict[str, Any]:
    """Return what the page editor sends."""
    return nested_form_data(
        {
            "title": page.title,
            "slug": page.slug,
            "summary": "Frisches aus der Region, neu gefasst.",
            "seo_title": "",
            "search_description": "",
            "body": streamfield([("rich_text", rich_text(html, features=["h2", "h3", "bold", "link"]))]),
            "comments": {"TOTAL_FORMS": 0, "INITIAL_FORMS": 0},
            **extra,
        }
    )


def save(client: Any, page: Any, html: str, **extra: Any) -> Any:
    return client.post(reverse("wagtailadmin_pages:edit", args=[page.pk]), form_of(page, html, **extra))


def test_the_editor_keeps_what_was_typed_and_names_the_block(home: Any, editor: Any, blocking: EditingPolicy) -> None:
    page = text_page(home, "<p>Alt.</p>")
    html = '<p>Neu und lang getippt, siehe <a href="https://example.org/">hier</a>.</p>'
    answer = save(client_of(editor), page, html, **{"action-publish": "1"})
    assert answer.status_code == 200
    text = answer.content.decode()
    assert "Neu und lang getippt" in text
    assert "neu gefasst" in text
    errors = answer.context["form"].errors.as_data()
    assert list(errors) == ["body"]
    assert 0 in errors["body"][0].block_errors
    page.refresh_from_db()
    assert "Alt." in str(page.body)


def test_a_draft_may_have_faults(home: Any, editor: Any, blocking: EditingPolicy) -> None:
    page = text_page(home, "<p>Alt.</p>")
    html = '<p>Siehe <a href="https://example.org/">hier</a>.</p>'
    assert save(client_of(editor), page, html).status_code == 302
    page.refresh_from_db()
    assert "hier" in str(page.get_latest_revision_as_object().body)
    assert PageCheck.objects.get(page=page).blocking == 1


def test_a_page_without_faults_is_published_with_its_hints(home: Any, editor: Any, blocking: EditingPolicy) -> None:
    page = text_page(home, "<p>Alt.</p>")
    client = client_of(editor)
    answer = save(client, page, "<p>Das ist WICHTIG.</p>", **{"action-publish": "1"})
    assert answer.status_code == 302
    page.refresh_from_db()
    assert "WICHTIG" in str(page.body)
    shown = client.get(reverse("wagtailadmin_home")).content.decode()
    assert reverse("editing_page", args=[page.pk]) in shown


def test_a_new_page_with_faults_is_not_made(home: Any, editor: Any, blocking: EditingPolicy) -> None:
    address = reverse("wagtailadmin_pages:add", args=["content", "contentpage", home.pk])
    page = ContentPage(title="Markt", slug="markt")
    html = '<p>Siehe <a href="https://example.org/">hier</a>.</p>'
    answer = client_of(editor).post(address, form_of(page, html, **{"action-publish": "1"}))
    assert answer.status_code == 200
    assert not ContentPage.objects.filter(slug="markt").exists()


def test_scheduling_is_publishing(home: Any, editor: Any, blocking: EditingPolicy) -> None:
    page = text_page(home, FAULTY)
    page.go_live_at = timezone.now() + timezone.timedelta(days=2)
    with pytest.raises(NotPublished):
        page.save_revision().publish(user=editor)
    assert not page.revisions.filter(approved_go_live_at__isnull=False).exists()


def test_bulk_publishing_stops_and_changes_nothing(home: Any, editor: Any, blocking: EditingPolicy) -> None:
    good, bad = text_page(home, "<p>Gut.</p>", live=False), text_page(home, FAULTY, title="Markt 2", live=False)
    for page in (good, bad):
        page.save_revision()
    address = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "publish"])
    answer = client_of(editor).post(f"{address}?id={good.pk}&id={bad.pk}&next=/admin/", follow=True)
    assert answer.redirect_chain[0][0] == reverse("editing_page", args=[bad.pk])
    assert "Markt 2" in answer.content.decode()
    assert not Page.objects.filter(pk__in=[good.pk, bad.pk], live=True).exists()


@pytest.fixture
def approval(home: Any, roles: Any) -> Any:
    """A workflow with one task on all pages."""
    workflow, task = Workflow.objects.create(name="Freigabe"), GroupApprovalTask.objects.create(name="Lesen")
    task.groups.add(roles[EDITORS_GROUP])
    WorkflowTask.objects.create(workflow=workflow, task=task)
    WorkflowPage.objects.create(workflow=workflow, page=home)
    return workflow


def test_the_last_approval_is_publishing(home: Any, editor: Any, blocking: EditingPolicy, approval: Any) -> None:
    page = text_page(home, FAULTY, live=False)
    page.save_revision()
    state = approval.start(page, editor)
    address = reverse("wagtailadmin_pages:workflow_action", args=[page.pk, "approve", state.current_task_state.pk])
    answer = client_of(editor).post(address, {"comment": ""})
    assert answer.status_code == 302
    assert answer.url == reverse("editing_page", args=[page.pk])
    page.refresh_from_db()
    state.refresh_from_db()
    assert not page.live
    assert state.status == "in_progress"


def test_programs_get_the_reasons(home: Any, editor: Any, blocking: EditingPolicy, approval: Any) -> None:
    page = text_page(home, FAULTY, live=False)
    page.save_revision()
    state = approval.start(page, editor)
    address = reverse("wagtailadmin_pages:workflow_action", args=[page.pk, "approve", state.current_task_state.pk])
    answer = client_of(editor).post(address, {"comment": ""}, headers={"accept": "application/json"})
    assert answer.status_code == 409
    assert len(answer.json()["findings"]) == 1


def test_what_was_scheduled_before_the_rule_is_published(home: Any, blocking: EditingPolicy) -> None:
    """Nobody sits at the screen to whom an error could be shown."""
    page = text_page(home, FAULTY, live=False)
    page.save_revision().publish()
    page.refresh_from_db()
    assert page.live


def test_without_a_policy_everything_is_only_a_hint(home: Any, editor: Any) -> None:
    page = text_page(home, FAULTY, live=False)
    page.save_revision().publish(user=editor)
    page.refresh_from_db()
    assert page.live
