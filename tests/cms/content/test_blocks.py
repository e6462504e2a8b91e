"""Blocks refuse what must not stand on a page."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from wagtail.images import get_image_model

from cms.content.blocks import ImageBlock, LinkBlock
from tests.conftest import make_page

from .test_images import picture

pytestmark = pytest.mark.django_db


@pytest.fixture
def image() -> Any:
    stored = get_image_model()(title="DSC_0815", file=picture("PNG"))
    stored.save()
    return stored


def test_an_image_needs_a_text_for_those_who_do_not_see_it(image: Any) -> None:
    block = ImageBlock()
    with pytest.raises(ValidationError) as error:
        block.clean(block.to_python({"image": image.pk, "alt": "", "decorative": False, "caption": ""}))
    assert "alt" in error.value.block_errors


@pytest.mark.parametrize("values", [{"alt": "Der Dom im Abendlicht"}, {"decorative": True}])
def test_a_described_or_decorative_image_is_accepted(image: Any, values: dict[str, Any]) -> None:
    block = ImageBlock()
    raw = {"image": image.pk, "alt": "", "decorative": False, "caption": "", **values}
    assert block.clean(block.to_python(raw))["image"] == image


def test_a_decorative_image_has_an_empty_text_and_a_described_one_its_own(client: Any, home: Any, image: Any) -> None:
    blocks = [
        {"type": "image", "value": {"image": image.pk, "alt": "Der Dom", "decorative": False, "caption": ""}},
        {"type": "image", "value": {"image": image.pk, "alt": "", "decorative": True, "caption": ""}},
    ]
    import json

    make_page(home, "Bilder", body=json.dumps(blocks))
    body = client.get("/bilder/").content.decode()
    assert 'alt="Der Dom"' in body
    assert 'alt=""' in body
    assert "DSC_0815" not in body


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "JaVaScript:alert(1)",
        " javascript:alert(1)",
        "data:text/html,x",
        "vbscript:x",
        "mainz.de",
        "",
    ],
)
def test_a_link_with_an_unsafe_or_missing_target_is_refused(url: str) -> None:
    block = LinkBlock()
    with pytest.raises(ValidationError):
        block.clean(block.to_python({"label": "Hier", "page": None, "url": url}))


@pytest.mark.parametrize("url", ["https://www.mainz.de/", "/aemter/", "mailto:a@mainz.example", "tel:115"])
def test_a_safe_link_is_accepted(url: str) -> None:
    block = LinkBlock()
    assert block.clean(block.to_python({"label": "Hier", "page": None, "url": url}))["url"] == url


def test_blocks_of_things_that_were_deleted_show_nothing(client: Any, home: Any) -> None:
    import json

    kinds = ("unit_contact", "opening_hours", "document")
    make_page(home, "Verwaist", body=json.dumps([{"type": kind, "value": 999_999} for kind in kinds]))
    assert client.get("/verwaist/").status_code == 200
