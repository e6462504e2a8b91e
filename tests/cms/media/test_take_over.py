"""Images of an installation that stored them in Wagtail's own table."""

from __future__ import annotations

import json
from importlib import import_module
from types import SimpleNamespace
from typing import Any

import pytest
from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection
from wagtail.images.models import Image, Rendition
from wagtail.models import Collection, ReferenceIndex

from cms.content.models import CityDocument
from cms.media.models import CityImage, DocumentDetails
from tests.conftest import make_page

from .making import loaded

pytestmark = pytest.mark.django_db
MIGRATION = import_module("cms.media.migrations.0003_take_over_images")


def migrate(direction: Any) -> None:
    """Run the real statements in the test's transaction; the tables are the same before and after."""
    direction(apps, SimpleNamespace(connection=connection))


@pytest.fixture
def old(home: Any) -> Any:
    """An image of before with tags, focal point, size, a collection of its own and a page, and a document."""
    collection = Collection.get_first_root_node().add_child(name="Fotos")
    name = default_storage.save("original_images/alt.gif", ContentFile(loaded("JPEG")))
    image = Image.objects.create(
        id=4711, title="Alter Dom", file=name, description="Der Dom", width=60, height=40, collection_id=collection.pk,
        focal_point_x=10, focal_point_y=11, focal_point_width=12, focal_point_height=13, file_size=99, file_hash="abc",
    )  # fmt: skip
    small = default_storage.save("images/alt.width-20.gif", ContentFile(b"klein"))
    Rendition.objects.create(image=image, file=small, filter_spec="width-20", width=20, height=13)
    kind = ContentType.objects.get_for_model(Image)
    image.tags.add("Dom")
    page = make_page(home, "Bilder", body=json.dumps([{"type": "image", "value": {"image": 4711, "alt": "Dom"}}]))
    ReferenceIndex.objects.all().delete()
    ReferenceIndex.objects.create(
        base_content_type=page.page_ptr.content_type, content_type=page.content_type, object_id=page.pk,
        to_content_type_id=kind.pk, to_object_id="4711", model_path="body.item.value.image",
        content_path="body.x.image", content_path_hash="00000000-0000-0000-0000-000000000001",
    )  # fmt: skip
    document = CityDocument(title="Plan", collection=collection)
    document.file.save("plan.pdf", ContentFile(b"%PDF-1.4"), save=False)
    document.save()
    DocumentDetails.objects.all().delete()
    return page, name, small


def test_images_keep_ids_tags_focal_point_collection_and_uses(
    old: Any, django_capture_on_commit_callbacks: Any
) -> None:
    page, name, small = old
    with django_capture_on_commit_callbacks(execute=True):
        migrate(MIGRATION.forwards)
    image = CityImage.objects.get()
    assert (image.pk, image.title, image.file.name, image.description) == (4711, "Alter Dom", name, "Der Dom")
    assert (image.focal_point_x, image.focal_point_height, image.collection.name) == (10, 13, "Fotos")
    assert [tag.name for tag in image.tags.all()] == ["Dom"]
    assert [str(row[0]) for row in image.get_usage()] == ["Bilder"]
    assert type(page).objects.get(pk=page.pk).body[0].value["image"] == image
    assert image.animated
    assert not image.is_cleaned
    assert not Image.objects.exists()
    assert not Rendition.objects.exists()
    assert default_storage.exists(name)
    assert not default_storage.exists(small)
    assert DocumentDetails.objects.get().address == CityDocument.objects.get().file.name


def test_the_next_image_gets_a_new_id(old: Any) -> None:
    migrate(MIGRATION.forwards)
    image = CityImage(title="Neu", file=ContentFile(loaded("JPEG"), name="neu.jpg"))
    image.save()
    assert image.pk > 4711


def test_back_again_they_are_wagtails(old: Any) -> None:
    migrate(MIGRATION.forwards)
    migrate(MIGRATION.backwards)
    assert Image.objects.values_list("pk", "title").get() == (4711, "Alter Dom")
    assert [tag.name for tag in Image.objects.get().tags.all()] == ["Dom"]
    assert not CityImage.objects.exists()


def test_an_empty_installation_has_nothing_to_take_over(home: Any) -> None:
    migrate(MIGRATION.forwards)
    migrate(MIGRATION.backwards)
    assert not CityImage.objects.exists()
