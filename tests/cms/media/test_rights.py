"""A page whose pictures have no credit, or have expired when it goes live, is published in no way at all."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Page

from cms.content.models import ContentPage
from cms.editing.publishing import NotPublished
from cms.media.models import CityImage
from cms.reviews.models import EditorialApprovalTask
from tests.cms.reviews.test_outside import let_edit
from tests.cms.reviews.test_workflow import use
from tests.conftest import client_of, make_page, make_user

from .making import stored

pytestmark = pytest.mark.django_db
BULK = "/admin/bulk/wagtailcore/page/publish/?next=/admin/pages/"


@pytest.fixture
def editor(home: Any, roles: Any, editor_user: Any) -> Any:
    let_edit(roles["editors"], home)
    return editor_user


@pytest.fixture
def nameless(db: None) -> CityImage:
    return stored(title="Ohne Namen", credit="")


@pytest.fixture
def ending(db: None) -> CityImage:
    """A picture whose last day is tomorrow."""
    return stored(title="Leihgabe", credit="Jana Rhein", expires_on=timezone.localdate() + timedelta(days=1))


def draft(home: Any, image: CityImage, title: str = "Bilder", **values: Any) -> ContentPage:
    body = [{"type": "image", "value": {"image": image.pk, "alt": "Dom", "decorative": False, "caption": ""}}]
    page = make_page(home, title, body=json.dumps(body), live=False, **values)
    page.save_revision()
    return ContentPage.objects.get(pk=page.pk)


def live(*pages: Page) -> list[bool]:
    return [Page.objects.get(pk=page.pk).live for page in pages]


def test_together_none_of_them_is_published(home: Any, editor: Any, nameless: Any) -> None:
    good = make_page(home, "Gut", live=False)
    good.save_revision()
    bad = draft(home, nameless)
    answer = client_of(editor).post(f"{BULK}&id={good.pk}&id={bad.pk}", {"include_descendants": ""}, follow=True)
    html = answer.content.decode()
    assert "Das Bild „Ohne Namen“ hat keinen Bildnachweis." in html
    assert "„Bilder“ wurde nicht veröffentlicht" in html
    assert live(good, bad) == [False, False]
    CityImage.objects.update(credit="Jana Rhein")
    client_of(editor).post(f"{BULK}&id={good.pk}&id={bad.pk}", {"include_descendants": ""})
    assert live(good, bad) == [True, True]


def test_pages_below_count_as_well(home: Any, editor: Any, nameless: Any) -> None:
    above = make_page(home, "Oben", live=False)
    above.save_revision()
    below = draft(above, nameless)
    client_of(editor).post(f"{BULK}&id={above.pk}", {"include_descendants": "on"})
    assert live(above, below) == [False, False]


def test_the_last_approval_does_not_publish_it(home: Any, editor: Any, roles: Any, nameless: Any) -> None:
    task = EditorialApprovalTask.objects.create(name="Freigabe")
    task.groups.set([roles["editors"]])
    use(home, task)
    page = draft(home, nameless)
    page.get_workflow().start(page, make_user("anna", roles["editors"], roles["staff"]))
    state = ContentPage.objects.get(pk=page.pk).current_workflow_task_state
    address = reverse("wagtailadmin_pages:workflow_action", args=[page.pk, "approve", state.pk])
    answer = client_of(editor).post(address, {"comment": ""}, follow=True)
    assert "Das Bild „Ohne Namen“ hat keinen Bildnachweis." in answer.content.decode()
    assert live(page) == [False]
    assert ContentPage.objects.get(pk=page.pk).current_workflow_state.status == "in_progress"


def test_a_time_after_the_last_day_of_a_picture_is_refused(home: Any, editor: Any, ending: Any) -> None:
    page = draft(home, ending, go_live_at=timezone.now() + timedelta(days=3))
    with pytest.raises(NotPublished, match="Leihgabe"):
        page.get_latest_revision().publish(user=editor)
    assert not page.revisions.filter(approved_go_live_at__isnull=False).exists()


def test_a_time_before_the_last_day_is_taken(home: Any, editor: Any, ending: Any) -> None:
    page = draft(home, ending, go_live_at=timezone.now() + timedelta(hours=1))
    page.get_latest_revision().publish(user=editor)
    assert page.revisions.filter(approved_go_live_at__isnull=False).exists()


def test_a_picture_that_has_expired_is_named_in_the_editor(home: Any, editor: Any, ending: Any) -> None:
    CityImage.objects.update(expires_on=timezone.localdate() - timedelta(days=1))
    page = draft(home, ending)
    client_of(editor).post(f"{BULK}&id={page.pk}", {"include_descendants": ""})
    assert live(page) == [False]
    values = {
        "title": "Neue Bilder", "slug": "bilder", "summary": "", "action-publish": "1", "body-count": "0",
        "comments-TOTAL_FORMS": "0", "comments-INITIAL_FORMS": "0",
    }  # fmt: skip
    CityImage.objects.update(credit="")
    client_of(editor).post(f"/admin/pages/{page.pk}/edit/", values)
    assert live(page) == [True], "without the picture nothing stands in the way"


def test_where_the_city_asks_for_no_credit_it_is_published(
    home: Any, editor: Any, nameless: Any, settings: Any
) -> None:
    settings.IMAGE_CREDIT_REQUIRED = False
    page = draft(home, nameless)
    page.get_latest_revision().publish(user=editor)
    assert live(page) == [True]
