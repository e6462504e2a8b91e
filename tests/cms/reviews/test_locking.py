"""A page is locked and says why, to those who edit it and to nobody else, as long as the lock lasts."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from cms.content.models import ContentPage
from cms.reviews import locking
from cms.reviews.models import LockReason
from tests.conftest import client_of, make_page, make_user

from .test_outside import let_edit

pytestmark = pytest.mark.django_db
REASON = "Bis Freitag: der Rat <b>entscheidet</b> noch."


@pytest.fixture
def page(home: Any, roles: Any) -> ContentPage:
    let_edit(roles["editors"], home)
    return make_page(home, "Haushalt")


@pytest.fixture
def owner(page: Any, roles: Any) -> Any:
    return make_user("anna", roles["editors"])


@pytest.fixture
def other(page: Any, roles: Any) -> Any:
    return make_user("otto", roles["editors"])


def edit_page(page: Any) -> str:
    return reverse("wagtailadmin_pages:edit", args=[page.pk])


def locked(page: Any, by: Any) -> ContentPage:
    locking.lock(page=page, by=by, reason=REASON)
    return ContentPage.objects.get(pk=page.pk)


def test_another_editor_reads_the_reason_where_the_page_is_edited(page: Any, owner: Any, other: Any) -> None:
    answer = client_of(owner).post(reverse("reviews_lock", args=[page.pk]), {"reason": REASON})
    assert answer.url == edit_page(page)
    html = client_of(other).get(edit_page(page)).content.decode()
    assert "Bis Freitag: der Rat &lt;b&gt;entscheidet&lt;/b&gt; noch." in html
    assert ContentPage.objects.get(pk=page.pk).permissions_for_user(other).page_locked()


def test_the_editor_offers_to_lock_with_a_reason(page: Any, owner: Any) -> None:
    assert reverse("reviews_lock", args=[page.pk]) in client_of(owner).get(edit_page(page)).content.decode()


def test_a_lock_needs_its_reason_in_this_form(page: Any, owner: Any) -> None:
    assert client_of(owner).post(reverse("reviews_lock", args=[page.pk]), {"reason": " "}).status_code == 400
    assert not ContentPage.objects.get(pk=page.pk).locked


def test_the_reason_goes_with_the_lock(page: Any, owner: Any) -> None:
    locked(page, owner)
    client_of(owner).post(reverse("wagtailadmin_pages:unlock", args=[page.pk]))
    assert not LockReason.objects.exists()
    client_of(owner).post(reverse("wagtailadmin_pages:lock", args=[page.pk]))
    assert locking.reason_of(ContentPage.objects.get(pk=page.pk)) == ""


def test_who_locked_the_page_may_change_the_reason(page: Any, owner: Any) -> None:
    locking.lock(page=locked(page, owner), by=owner, reason="Bis Montag.")
    assert locking.reason_of(ContentPage.objects.get(pk=page.pk)) == "Bis Montag."


def test_saving_a_page_keeps_the_reason(page: Any, owner: Any) -> None:
    row = locked(page, owner)
    row.title = "Haushalt der Stadt"
    row.save_revision(user=owner).publish(user=owner)
    assert locking.reason_of(ContentPage.objects.get(pk=page.pk)) == REASON


def test_who_may_not_lock_the_page_may_not_say_why(page: Any, owner: Any, staff_user: Any) -> None:
    with pytest.raises(PermissionDenied):
        locking.lock(page=page, by=staff_user, reason=REASON)
    with pytest.raises(PermissionDenied):
        locking.lock(page=locked(page, owner), by=staff_user, reason="Anders.")
    answer = client_of(staff_user).get(reverse("reviews_lock", args=[page.pk]))
    assert answer.status_code in (302, 403)
    assert "Rat" not in answer.content.decode()
    assert locking.reason_of(ContentPage.objects.get(pk=page.pk)) == REASON
