"""Pictures on pages: sizes and formats, credit, who sees them, and when no more."""

from __future__ import annotations

import json
import re
from datetime import date, datetime, timedelta
from io import BytesIO
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from PIL import Image, ImageFile
from wagtail.models import Collection, CollectionViewRestriction

from cms.media.jobs import make_renditions
from cms.media.models import CityImage, ImageLicence
from cms.media.pictures import Gallery, show
from cms.media.sizes import FALLBACK_WIDTH, RATIOS, WIDTHS, sizes_of
from tests.conftest import client_of, make_page

from .making import animation, drawing, stored

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 28)


def reader(user: Any = None) -> Any:
    from django.contrib.auth.models import AnonymousUser

    request = RequestFactory().get("/")
    request.user = user or AnonymousUser()
    return request


def page_with(home: Any, *images: CityImage, **values: Any) -> Any:
    blocks = [
        {"type": "image", "value": {"image": image.pk, "alt": "Der Dom", "decorative": False, "caption": "", **values}}
        for image in images
    ]
    return make_page(home, "Bilder", slug="bilder", body=json.dumps(blocks))


def body_of(client: Any) -> str:
    answer = client.get("/bilder/")
    assert answer.status_code == 200
    return answer.content.decode()


def png(image: Image.Image, **options: Any) -> bytes:
    buffer = BytesIO()
    image.save(buffer, "PNG", **options)
    return buffer.getvalue()


def test_a_photo_is_offered_in_two_formats_and_all_widths(client: Any, home: Any) -> None:
    image = stored()
    assert make_renditions.call(image.pk) == 11
    page_with(home, image)
    body = body_of(client)
    for kind in ("avif", "webp"):
        source = re.search(rf'<source type="image/{kind}" srcset="([^"]+)" sizes="([^"]+)"', body)
        assert source
        files = [entry.rsplit(" ", 1) for entry in source[1].split(", ")]
        assert [width for _url, width in files] == ["320w", "640w", "960w", "1280w", "1600w"]
        for url, width in files:
            found = Image.open(BytesIO(client.get(url).getvalue()))
            assert (found.format, f"{found.width}w") == (kind.upper(), width)
    img = re.search(r'<img src="([^"]+)" width="(\d+)" height="(\d+)" alt="Der Dom" loading="lazy"', body)
    assert img
    fallback = Image.open(BytesIO(client.get(img[1]).getvalue()))
    assert (fallback.format, fallback.size) == ("JPEG", (int(img[2]), int(img[3]))) == ("JPEG", (960, 720))


def test_the_reader_waits_for_one_size_and_the_worker_makes_the_others(
    client: Any, home: Any, django_capture_on_commit_callbacks: Any
) -> None:
    image = stored()
    page_with(home, image)
    assert "<source" not in body_of(client)
    assert [rendition.filter_spec for rendition in image.renditions.all()] == [f"width-{FALLBACK_WIDTH}|format-jpeg"]


def test_an_upload_has_its_sizes_made_by_the_worker(home: Any, django_capture_on_commit_callbacks: Any) -> None:
    from django_tasks_db.models import DBTaskResult

    with django_capture_on_commit_callbacks(execute=True):
        image = stored()
    tasks = DBTaskResult.objects.filter(task_path__endswith="make_renditions")
    assert [task.args_kwargs["args"] for task in tasks] == [[image.pk, ""]]


@pytest.mark.parametrize("ratio", RATIOS)
@pytest.mark.parametrize("size", [(4000, 3000), (700, 200), (200, 900), (10, 10), (1920, 1080)])
def test_no_size_is_larger_than_the_picture_and_there_are_few(ratio: str, size: tuple[int, int]) -> None:
    image = CityImage(title="x", width=size[0], height=size[1])
    image.file.name = "original_images/x.jpg"
    specs = sizes_of(image, ratio)
    assert len(specs.all()) <= 1 + 2 * len(WIDTHS)
    for spec in specs.all():
        width = int(re.findall(r"\d+", spec)[0])
        assert width <= size[0]


