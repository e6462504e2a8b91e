"""What editors see and are told about images."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from wagtail.models import Collection, GroupCollectionPermission, ReferenceIndex

from cms.media.jobs import health, remind_of_expiry
from cms.media.models import CityImage, ImageLicence
from cms.notifications.models import Mail
from tests.conftest import client_of, make_page, make_user

from .making import loaded, stored

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss(home: Any, roles: Any) -> Client:
    return client_of(make_user("leitung", is_superuser=True))


@pytest.fixture
def several(home: Any) -> dict[str, CityImage]:
    today = timezone.localdate()
    licence = ImageLicence.objects.get(code="city")
    good = {"credit": "Stadt", "licence": licence, "description": "Dom"}
    images = {
        "good": stored(title="Gut", **good),
        "expired": stored(title="Abgelaufen", expires_on=today - timedelta(days=1), **good),
        "expiring": stored(title="Bald", expires_on=today + timedelta(days=3), **good),
        "rights": stored(title="Ohne Rechte", description="Dom"),
        "text": stored(title="Ohne Text", credit="Stadt", licence=licence),
        "broken": stored(title="Kaputt", **good),
    }
    CityImage.objects.filter(pk=images["broken"].pk).update(problem="OSError")
    return images


@pytest.mark.parametrize("state", ["expired", "expiring", "rights", "text", "broken"])
@pytest.mark.parametrize("address", ["/admin/reports/images/", "/admin/images/", "/admin/images/results/"])
def test_each_state_finds_its_image(boss: Client, several: Any, state: str, address: str) -> None:
    answer = boss.get(address, {"state": state})
    assert answer.status_code == 200
    assert [image.pk for image in answer.context["object_list"]] == [several[state].pk]


def test_the_report_leaves_out_what_is_in_order(boss: Client, several: Any) -> None:
    found = {image.title for image in boss.get("/admin/reports/images/").context["object_list"]}
    assert found == {"Abgelaufen", "Bald", "Ohne Rechte", "Ohne Text", "Kaputt"}
    csv = b"".join(boss.get("/admin/reports/images/", {"export": "csv"}).streaming_content).decode()
    assert "Abgelaufen" in csv


@pytest.mark.parametrize("layout", ["grid", "list"])
def test_the_list_marks_images_in_words(boss: Client, several: Any, layout: str) -> None:
    body = boss.get("/admin/images/", {"layout": layout}).content.decode()
    for words in ("abgelaufen", "bis ", "ohne Bildnachweis", "Datei nicht lesbar"):
        assert words in body


def test_the_report_is_for_those_who_may_change_images_of_a_collection(
    several: Any, roles: Any, staff_user: Any, editor_user: Any
) -> None:
    assert client_of(staff_user).get("/admin/reports/images/").status_code == 302
    other = Collection.get_first_root_node().add_child(name="Andere")
    from django.contrib.auth.models import Permission

    permission = Permission.objects.get(content_type__app_label="wagtailimages", codename="change_image")
    GroupCollectionPermission.objects.create(group=roles["editors"], collection=other, permission=permission)
    answer = client_of(editor_user).get("/admin/reports/images/")
    assert answer.status_code == 200
    assert list(answer.context["object_list"]) == []


def test_a_damaged_file_leaves_the_admin_usable(boss: Client, home: Any) -> None:
    from django.core.files.base import ContentFile

    image = stored(title="Kaputt")
    image.file.storage.delete(image.file.name)
    image.file.storage.save(image.file.name, ContentFile(b"kein Bild"))
    CityImage.objects.filter(pk=image.pk).update(problem="UnidentifiedImageError")
    assert boss.get("/admin/images/").status_code == 200
    assert boss.get("/admin/images/", {"layout": "list"}).status_code == 200
    assert boss.get(f"/admin/images/{image.pk}/").status_code == 200
    assert [problem.name for problem in health()] == ["images"]


def test_a_page_with_a_picture_without_credit_stays_a_draft_and_nothing_is_lost(boss: Client, home: Any) -> None:
    image = stored(title="Ohne Namen")
    page = make_page(home, "Bilder", slug="bilder", live=False)
    page.save_revision()
    values = {
        "title": "Neue Bilder", "slug": "bilder", "summary": "", "action-publish": "1", "body-count": "1",
        "body-0-type": "image", "body-0-order": "0", "body-0-deleted": "", "body-0-id": "",
        "body-0-value-image": str(image.pk), "body-0-value-alt": "Dom", "body-0-value-caption": "",
        "comments-TOTAL_FORMS": "0", "comments-INITIAL_FORMS": "0", "comments-MIN_NUM_FORMS": "0",
        "comments-MAX_NUM_FORMS": "",
    }  # fmt: skip
    answer = boss.post(f"/admin/pages/{page.pk}/edit/", values, follow=True)
    body = answer.content.decode()
    assert "Ohne Namen" in body
    assert "nicht veröffentlicht" in body
    page.refresh_from_db()
    assert not page.live
    assert page.get_latest_revision_as_object().title == "Neue Bilder"
    CityImage.objects.update(credit="Jana Rhein")
    boss.post(f"/admin/pages/{page.pk}/edit/", values)
    page.refresh_from_db()
    assert page.live


def test_the_uploader_and_the_owner_of_the_page_get_one_mail_before_the_last_day(home: Any, editor_user: Any) -> None:
    owner = make_user("besitzerin")
    image = stored(title="Leihgabe", uploaded_by_user=editor_user, expires_on=timezone.localdate() + timedelta(days=5))
    body = json.dumps([{"type": "image", "value": {"image": image.pk, "alt": "Dom", "decorative": False}}])
    page = make_page(home, "Ausstellung", body=body, owner=owner)
    ReferenceIndex.create_or_update_for_object(page)  # the worker does it after the commit
    stored(title="Ewig", uploaded_by_user=editor_user)
    assert remind_of_expiry.call() == 2
    assert remind_of_expiry.call() == 0
    assert all("Leihgabe" in mail.text and "Ausstellung" in mail.text for mail in Mail.objects.all())
    CityImage.objects.filter(pk=image.pk).update(expires_on=timezone.localdate() + timedelta(days=6))
    assert remind_of_expiry.call() == 2  # another day is news


def test_an_upload_in_bulk_takes_credit_and_licence_afterwards(boss: Client) -> None:
    file = SimpleUploadedFile("dom.jpg", loaded("JPEG"))
    answer = boss.post(
        "/admin/images/multiple/add/", {"title": "Dom", "files[]": file, "collection": "1"},
        headers={"x-requested-with": "XMLHttpRequest"},
    )  # fmt: skip
    data = answer.json()
    assert data["success"], data
    assert "Jana Rhein" in data["form"]
    image = CityImage.objects.get()
    assert image.is_cleaned
    assert image.credit == "Jana Rhein"


@pytest.mark.parametrize(
    ("field", "value"), [("expires_on", "gestern"), ("source_url", "javascript:alert(1)"), ("licence", "99999")]
)
def test_bad_input_is_named_beside_its_field(boss: Client, field: str, value: str) -> None:
    image = stored()
    values = {"title": "Mein Titel", "collection": image.collection_id, "tags": "", field: value}
    answer = boss.post(f"/admin/images/{image.pk}/", values)
    assert answer.status_code == 200
    assert field in answer.context["form"].errors
    assert "Mein Titel" in answer.content.decode()
