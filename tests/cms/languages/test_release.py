"""Leichte Sprache and sign language go live by the named role only, whatever the way."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone
from wagtail.models import GroupApprovalTask, Page, Workflow, WorkflowPage, WorkflowTask

from cms.content.models import ContentPage
from cms.languages.models import SignLanguagePage
from tests.conftest import client_of, make_page, make_user

pytestmark = pytest.mark.django_db


def draft(above: Page, **values: Any) -> Page:
    page = above.add_child(instance=ContentPage(title="Was ist das?", locale=above.locale, live=False, **values))
    page.save_revision()
    return page


def is_live(page: Page) -> bool:
    return Page.objects.get(pk=page.pk).live


def form_data(page: Page, **more: Any) -> dict[str, Any]:
    """Return what the editor's form posts for an empty content page."""
    return {
        "title": page.title,
        "slug": page.slug,
        "summary": "",
        "body-count": "0",
        "comments-TOTAL_FORMS": "0",
        "comments-INITIAL_FORMS": "0",
        "comments-MIN_NUM_FORMS": "0",
        "comments-MAX_NUM_FORMS": "",
        **more,
    }


def test_the_editor_can_write_but_not_publish(easy: Any, editor: Any) -> None:
    page = draft(easy)
    client = client_of(editor)
    address = reverse("wagtailadmin_pages:edit", args=[page.pk])
    assert 'name="action-publish"' not in client.get(address).content.decode()
    answer = client.post(address, form_data(page, title="Neu", **{"action-publish": "1"}))
    assert answer.status_code == 302
    page.refresh_from_db()
    assert not page.live
    assert page.draft_title == "Neu"  # what was typed is kept


def test_the_releaser_publishes(easy: Any, releaser: Any) -> None:
    page = draft(easy)
    client = client_of(releaser)
    address = reverse("wagtailadmin_pages:edit", args=[page.pk])
    assert 'name="action-publish"' in client.get(address).content.decode()
    client.post(address, form_data(page, **{"action-publish": "1"}))
    assert is_live(page)


def test_creating_and_publishing_at_once_keeps_a_draft(easy: Any, editor: Any, sign_releaser: Any, home: Any) -> None:
    add = reverse("wagtailadmin_pages:add", args=["content", "contentpage", easy.pk])
    page = ContentPage(title="Neu", slug="neu")
    client_of(editor).post(add, form_data(page, **{"action-publish": "1"}))
    assert not Page.objects.get(slug="neu").live
    add = reverse("wagtailadmin_pages:add", args=["languages", "signlanguagepage", home.pk])
    film = SignLanguagePage(title="DGS", slug="dgs")
    assert client_of(editor).post(add, form_data(film, **{"action-publish": "1"})).status_code == 302
    assert not Page.objects.get(slug="dgs").live
    Page.objects.get(slug="dgs").delete()
    client_of(sign_releaser).post(add, form_data(film, **{"action-publish": "1"}))
    assert Page.objects.get(slug="dgs").live


def test_a_superuser_without_the_role_does_not_release(easy: Any) -> None:
    page = draft(easy)
    boss = make_user("chefin", is_superuser=True)
    with pytest.raises(PermissionDenied):
        page.get_latest_revision().publish(user=boss)
    assert not is_live(page)


def test_code_without_a_person_does_not_release(easy: Any) -> None:
    page = draft(easy)
    with pytest.raises(PermissionDenied):
        page.get_latest_revision().publish()
    with pytest.raises(PermissionDenied):
        page.get_latest_revision().publish(skip_permission_checks=True)
    assert not is_live(page)


def test_german_pages_are_published_as_before(home: Any, editor: Any) -> None:
    page = draft(home)
    page.get_latest_revision().publish(user=editor)
    assert is_live(page)


def test_many_pages_at_once(easy: Any, home: Any, editor: Any, releaser: Any) -> None:
    page, german = draft(easy), draft(home)
    address = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "publish"])
    query = f"?id={page.pk}&id={german.pk}&next=/admin/"
    client_of(editor).post(address + query)
    assert is_live(german)
    assert not is_live(page)
    client_of(editor).post(f"{address}?id={home.pk}&next=/admin/", {"include_descendants": "on"})
    client_of(releaser).post(address + query)
    assert is_live(page)


def test_a_schedule_needs_the_releaser(easy: Any, editor: Any, releaser: Any) -> None:
    page = draft(easy)
    page.go_live_at = timezone.now() + timedelta(hours=1)
    revision = page.save_revision()
    with pytest.raises(PermissionDenied):
        revision.publish(user=editor)
    revision.refresh_from_db()
    assert revision.approved_go_live_at is None
    revision.publish(user=releaser)
    past = timezone.now() - timedelta(seconds=1)
    content = {**revision.content, "go_live_at": past.isoformat()}
    type(revision).objects.filter(pk=revision.pk).update(approved_go_live_at=past, content=content)
    call_command("publish_scheduled")
    assert is_live(page)


def test_the_end_of_a_workflow_leaves_the_draft_to_the_releaser(
    easy: Any, editor: Any, releaser: Any, roles: Any
) -> None:
    task = GroupApprovalTask.objects.create(name="Prüfen")
    task.groups.set([roles["editors"]])
    workflow = Workflow.objects.create(name="Ablauf")
    WorkflowTask.objects.create(workflow=workflow, task=task, sort_order=0)
    WorkflowPage.objects.update_or_create(page=Page.objects.get(depth=1), defaults={"workflow": workflow})
    page = draft(easy)
    workflow.start(page, editor)
    page.current_workflow_task_state.approve(user=editor)
    assert page.workflow_states.get().status == "approved"
    assert not is_live(page)
    workflow.start(page, editor)
    page = ContentPage.objects.get(pk=page.pk)
    page.current_workflow_task_state.approve(user=releaser)
    assert is_live(page)


def test_a_copy_must_be_released_again(easy: Any, releaser: Any) -> None:
    page = draft(easy)
    page.get_latest_revision().publish(user=releaser)
    copy = ContentPage.objects.get(pk=page.pk).copy(update_attrs={"slug": "kopie"}, keep_live=True)
    assert not is_live(copy)


def test_pages_made_by_code_are_drafts(easy: Any, home: Any) -> None:
    assert not is_live(make_page(easy, "Einfach"))
    assert not is_live(make_page(home, "DGS", SignLanguagePage))


def test_every_page_type_follows_the_rule() -> None:
    from wagtail.models import get_page_models

    from cms.languages.release import Released

    ours = [model for model in get_page_models() if model is not Page and not issubclass(model, Released)]
    assert ours == []


def test_taking_back_needs_no_role(easy: Any, editor: Any, releaser: Any) -> None:
    page = draft(easy)
    page.get_latest_revision().publish(user=releaser)
    page = ContentPage.objects.get(pk=page.pk)
    assert page.permissions_for_user(editor).can_unpublish()
    client_of(editor).post(reverse("wagtailadmin_pages:unpublish", args=[page.pk]))
    assert not is_live(page)
