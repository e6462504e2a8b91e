"""A page can't embed what its readers may not see."""

from __future__ import annotations

from typing import Any

import pytest
from wagtail.models import Collection, Page
from wagtail.test.utils.form_data import nested_form_data, streamfield

from cms.access.embedding import hidden_from_readers
from cms.access.models import principal
from cms.access.rules import implies
from cms.content.models import ContentPage, SectionPage
from tests.cms.access.test_media import close, make_collection, make_document, make_image
from tests.conftest import client_of, make_page, make_unit, make_user, restrict

pytestmark = pytest.mark.django_db
STAFF, AGENTS = principal("group:1"), principal("group:2")
SIGNED_IN = principal("signed-in")


@pytest.mark.parametrize(
    ("narrow", "wide", "expected"),
    [
        ([], [], True),
        ([], [[STAFF]], False),
        ([[STAFF]], [], True),
        ([[STAFF]], [[STAFF, AGENTS]], True),
        ([[STAFF, AGENTS]], [[STAFF]], False),
        ([[STAFF]], [[SIGNED_IN]], True),
        ([[SIGNED_IN]], [[STAFF]], False),
        ([[STAFF], [AGENTS]], [[AGENTS]], True),
        ([[principal("group:1", end="2026-01-01T00:00:00+00:00")]], [[STAFF]], True),
        ([[STAFF]], [[principal("group:1", end="2026-01-01T00:00:00+00:00")]], False),
        ([[principal("nobody")]], [[AGENTS]], True),
    ],
)
def test_who_satisfies_one_rule_satisfies_the_other(narrow: Any, wide: Any, expected: bool) -> None:
    assert implies(narrow, wide) is expected


def test_what_readers_miss_is_found(home: Any, roles: Any) -> None:
    closed = make_collection("Personal")
    close(closed, roles["staff"])
    image, document, unit = make_image(closed), make_document(closed), make_unit()
    open_image = make_image(Collection.get_first_root_node())
    body = [
        ("image", {"image": image, "alt": "x", "decorative": False, "caption": ""}),
        ("image", {"image": open_image, "alt": "x", "decorative": False, "caption": ""}),
        ("document", document),
        ("unit_contact", unit),
    ]
    page = make_page(home, "Öffentlich", body=body)
    assert set(hidden_from_readers(page)) == {image, document}
    restrict(page, roles["staff"])
    assert hidden_from_readers(page) == []
    page.view_restrictions.get().groups.set([roles["agents"]])
    assert set(hidden_from_readers(page)) == {image, document}


@pytest.mark.parametrize("is_new", [True, False])
def test_the_editor_is_told_which_file_and_loses_nothing(home: Any, roles: Any, is_new: bool) -> None:
    closed = make_collection("Personal")
    close(closed, roles["staff"])
    document = make_document(closed, name="Dienstplan.txt")
    admin = client_of(make_user("chef", is_superuser=True))
    values = nested_form_data(
        {
            "title": "Neu",
            "slug": "neu",
            "summary": "Getippt",
            "body": streamfield([("document", str(document.pk))]),
            "comments": {"TOTAL_FORMS": 0, "INITIAL_FORMS": 0, "MIN_NUM_FORMS": 0, "MAX_NUM_FORMS": ""},
            "action-publish": "1",
        }
    )
    if is_new:
        path = f"/admin/pages/add/content/contentpage/{home.pk}/"
    else:
        path = f"/admin/pages/{make_page(home, 'Alt').pk}/edit/"
    answer = admin.post(path, values)
    text = answer.content.decode()
    assert answer.status_code == 200
    assert "Dienstplan.txt" in text
    assert "Getippt" in text
    assert not ContentPage.objects.filter(slug="neu").exists()


@pytest.mark.parametrize(("portal", "groups"), [("intranet", {"staff"}), ("extranet", {"extranet", "staff"})])
def test_a_new_portal_is_private(home: Any, roles: Any, client: Any, portal: str, groups: set[str]) -> None:
    section = make_page(home, "Portal", SectionPage, portal=portal)
    make_page(section, "Darin")
    assert {group.name for group in section.view_restrictions.get().groups.all()} == groups
    assert client.get("/portal/darin/").status_code == 302
    assert "/portal/" not in client.get("/sitemap.xml").content.decode()


def test_a_section_that_becomes_a_portal_is_private_once(home: Any, roles: Any) -> None:
    section = make_page(home, "Werkstatt", SectionPage)
    assert not section.view_restrictions.exists()
    section.portal = "intranet"
    section.save()
    section.view_restrictions.all().delete()  # somebody decided otherwise
    section.save()
    assert not Page.objects.get(pk=section.pk).view_restrictions.exists()
