"""Uploaded files are read through one checked view."""

from __future__ import annotations

import time
from io import BytesIO
from posixpath import basename
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.files.base import ContentFile
from django.core.files.images import ImageFile
from django.core.files.storage import default_storage
from PIL import Image as PillowImage
from wagtail.images import get_image_model
from wagtail.models import Collection, CollectionViewRestriction

from cms.access.pages import visible_in_collections
from cms.access.storage import PrivateS3Storage
from cms.content.documents import extract
from cms.content.models import CityDocument
from search.indexing import project_pending
from search.queries import SearchQuery, search
from tests.conftest import client_of, make_user

pytestmark = pytest.mark.django_db


def make_collection(name: str, parent: Collection | None = None) -> Collection:
    return (parent or Collection.get_first_root_node()).add_child(name=name)


def close(collection: Collection, *groups: Any) -> CollectionViewRestriction:
    kind = CollectionViewRestriction.GROUPS if groups else CollectionViewRestriction.LOGIN
    restriction = CollectionViewRestriction.objects.create(collection=collection, restriction_type=kind)
    restriction.groups.set(groups)
    return restriction


def make_document(collection: Collection, name: str = "plan.txt", data: bytes = b"Text") -> CityDocument:
    document = CityDocument(title=name, collection=collection)
    document.file.save(name, ContentFile(data), save=False)
    document.save()
    return document


def make_image(collection: Collection) -> Any:
    buffer = BytesIO()
    PillowImage.new("RGB", (40, 30)).save(buffer, "PNG")
    image = get_image_model()(title="Bild", collection=collection, file=ImageFile(buffer, name="bild.png"))
    image.save()
    return image


def test_a_collection_below_a_closed_one_is_closed(roles: Any, staff_user: Any) -> None:
    outer = make_collection("Personal")
    inner = make_collection("Merkblätter", outer)
    document = make_document(inner)
    close(outer, roles["staff"])
    assert not visible_in_collections(None, CityDocument.objects.all()).exists()
    assert visible_in_collections(staff_user, CityDocument.objects.all()).get() == document


def test_restrictions_of_collections_accumulate(roles: Any, staff_user: Any) -> None:
    outer = make_collection("Personal")
    inner = make_collection("Redaktion", outer)
    close(outer, roles["staff"])
    close(inner, roles["editors"])
    make_document(inner)
    both = make_user("beides", roles["staff"], roles["editors"])
    readers = {"staff": staff_user, "editor only": make_user("e", roles["editors"]), "both": both}
    found = {name: visible_in_collections(who, CityDocument.objects.all()).exists() for name, who in readers.items()}
    assert found == {"staff": False, "editor only": False, "both": True}


def test_a_file_moved_into_a_closed_collection_disappears_at_once(client: Any, home: Any, roles: Any) -> None:
    document = make_document(make_collection("Offen"))
    closed = make_collection("Zu")
    close(closed, roles["staff"])
    assert client.get(document.url).status_code == 200
    document.collection = closed
    document.save()
    assert client.get(document.url).status_code == 404


def test_a_collection_moved_in_the_admin_takes_the_new_place_s_rule(client: Any, home: Any, roles: Any) -> None:
    moved = make_collection("Offen")
    below, closed = make_collection("Darunter", moved), make_collection("Zu")
    close(closed, roles["staff"])
    document = make_document(below, "spargel.txt", b"Spargelzeit")
    extract(document.pk)
    project_pending(500)
    admin = client_of(make_user("verwaltung", is_superuser=True))
    for parent, status, found in ((closed, 404, 0), (Collection.get_first_root_node(), 200, 1)):
        answer = admin.post(f"/admin/collections/{moved.pk}/", {"name": "Offen", "parent": parent.pk})
        assert answer.status_code == 302
        assert client.get(document.url).status_code == status
        assert search(SearchQuery(text="Spargelzeit"), reader=None).total == found


def test_documents_moved_together_in_the_admin_disappear_from_the_search(client: Any, home: Any, roles: Any) -> None:
    closed = make_collection("Zu")
    close(closed, roles["staff"])
    document = make_document(make_collection("Offen"), "spargel.txt", b"Spargelzeit")
    extract(document.pk)
    project_pending(500)
    assert search(SearchQuery(text="Spargelzeit"), reader=None).total == 1
    admin = client_of(make_user("verwaltung", is_superuser=True))
    url = f"/admin/bulk/content/citydocument/add_to_collection/?id={document.pk}"
    assert admin.post(url, {"collection": closed.pk}).status_code == 302
    document.refresh_from_db()
    assert document.collection == closed
    assert client.get(document.url).status_code == 404
    assert search(SearchQuery(text="Spargelzeit"), reader=None).total == 0


def test_a_rendition_follows_its_image(client: Any, home: Any, roles: Any, staff_user: Any) -> None:
    collection = make_collection("Bilder")
    image = make_image(collection)
    small = image.get_rendition("width-20")
    assert client.get(small.url)["Content-Type"] == "image/png"
    close(collection, roles["staff"])
    assert client.get(small.url).status_code == 404
    assert client_of(staff_user).get(small.url).status_code == 200


def test_deleting_the_group_opens_no_file(client: Any, home: Any, roles: Any, staff_user: Any) -> None:
    collection = make_collection("Zu")
    close(collection, roles["staff"])
    document = make_document(collection)
    roles["staff"].delete()
    for reader in (client, client_of(staff_user)):
        assert reader.get(document.url).status_code == 404


def test_a_closed_file_is_refused_to_the_head_method_as_well(client: Any, home: Any) -> None:
    collection = make_collection("Zu")
    close(collection)
    assert client.head(make_document(collection).url).status_code == 404