def test_a_picture_is_cut_around_its_focal_point(home: Any) -> None:
    raw = BytesIO()
    picture = Image.new("RGB", (1200, 400), "blue")
    picture.paste("red", (1000, 0, 1200, 400))
    picture.save(raw, "PNG")
    image = stored(raw.getvalue(), "a.png", focal_point_x=1100, focal_point_y=200, focal_point_width=50,
                   focal_point_height=50)  # fmt: skip
    shown = show(reader(), image, ratio="1:1")
    assert shown
    assert (shown.width, shown.height) == (400, 400)
    rendition = image.renditions.get()
    assert Image.open(rendition.file).convert("RGB").getpixel((350, 200))[0] > 200


def test_a_new_focal_point_is_seen_at_once(home: Any) -> None:
    image = stored()
    show(reader(), image, ratio="1:1")
    before = image.renditions.get().file.name
    CityImage.objects.filter(pk=image.pk).update(
        focal_point_x=1500, focal_point_y=600, focal_point_width=20, focal_point_height=20
    )
    shown = show(reader(), image, ratio="1:1")
    assert shown
    assert before not in shown.src


@pytest.mark.parametrize("count", [1, 8])
def test_all_pictures_of_a_page_cost_two_queries(home: Any, count: int) -> None:
    images = [stored() for _number in range(count)]
    for image in images:
        make_renditions.call(image.pk)
    page = page_with(home, *images)
    request = reader()
    show(request, images[0], page=make_page(home, "Leer"))  # rules of the reader are read
    del request._gallery
    list(page.body)  # Wagtail reads the images of its blocks by itself
    with CaptureQueriesContext(
        connection,
    ) as queries:
        for image in images:
            assert show(request, image, page=page).sources
    assert len(queries) == 2, "\n".join(query["sql"][-150:] for query in queries)


def test_credit_and_licence_stand_below(client: Any, home: Any) -> None:
    licence = ImageLicence.objects.get(code="cc-by-4.0")
    page_with(
        home, stored(credit="Jana <Rhein>", licence=licence, source_url="https://bilder.example/1", caption="Am Rhein")
    )
    body = body_of(client)
    assert '<a href="https://bilder.example/1">Jana &lt;Rhein&gt;</a>' in body
    assert '<a href="https://creativecommons.org/licenses/by/4.0/" rel="license">CC BY 4.0</a>' in body
    assert "Am Rhein" in body


def test_the_alternative_text_is_the_page_s_else_the_image_s_never_a_file_name(home: Any) -> None:
    image = stored(title="DSC_0815", description="Der Dom im Abendlicht")
    request = reader()
    assert show(request, image, alt="Nordseite").alt == "Nordseite"
    assert show(request, image).alt == "Der Dom im Abendlicht"
    assert show(request, image, decorative=True).alt == ""
    assert show(reader(), stored(title="DSC_0816")).alt == ""


def test_a_picture_in_a_closed_collection_is_shown_to_its_readers_only(
    client: Any, home: Any, roles: Any, staff_user: Any
) -> None:
    closed = Collection.get_first_root_node().add_child(name="Personal")
    rule = CollectionViewRestriction.objects.create(collection=closed, restriction_type="groups")
    rule.groups.set([roles["staff"]])
    image = stored(title="Geheim", credit="Fotografin Geheim", collection=closed)
    page_with(home, image)
    for body in (body_of(client), body_of(client)):
        assert "<picture" not in body
        assert "Geheim" not in body
    assert "<picture" in body_of(client_of(staff_user))


def test_an_expired_picture_leaves_pages_and_files(client: Any, home: Any, monkeypatch: Any) -> None:
    image = stored(credit="Jana Rhein", expires_on=TODAY, is_cleaned=True)
    make_renditions.call(image.pk)
    page_with(home, image)
    files = [image.file.url, *(rendition.url for rendition in image.renditions.all())]
    end = datetime(2026, 11, 29, tzinfo=ZoneInfo("Europe/Berlin"))
    monkeypatch.setattr(timezone, "now", lambda: end - timedelta(seconds=1))
    assert "<picture" in body_of(client)
    for url in files:
        answer = client.get(url)
        assert (answer.status_code, answer["Cache-Control"]) == (200, "public, max-age=1")
    monkeypatch.setattr(timezone, "now", lambda: end)
    body = body_of(client)
    assert "<picture" not in body
    assert "Jana Rhein" not in body
    for url in files:
        answer = client.get(url)
        assert (answer.status_code, answer.content, answer["Cache-Control"]) == (410, b"", "no-store")


