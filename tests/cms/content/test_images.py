"""Image uploads through the form editors use."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image as PillowImage
from wagtail.images import get_image_model
from wagtail.images.forms import get_image_form
from wagtail.models import Collection

from tests.conftest import client_of, make_user

pytestmark = pytest.mark.django_db
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


def picture_bytes(kind: str) -> bytes:
    buffer = BytesIO()
    PillowImage.new("RGB", (40, 30)).save(buffer, kind)
    return buffer.getvalue()


def picture(kind: str, name: str = "bild.png") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, picture_bytes(kind))


def errors_of(upload: SimpleUploadedFile) -> str:
    """Return the form's reasons to refuse ``upload``, "" when it is accepted."""
    form = get_image_form(get_image_model())(data={"title": "Bild"}, files={"file": upload})
    form.is_valid()
    return " ".join(form.errors.get("file", []))


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("bild.svg", SVG),
        ("bild.png", SVG),
        ("bild.jpg", b'<?xml version="1.0"?>' + SVG),
        ("bild.png", b"%PDF-1.4"),
        ("bild.png", b""),
        ("bild.gif", b"GIF89a<script>alert(1)</script>"),
        ("bild.png", picture_bytes("PNG")[:40]),
        ("bild.jpg", picture_bytes("JPEG")[:30]),
        ("bild.webp", picture_bytes("WEBP")[:20]),
        ("bild.exe", b"MZ"),
        ("bild", b"x"),
    ],
)
def test_what_is_no_image_is_refused_with_a_reason(name: str, data: bytes) -> None:
    assert errors_of(SimpleUploadedFile(name, data))


def test_an_image_called_something_else_is_refused() -> None:
    assert errors_of(picture("PNG", "bild.jpg"))


def test_a_file_that_is_too_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    from wagtail.images.fields import WagtailImageField

    monkeypatch.setattr(WagtailImageField, "__init__", _small(WagtailImageField.__init__))
    assert errors_of(picture("PNG"))


def _small(original: Any) -> Any:
    def build(self: Any, *args: Any, **kwargs: Any) -> None:
        original(self, *args, **kwargs)
        self.max_upload_size = 10

    return build


@pytest.mark.parametrize(("kind", "name"), [("PNG", "a.png"), ("JPEG", "a.jpg"), ("WEBP", "a.webp"), ("GIF", "a.gif")])
def test_honest_images_are_accepted(kind: str, name: str) -> None:
    assert errors_of(picture(kind, name)) == ""


@pytest.mark.parametrize("data", [SVG, b"GIF89a<script>", b""])
def test_the_admin_shows_the_reason_beside_the_field(home: Any, roles: Any, data: bytes) -> None:
    client = client_of(make_user("verwaltung", is_superuser=True))
    upload = SimpleUploadedFile("bild.gif", data)
    root = Collection.get_first_root_node()
    answer = client.post("/admin/images/add/", {"title": "Mein Bild", "file": upload, "collection": root.pk})
    assert answer.status_code == 200
    assert "file" in answer.context["form"].errors
    assert "Mein Bild" in answer.content.decode()  # nothing typed is lost
    assert not get_image_model().objects.exists()
