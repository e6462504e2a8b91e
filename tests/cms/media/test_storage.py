"""The same on a disk and in an object store: images, sizes, documents, versions, deleting."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.core.files.storage import default_storage
from moto.server import ThreadedMotoServer
from PIL import Image
from wagtail.tasks import delete_file_from_storage_task

from cms.content.documents import extract
from cms.content.models import CityDocument
from cms.media.jobs import make_renditions
from cms.media.models import CityImage
from tests.conftest import client_of, make_user

from .making import SECRETS, loaded, stored
from .test_documents import document, replace

pytestmark = pytest.mark.django_db
BUCKET = "medien"


@pytest.fixture(scope="module")
def object_store() -> Iterator[str]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture(params=["disk", "object store"])
def storage(request: pytest.FixtureRequest, settings: Any) -> Any:
    """The default storage, of both kinds."""
    if request.param == "object store":
        address = request.getfixturevalue("object_store")
        options = {
            "bucket_name": BUCKET, "endpoint_url": address, "access_key": "k", "secret_key": "s",
            "region_name": "us-east-1", "default_acl": None, "file_overwrite": False,
        }  # fmt: skip
        settings.STORAGES = {
            **settings.STORAGES,
            "default": {"BACKEND": "cms.access.storage.PrivateS3Storage", "OPTIONS": options},
        }
        default_storage.connection.create_bucket(Bucket=BUCKET)
    return default_storage


@pytest.fixture
def deleting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let files be deleted when that is asked for, not when the worker comes along."""
    kind, original = type(delete_file_from_storage_task), type(delete_file_from_storage_task).enqueue

    def enqueue(task: Any, *args: Any, **kwargs: Any) -> Any:
        if task.module_path == delete_file_from_storage_task.module_path:
            return task.call(*args, **kwargs)
        return original(task, *args, **kwargs)

    monkeypatch.setattr(kind, "enqueue", enqueue)


def content(client: Any, url: str) -> bytes:
    """Return what a reader gets at ``url``, following the way to the object store."""
    answer = client.get(url)
    if answer.status_code == 302:
        import urllib.request

        assert urlsplit(answer["Location"]).path.startswith(f"/{BUCKET}/")
        with urllib.request.urlopen(answer["Location"]) as found:  # noqa: S310
            return found.read()
    assert answer.status_code == 200
    return answer.getvalue()


def test_images_and_their_sizes(client: Any, home: Any, storage: Any) -> None:
    image = stored(loaded("JPEG", size=(700, 500)), "dom.jpg")
    assert make_renditions.call(image.pk) == 7
    raw = content(client, image.file.url)
    assert [secret for secret in SECRETS if secret in raw] == []
    for rendition in image.renditions.all():
        assert rendition.url.startswith("/media/images/")
        assert Image.open(BytesIO(content(client, rendition.url))).width == rendition.width


def test_documents_and_their_versions(client: Any, home: Any, storage: Any) -> None:
    found = document(b"Spargelzeit")
    extract(found.pk)
    assert CityDocument.objects.get().extracted_pages == ["Spargelzeit"]
    boss = client_of(make_user("leitung", is_superuser=True))
    assert replace(found, b"Zweite Fassung", "zwei.txt", client=boss).status_code == 302
    assert content(client, found.url) == b"Zweite Fassung"
    assert content(boss, f"/admin/documents/{found.pk}/versions/1/") == b"Spargelzeit"


def test_files_go_after_the_commit(
    client: Any, home: Any, storage: Any, deleting: None, django_capture_on_commit_callbacks: Any
) -> None:
    image, found = stored(), document()
    image.get_rendition("width-20")
    boss = client_of(make_user("leitung", is_superuser=True))
    replace(found, b"Zweite", "zwei.txt", client=boss)
    names = [image.file.name, image.renditions.get().file.name, found.file.name, CityDocument.objects.get().file.name]
    with django_capture_on_commit_callbacks(execute=True):
        CityImage.objects.get().delete()
        CityDocument.objects.get().delete()
        assert all(storage.exists(name) for name in names)
    assert not any(storage.exists(name) for name in names)


def test_a_new_file_of_an_image_takes_the_place_of_the_old_one(
    client: Any, home: Any, storage: Any, deleting: None, django_capture_on_commit_callbacks: Any
) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    image = stored()
    image.get_rendition("width-20")
    old = image.file.name
    boss = client_of(make_user("leitung", is_superuser=True))
    values = {
        "title": "Dom", "collection": image.collection_id, "tags": "", "credit": "Jana Rhein",
        "file": SimpleUploadedFile("neu.jpg", loaded("JPEG", orientation=6)),
    }  # fmt: skip
    with django_capture_on_commit_callbacks(execute=True):
        answer = boss.post(f"/admin/images/{image.pk}/", values)
        assert answer.status_code == 302, answer.context["form"].errors
        assert storage.exists(old)
    now = CityImage.objects.get()
    assert not storage.exists(old)
    assert storage.exists(now.file.name)
    assert (now.width, now.height, now.is_cleaned) == (40, 60, True)
    assert not now.renditions.filter(filter_spec="width-20").exists()
