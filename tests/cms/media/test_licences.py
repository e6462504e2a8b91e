"""The list of licences: who keeps it, what stays, and which images carry one."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse
from wagtail.models import Collection, ReferenceIndex

from cms.media.models import CityImage, ImageLicence
from tests.conftest import client_of, make_user

from .making import stored

pytestmark = pytest.mark.django_db


def view(name: str, *args: Any) -> str:
    return reverse(f"wagtailsnippets_media_imagelicence:{name}", args=args)


def data(**values: Any) -> dict[str, Any]:
    return {
        "name": "CC BY 4.0 international", "url": "https://creativecommons.org/licenses/by/4.0/", "code": "cc-by-next",
        "list_version": "2027", "is_current": "on", "position": "3", **values,
    }  # fmt: skip


@pytest.fixture
def licence(db: None) -> ImageLicence:
    return ImageLicence.objects.create(code="leihgabe", list_version="2025", name="Leihgabe des Archivs")


@pytest.fixture
def carrier(licence: ImageLicence) -> CityImage:
    image = stored(title="Stadtplan von 1850", licence=licence)
    ReferenceIndex.create_or_update_for_object(image)
    return image


def test_editors_list_add_and_change_licences(editor_user: Any, home: Any, carrier: Any, licence: Any) -> None:
    client = client_of(editor_user)
    row = client.get(view("list"), {"q": "Leihgabe"}).context["object_list"].get()
    assert (row.pk, row.images) == (licence.pk, 1)
    answer = client.post(view("add"), data())
    assert answer.status_code == 302, answer.context["form"].errors
    assert ImageLicence.objects.get(code="cc-by-next").is_current
    changed = data(name="Leihgabe des Stadtarchivs", code="anders", list_version="2030", is_current="")
    assert client.post(view("edit", licence.pk), changed).status_code == 302
    licence.refresh_from_db()
    assert (licence.name, licence.is_current) == ("Leihgabe des Stadtarchivs", False)
    assert (licence.code, licence.list_version) == ("leihgabe", "2025"), "images are known by them"


@pytest.mark.parametrize(
    "values", [{"url": "javascript:alert(1)"}, {"name": ""}, {"code": "mit leer"}, {"position": "-1"}]
)
def test_bad_input_is_named_beside_its_field(editor_user: Any, home: Any, values: dict[str, str]) -> None:
    answer = client_of(editor_user).post(view("add"), data(**values))
    assert answer.status_code == 200
    assert set(answer.context["form"].errors) == set(values)


def test_the_same_code_twice_in_a_version_is_refused(editor_user: Any, home: Any, licence: Any) -> None:
    answer = client_of(editor_user).post(view("add"), data(code="leihgabe", list_version="2025"))
    assert answer.status_code == 200
    assert answer.context["form"].errors


def test_usage_names_the_images_that_carry_a_licence(home: Any, carrier: Any, licence: Any, admin_user: Any) -> None:
    html = client_of(admin_user).get(view("usage", licence.pk)).content.decode()
    assert "Stadtplan von 1850" in html


def test_usage_names_no_image_the_reader_may_not_edit(editor_user: Any, home: Any, carrier: Any, licence: Any) -> None:
    CityImage.objects.update(collection=Collection.get_first_root_node().add_child(name="Archiv"))
    html = client_of(editor_user).get(view("usage", licence.pk)).content.decode()
    assert "Stadtplan von 1850" not in html


def test_a_licence_in_use_is_not_deleted(
    home: Any, carrier: Any, licence: Any, admin_user: Any, editor_user: Any
) -> None:
    for user in (admin_user, editor_user):
        answer = client_of(user).post(view("delete", licence.pk))
        assert answer.status_code in (200, 302, 403)
    assert ImageLicence.objects.filter(pk=licence.pk).exists()


def test_an_image_keeps_a_licence_that_may_no_longer_be_chosen(
    home: Any, carrier: Any, licence: Any, admin_user: Any
) -> None:
    ImageLicence.objects.filter(pk=licence.pk).update(is_current=False)
    values = {
        "title": "Stadtplan", "collection": carrier.collection_id, "tags": "", "credit": "Archiv",
        "licence": licence.pk, "source_url": "", "caption": "", "expires_on": "", "consent": "", "description": "Plan",
    }  # fmt: skip
    answer = client_of(admin_user).post(reverse("wagtailimages:edit", args=[carrier.pk]), values)
    assert answer.status_code == 302, answer.context["form"].errors
    carrier.refresh_from_db()
    assert (carrier.licence_id, carrier.title) == (licence.pk, "Stadtplan")


def test_staff_keep_no_list_of_licences(staff_user: Any, home: Any, licence: Any) -> None:
    client = client_of(staff_user)
    for address in (view("list"), view("add"), view("edit", licence.pk), view("usage", licence.pk)):
        assert client.get(address).status_code in (302, 403)
    assert client_of(make_user("gast")).post(view("add"), data()).status_code in (302, 403)
    assert not ImageLicence.objects.filter(code="cc-by-next").exists()


def test_no_image_gets_such_a_licence_anew(home: Any, licence: Any, admin_user: Any) -> None:
    ImageLicence.objects.filter(pk=licence.pk).update(is_current=False)
    form = client_of(admin_user).get(reverse("wagtailimages:add")).context["form"]
    assert licence not in form.fields["licence"].queryset
    assert form.fields["licence"].queryset.exists()
