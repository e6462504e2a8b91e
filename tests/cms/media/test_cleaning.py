"""What is stored says nothing about places, devices and persons."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import ExifTags, Image, ImageCms, ImageFile
from wagtail.images.forms import get_image_form
from wagtail.models import Collection

from cms.media.cleaning import cleaned
from cms.media.jobs import clean_images
from cms.media.models import CityImage

from .making import SECRETS, animation, drawing, loaded, profile, stored

NAMES = {"JPEG": "a.jpg", "PNG": "a.png", "WEBP": "a.webp", "AVIF": "a.avif"}


def clean(raw: bytes, name: str = "a.jpg") -> bytes:
    return cleaned(BytesIO(raw), name).file.read()


def opened(raw: bytes) -> Image.Image:
    image = Image.open(BytesIO(raw))
    image.load()
    return image


@pytest.mark.parametrize("kind", NAMES)
def test_the_files_of_these_tests_hold_what_must_go(kind: str) -> None:
    raw = loaded(kind)
    assert all(secret in raw for secret in SECRETS)
    assert opened(raw).getexif().get_ifd(ExifTags.IFD.GPSInfo)


@pytest.mark.parametrize("kind", NAMES)
def test_place_device_maker_note_and_foreign_words_are_gone(kind: str) -> None:
    raw = clean(loaded(kind), NAMES[kind])
    assert [secret for secret in SECRETS if secret in raw] == []
    found = opened(raw)
    assert found.format == kind
    assert dict(found.getexif().get_ifd(ExifTags.IFD.GPSInfo)) == {}
    assert set(found.getexif()) <= {ExifTags.Base.Copyright}
    assert not any(key in found.info for key in ("xmp", "photoshop", "comment"))


@pytest.mark.parametrize("kind", NAMES)
def test_copyright_and_colour_profile_stay(kind: str) -> None:
    found = opened(clean(loaded(kind), NAMES[kind]))
    assert found.getexif()[ExifTags.Base.Copyright] == "Jana Rhein"
    assert found.info["icc_profile"] == profile()


@pytest.mark.parametrize("kind", NAMES)
def test_a_turned_picture_is_stored_upright(kind: str) -> None:
    found = opened(clean(loaded(kind, orientation=6), NAMES[kind])).convert("RGB")
    assert found.size == (40, 60)
    red, green, blue = found.getpixel((20, 10))  # what was left is on top now
    assert red > 200
    assert blue < 60
    assert green < 60
    assert ExifTags.Base.Orientation not in found.getexif()


def test_a_photo_that_needs_no_turn_keeps_its_tables() -> None:
    buffer = BytesIO()
    drawing().save(buffer, "JPEG", quality=60)
    assert opened(clean(buffer.getvalue())).quantization == opened(buffer.getvalue()).quantization


def test_what_follows_the_end_of_a_photo_is_left_behind() -> None:
    assert b"VIDEO" not in clean(loaded("JPEG") + b"VIDEO of a moving photo")


@pytest.mark.parametrize("with_profile", [True, False])
def test_print_colours_become_screen_colours(with_profile: bool) -> None:
    buffer = BytesIO()
    drawing(mode="CMYK").save(buffer, "JPEG", **({"icc_profile": profile()} if with_profile else {}))
    found = opened(clean(buffer.getvalue()))
    assert found.mode == "RGB"
    assert "icc_profile" not in found.info


def test_sixteen_bits_become_eight() -> None:
    buffer = BytesIO()
    Image.new("I;16", (20, 20), 65535 // 2).save(buffer, "PNG")
    found = opened(clean(buffer.getvalue(), "a.png"))
    assert found.mode == "L"
    assert found.getpixel((5, 5)) in (127, 128)


@pytest.mark.parametrize(("mode", "kind"), [("RGBA", "PNG"), ("LA", "PNG"), ("RGBA", "WEBP"), ("RGBA", "AVIF")])
def test_transparency_stays(mode: str, kind: str) -> None:
    buffer = BytesIO()
    Image.new(mode, (20, 20)).save(buffer, kind)
    assert opened(clean(buffer.getvalue(), NAMES[kind])).convert("RGBA").getpixel((5, 5))[3] == 0


def test_transparency_of_a_palette_stays() -> None:
    buffer = BytesIO()
    image = Image.new("P", (20, 20), 1)
    image.putpalette([255, 0, 0, 0, 255, 0])
    image.save(buffer, "PNG", transparency=1)
    assert opened(clean(buffer.getvalue(), "a.png")).convert("RGBA").getpixel((5, 5))[3] == 0


@pytest.mark.parametrize(("kind", "name"), [("GIF", "a.gif"), ("WEBP", "a.webp")])
def test_an_animation_keeps_its_frames_and_times(kind: str, name: str) -> None:
    result = cleaned(BytesIO(animation(kind)), name)
    found = Image.open(result.file)
    assert found.n_frames == 3
    found.seek(1)
    found.load()
    assert found.info["duration"] == 100
    assert result.file.is_animated_image


def test_a_comment_in_a_gif_is_gone() -> None:
    buffer = BytesIO()
    drawing().save(buffer, "GIF", comment=b"Gaustrasse 5")
    assert b"Gaustrasse" in buffer.getvalue()
    assert b"Gaustrasse" not in clean(buffer.getvalue(), "a.gif")


@pytest.mark.django_db
def test_what_says_itself_who_made_it_needs_no_typing(home: Any) -> None:
    form = get_image_form(CityImage)(
        data={"title": "Dom", "collection": Collection.get_first_root_node().pk},
        files={"file": SimpleUploadedFile("dom.jpg", loaded("JPEG"))},
    )
    assert form.is_valid(), form.errors
    assert form.save().credit == "Jana Rhein"


@pytest.mark.django_db
def test_no_way_leads_past_the_cleaning(home: Any) -> None:
    by_value = stored(loaded("JPEG", orientation=6))
    by_field = CityImage(title="Dom", collection=Collection.get_first_root_node())
    by_field.file.save("dom.jpg", ContentFile(loaded("JPEG")), save=False)
    by_field.save()
    for image in (by_value, by_field):
        image = CityImage.objects.get(pk=image.pk)
        with image.open_file() as handle:
            raw = handle.read()
        assert [secret for secret in SECRETS if secret in raw] == []
        assert image.is_cleaned
        assert (image.width, image.height) == opened(raw).size


@pytest.mark.django_db
@pytest.mark.parametrize("lenient", [False, True])
def test_a_damaged_photo_is_an_error_beside_the_field(home: Any, monkeypatch: Any, lenient: bool) -> None:
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", lenient)  # a library may have set it
    buffer = BytesIO()
    drawing((900, 900)).save(buffer, "JPEG")
    raw = buffer.getvalue()
    form = get_image_form(CityImage)(
        data={"title": "Dom", "collection": Collection.get_first_root_node().pk},
        files={"file": SimpleUploadedFile("dom.jpg", raw[: len(raw) * 2 // 3])},
    )
    assert not form.is_valid()
    assert "file" in form.errors


@pytest.mark.django_db
def test_images_stored_before_are_written_anew(home: Any, django_capture_on_commit_callbacks: Any) -> None:
    image = stored()
    name = image.file.storage.save("original_images/alt.jpg", ContentFile(loaded("JPEG", orientation=6)))
    CityImage.objects.filter(pk=image.pk).update(
        file=name, width=60, height=40, is_cleaned=False, focal_point_x=5, focal_point_y=5, focal_point_width=2,
        focal_point_height=2,
    )  # fmt: skip
    assert clean_images.call() == 1
    image = CityImage.objects.get(pk=image.pk)
    with image.open_file() as handle:
        raw = handle.read()
    assert [secret for secret in SECRETS if secret in raw] == []
    assert (image.width, image.height, image.is_cleaned, image.credit) == (40, 60, True, "Jana Rhein")
    assert not image.has_focal_point()
    assert clean_images.call() == 0


def test_the_profile_of_these_tests_is_one() -> None:
    assert ImageCms.getProfileDescription(ImageCms.ImageCmsProfile(BytesIO(profile())))