def test_a_file_with_a_later_end_stays_in_caches_as_others_do(client: Any, home: Any, settings: Any) -> None:
    image = stored(expires_on=timezone.localdate() + timedelta(days=30))
    assert client.get(image.file.url)["Cache-Control"] == f"public, max-age={settings.MEDIA_MAX_AGE}"


def test_an_editor_sees_the_expired_picture_marked_in_the_preview(home: Any, editor_user: Any) -> None:
    image = stored(title="Altes Foto", expires_on=TODAY - timedelta(days=400))
    page = page_with(home, image)
    request = page.make_preview_request(preview_mode="")
    body = request.rendered_content if hasattr(request, "rendered_content") else request.content.decode()
    assert "Altes Foto" in body
    assert "figure--hidden" in body
    answer = client_of(editor_user).get(image.file.url)
    assert (answer.status_code, answer["Cache-Control"]) == (200, "private, no-store")


@pytest.mark.parametrize("damage", ["gone", "cut", "replaced"])
def test_a_page_survives_a_broken_file_and_the_editors_are_told(
    client: Any, home: Any, monkeypatch: Any, damage: str
) -> None:
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", False)  # a library may have set it
    image = stored(title="Kaputt")
    name, storage = image.file.name, image.file.storage
    with image.open_file() as handle:
        raw = handle.read()
    storage.delete(name)
    if damage != "gone":
        storage.save(name, ContentFile(raw[:500] if damage == "cut" else b"kein Bild"))
    page = page_with(home, image)
    assert "<picture" not in body_of(client)
    make_renditions.call(image.pk)
    assert CityImage.objects.get(pk=image.pk).problem
    answer = page.make_preview_request(preview_mode="")
    assert "Kaputt" in (answer.rendered_content if hasattr(answer, "rendered_content") else answer.content.decode())


def test_a_repaired_file_is_no_problem_any_more(home: Any) -> None:
    image = stored()
    CityImage.objects.filter(pk=image.pk).update(problem="OSError")
    make_renditions.call(image.pk)
    image.refresh_from_db()
    assert image.problem == ""


def test_an_animation_moves_unless_less_motion_is_wanted(client: Any, home: Any) -> None:
    image = stored(animation(), "welle.gif")
    make_renditions.call(image.pk)
    page_with(home, image)
    body = body_of(client)
    assert f'<img src="{image.file.url}" width="400" height="300"' in body
    assert 'media="(prefers-reduced-motion: reduce)"' in body
    assert "image/avif" not in body
    assert Image.open(BytesIO(client.get(image.file.url).getvalue())).n_frames == 3


def test_a_transparent_picture_stays_transparent(client: Any, home: Any) -> None:
    image = stored(png(Image.new("RGBA", (700, 500))), "logo.png")
    make_renditions.call(image.pk)
    for rendition in image.renditions.all():
        assert Image.open(rendition.file).convert("RGBA").getpixel((5, 5))[3] == 0, rendition.filter_spec


@pytest.mark.parametrize("mode", ["CMYK", "L", "P", "1", "I;16"])
def test_every_kind_of_colour_becomes_a_picture(home: Any, mode: str) -> None:
    buffer = BytesIO()
    if mode == "I;16":
        Image.new(mode, (400, 300), 40000).save(buffer, "PNG")
    else:
        drawing((400, 300), mode).save(buffer, "JPEG" if mode == "CMYK" else "PNG")
    image = stored(buffer.getvalue(), "a.jpg" if mode == "CMYK" else "a.png")
    assert make_renditions.call(image.pk) == 5
    image.refresh_from_db()
    assert image.problem == ""


def test_a_very_large_photo_is_made_small(home: Any) -> None:
    buffer = BytesIO()
    Image.new("RGB", (9000, 6000), "gray").save(buffer, "JPEG")
    image = stored(buffer.getvalue())
    shown = show(reader(), image)
    assert shown
    assert (shown.width, shown.height) == (960, 640)


def test_the_gallery_of_many_reads_once(home: Any) -> None:
    images = [stored(), stored()]
    request = reader()
    gallery = Gallery.of(request)
    gallery.read(image.pk for image in images)
    with CaptureQueriesContext(connection) as queries:
        assert all(gallery.get(image) for image in images)
    assert len(queries) == 0


def test_a_ratio_nobody_knows_is_an_error(home: Any) -> None:
    with pytest.raises(KeyError):
        show(reader(), stored(), ratio="7:3")