@pytest.mark.parametrize(
    ("name", "disposition"),
    [("plan.pdf", "inline"), ("plan.txt", "attachment"), ("liste.csv", "attachment")],
)
def test_only_harmless_kinds_are_shown_in_place(client: Any, home: Any, name: str, disposition: str) -> None:
    answer = client.get(make_document(make_collection("Offen"), name, b"%PDF-1.4").url)
    assert answer["Content-Disposition"].startswith(disposition)
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]


@pytest.mark.parametrize(
    "path",
    [
        "/media/../manage.py",
        "/media/documents/../../manage.py",
        "/media/%2e%2e/manage.py",
        "/media/%2e%2e%2fmanage.py",
        "/media//etc/passwd",
        "/media/documents//plan.txt",
        "/media/./documents/plan.txt",
        f"/media/{'x' * 5000}",
        "/media/documents/\N{GRINNING FACE}.pdf",
    ],
)
def test_odd_paths_lead_nowhere(client: Any, home: Any, path: str) -> None:
    make_document(make_collection("Offen"))
    assert client.get(path).status_code == 404


def test_a_stored_file_that_no_record_knows_is_not_served(client: Any, home: Any) -> None:
    name = default_storage.save("documents/vergessen.txt", ContentFile(b"Text"))
    assert client.get(f"/media/{name}").status_code == 404


def test_a_record_whose_file_is_gone_is_a_404(client: Any, home: Any) -> None:
    document = make_document(make_collection("Offen"))
    default_storage.delete(document.file.name)
    assert client.get(document.url).status_code == 404


def test_a_part_of_a_file_is_answered(client: Any, roles: Any) -> None:
    url = make_document(Collection.get_first_root_node(), data=b"0123456789").url
    for wanted, expected in (("bytes=2-4", b"234"), ("bytes=7-", b"789"), ("bytes=-2", b"89"), ("bytes=8-99", b"89")):
        answer = client.get(url, headers={"range": wanted})
        body = answer.getvalue()
        assert (answer.status_code, body) == (206, expected), wanted
        assert answer["Content-Length"] == str(len(expected))
    assert client.get(url, headers={"range": "bytes=2-4"})["Content-Range"] == "bytes 2-4/10"
    assert client.get(url, headers={"range": "bytes=10-"}).status_code == 416
    for odd in ("bytes=5-2", "bytes=-", "lines=1-2", "bytes=0-1,4-5"):
        assert client.get(url, headers={"range": odd}).getvalue() == b"0123456789", odd


def test_a_part_of_an_older_version_is_not_mixed_with_the_new_one(client: Any, roles: Any) -> None:
    url = make_document(Collection.get_first_root_node(), data=b"0123456789").url
    etag = client.get(url)["ETag"]
    assert client.get(url, headers={"range": "bytes=0-1", "if-range": etag}).status_code == 206
    assert client.get(url, headers={"range": "bytes=0-1", "if-range": '"old"'}).status_code == 200


def test_an_unchanged_file_is_not_sent_again_but_still_checked(client: Any, roles: Any, staff_user: Any) -> None:
    collection = make_collection("Personal")
    close(collection, roles["staff"])
    url = make_document(collection).url
    staff = client_of(staff_user)
    etag, modified = staff.get(url)["ETag"], staff.get(url)["Last-Modified"]
    assert staff.get(url, headers={"if-none-match": etag}).status_code == 304
    assert staff.get(url, headers={"if-modified-since": modified}).status_code == 304
    assert client.get(url, headers={"if-none-match": etag}).status_code == 404
    assert client.get(url, headers={"range": "bytes=0-1"}).status_code == 404


def test_the_web_server_sends_only_what_was_checked(client: Any, roles: Any, staff_user: Any, settings: Any) -> None:
    settings.MEDIA_ACCEL_PREFIX = "/protected/"
    collection = make_collection("Personal")
    close(collection, roles["staff"])
    document = make_document(collection, name="grüner plan.txt")
    answer = client_of(staff_user).get(document.url)
    assert answer["X-Accel-Redirect"] == "/protected/" + document.url.removeprefix("/media/")
    assert answer.content == b""
    assert "private" in answer["Cache-Control"]
    hidden = client.get(document.url)
    assert (hidden.status_code, hidden.has_header("X-Accel-Redirect")) == (404, False)


def test_object_storage_gets_a_short_lived_address(
    client: Any, roles: Any, staff_user: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    collection = make_collection("Personal")
    close(collection, roles["staff"])
    document = make_document(collection)
    bucket = PrivateS3Storage(
        bucket_name="media", endpoint_url="https://s3.example", access_key="key", secret_key="secret", region_name="eu"
    )
    monkeypatch.setattr("cms.access.media.default_storage", bucket)
    answer = client_of(staff_user).get(document.url)
    assert answer.status_code == 302
    address = urlsplit(answer["Location"])
    query = parse_qs(address.query)
    assert (address.hostname, address.path) == ("s3.example", f"/media/{document.file.name}")
    assert query.get("X-Amz-Expires") == ["60"] or int(query["Expires"][0]) - time.time() <= 61
    assert query["response-content-disposition"] == [f'attachment; filename="{basename(document.file.name)}"']
    assert {"Signature", "X-Amz-Signature"} & set(query)
    assert "no-store" in answer["Cache-Control"]
    assert client.get(document.url).status_code == 404


def test_a_file_costs_one_query_for_the_public(client: Any, roles: Any, django_assert_num_queries: Any) -> None:
    url = make_document(Collection.get_first_root_node()).url
    client.get(url)  # the process reads the rules once
    with django_assert_num_queries(1):
        assert client.get(url).status_code == 200
