"""What is uploaded while editing a protected page is protected like the page, whatever the form says."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image as PillowImage
from wagtail.images import get_image_model
from wagtail.models import Collection

from cms.access.models import AccessRule, CollectionAccess, PageAccess
from cms.access.uploads import collection_for
from cms.accounts import rights
from cms.accounts.models import RoleAssignment
from cms.content.models import CityDocument
from cms.media.models import PageCollection
from tests.conftest import client_of, make_page, make_user, restrict

pytestmark = pytest.mark.django_db
PREFIX = {"images": "image-chooser-upload", "documents": "document-chooser-upload"}


@pytest.fixture
def boss(roles: Any) -> Client:
    return client_of(make_user("chefin", is_superuser=True))


def upload(client: Client, kind: str, referer: str, collection: Collection | None = None) -> Any:
    """Upload from the dialogue and return the stored file."""
    prefix = PREFIX[kind]
    if kind == "images":
        raw = BytesIO()
        PillowImage.new("RGB", (20, 20)).save(raw, "PNG")
        file = SimpleUploadedFile("bild.png", raw.getvalue(), "image/png")
    else:
        file = SimpleUploadedFile("text.txt", b"Spundekaes", "text/plain")
    values = {
        f"{prefix}-title": "Neu",
        f"{prefix}-file": file,
        f"{prefix}-collection": str((collection or Collection.get_first_root_node()).pk),
    }
    answer = client.post(f"/admin/{kind}/chooser/create/", values, headers={"referer": f"http://testserver{referer}"})
    assert answer.status_code == 200, answer.content[:500]
    model = get_image_model() if kind == "images" else CityDocument
    return model.objects.latest("pk")


@pytest.mark.parametrize("kind", PREFIX)
@pytest.mark.parametrize("referer", ["/admin/pages/{page}/edit/", "/admin/pages/add/content/contentpage/{page}/"])
def test_an_upload_on_a_protected_page_is_protected(boss: Client, intranet: Any, kind: str, referer: str) -> None:
    page = intranet.get_children().get()
    file = upload(boss, kind, referer.format(page=page.pk))
    assert CollectionAccess.objects.get(collection=file.collection).rule == PageAccess.objects.get(page=page).rule
    assert Client().get(file.file.url if kind == "images" else file.url).status_code in (302, 403, 404)


def test_a_second_upload_takes_the_same_collection(boss: Client, intranet: Any) -> None:
    first = upload(boss, "documents", f"/admin/pages/{intranet.pk}/edit/")
    second = upload(boss, "documents", f"/admin/pages/{intranet.pk}/edit/")
    assert first.collection == second.collection


def test_a_collection_that_is_closed_enough_is_kept(boss: Client, intranet: Any, roles: Any) -> None:
    closed = collection_for(AccessRule.objects.for_groups(roles["staff"]))
    inner = closed.add_child(name="Personalrat")
    assert upload(boss, "documents", f"/admin/pages/{intranet.pk}/edit/", inner).collection == inner


@pytest.mark.parametrize("referer", ["/admin/images/", "/admin/pages/999999/edit/", "/", "nonsense"])
def test_from_elsewhere_the_form_decides(boss: Client, intranet: Any, referer: str) -> None:
    assert upload(boss, "documents", referer).collection == Collection.get_first_root_node()


def test_on_a_public_page_the_form_decides(boss: Client, home: Any) -> None:
    page = make_page(home, "Offen")
    assert upload(boss, "documents", f"/admin/pages/{page.pk}/edit/").collection == Collection.get_first_root_node()


def test_two_restrictions_above_one_another_both_hold(boss: Client, home: Any, roles: Any) -> None:
    outer = make_page(home, "Außen")
    inner = make_page(outer, "Innen")
    restrict(outer, roles["staff"])
    restrict(inner, roles["agents"], roles["editors"])
    file = upload(boss, "documents", f"/admin/pages/{inner.pk}/edit/")
    assert CollectionAccess.objects.get(collection=file.collection).rule == PageAccess.objects.get(page=inner).rule


@pytest.fixture
def section_editor(home: Any, roles: Any) -> tuple[Client, Any]:
    """Somebody whose role is limited to a section, and the section."""
    section = make_page(home, "Museum")
    user = make_user("museum", roles["staff"])
    rights.assign(user=user, role=roles["section editors"], scope=RoleAssignment.Scope.PAGE, scope_id=section.pk)
    return client_of(user), section


def own_collection(page: Any) -> Collection:
    return PageCollection.objects.get(page=page).collection


@pytest.mark.parametrize("kind", PREFIX)
def test_a_role_on_a_page_uploads_into_the_page_s_collection(section_editor: Any, kind: str) -> None:
    client, section = section_editor
    file = upload(client, kind, f"/admin/pages/{section.pk}/edit/", own_collection(section))
    assert file.collection.name == "Museum"
    listing = client.get(f"/admin/{kind}/")
    assert [item.title for item in listing.context["object_list"]] == ["Neu"]


def test_a_role_on_a_page_uploads_nowhere_else(section_editor: Any) -> None:
    client, section = section_editor
    values = {
        "document-chooser-upload-title": "Neu",
        "document-chooser-upload-file": SimpleUploadedFile("text.txt", b"x", "text/plain"),
        "document-chooser-upload-collection": str(Collection.get_first_root_node().pk),
    }
    client.post("/admin/documents/chooser/create/", values)
    assert not CityDocument.objects.exclude(collection=own_collection(section)).exists()


def test_when_the_page_is_closed_later_uploads_are_closed_too(section_editor: Any, roles: Any) -> None:
    client, section = section_editor
    open_one = own_collection(section)
    restrict(section, roles["staff"])
    file = upload(client, "documents", f"/admin/pages/{section.pk}/edit/", open_one)
    assert file.collection != open_one
    assert Client().get(file.url).status_code == 404


def test_the_second_person_with_the_role_shares_the_collection(section_editor: Any, roles: Any) -> None:
    _client, section = section_editor
    other = make_user("zweite", roles["staff"])
    rights.assign(user=other, role=roles["editors"], scope=RoleAssignment.Scope.PAGE, scope_id=section.pk)
    file = upload(client_of(other), "documents", f"/admin/pages/{section.pk}/edit/", own_collection(section))
    assert file.collection == own_collection(section)
