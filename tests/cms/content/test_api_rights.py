"""What pages, media, menus, addresses and drafts must not tell by API."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.core import signing
from django.test import Client
from django.utils import timezone
from wagtail.contrib.redirects.models import Redirect
from wagtail.images import get_image_model
from wagtail.models import Collection, Locale

from cms.content.api.previews import token_for
from cms.content.models import ContentPage, ShortLink
from tests.conftest import client_of, make_page, restrict

from .test_blocks_rights import SECRET, document, hidden, staff_collection  # noqa: F401  fixtures
from .test_images import picture

pytestmark = pytest.mark.django_db


def text(client: Any, path: str, **query: str) -> str:
    answer = client.get(path, query)
    assert answer.status_code == 200, answer.content
    return answer.content.decode()


@pytest.fixture
def secret(home: Any, roles: Any) -> Any:
    """A page for staff below an open one, and one below it."""
    opened = make_page(home, "Offen", show_in_menus=True)
    page = make_page(opened, f"{SECRET} Seite", slug="geheim", show_in_menus=True)
    restrict(page, roles["staff"])
    make_page(page, f"{SECRET} darunter", slug="darunter")
    return page


def test_restricted_pages_are_nowhere(client: Any, secret: Any, staff_user: Any) -> None:
    parent, below = secret.get_parent().pk, secret.get_children().get().pk
    staff = client_of(staff_user)
    for path in ("/api/v1/pages/?size=100", f"/api/v1/pages/{parent}/", f"/api/v1/pages/{parent}/?expand=children"):
        assert SECRET not in text(client, path), path
        assert SECRET in text(staff, path), path
    for path in (f"/api/v1/pages/{secret.pk}/", f"/api/v1/pages/{below}/", "/api/v1/addresses/?path=/offen/geheim/",
                 "/api/v1/addresses/?path=/offen/geheim/darunter/"):  # fmt: skip
        assert client.get(path).status_code == 404, path
        assert staff.get(path).status_code == 200, path
    for query in ({"parent": secret.pk}, {"below": secret.pk}):
        assert client.get("/api/v1/pages/", query).json()["results"] == []
        assert len(staff.get("/api/v1/pages/", query).json()["results"]) == 1
    assert SECRET not in text(client, "/api/v1/menus/")


def test_drafts_expired_and_coming_pages_are_nowhere(client: Any, home: Any) -> None:
    now = timezone.now()
    draft = make_page(home, f"{SECRET} Entwurf", slug="entwurf", live=False)
    gone = make_page(home, f"{SECRET} vorbei", slug="vorbei", expire_at=now - timedelta(seconds=1))
    coming = make_page(home, f"{SECRET} bald", slug="bald", live=False, go_live_at=now + timedelta(days=1))
    coming.save_revision(approved_go_live_at=coming.go_live_at).publish()
    for page in (draft, gone, coming):
        assert client.get(f"/api/v1/pages/{page.pk}/").status_code == 404
        assert client.get("/api/v1/addresses/", {"path": f"/{page.slug}/"}).status_code == 404
    assert SECRET not in text(client, "/api/v1/pages/?size=100")


def test_a_translation_for_staff_and_an_alias_tell_nothing(client: Any, home: Any, secret: Any) -> None:
    opened = secret.get_parent()
    english = home.copy_for_translation(Locale.objects.get_or_create(language_code="en")[0])
    english.save_revision().publish()
    twin = make_page(english, f"{SECRET} page", slug="secret", translation_key=secret.translation_key)
    draft = make_page(english, f"{SECRET} draft", slug="draft", translation_key=opened.translation_key, live=False)
    alias = secret.create_alias(parent=secret, update_slug="zweit")
    for page in (twin, draft, alias):
        assert client.get(f"/api/v1/pages/{page.pk}/").status_code == 404
    answer = text(client, f"/api/v1/pages/{opened.pk}/")
    assert SECRET not in answer
    assert json.loads(answer)["translations"] == []
    assert SECRET not in text(client, "/api/v1/pages/?size=100")


def test_the_unpublished_change_of_a_page_is_not_shown(client: Any, home: Any) -> None:
    page = make_page(home, "Bekannt")
    page.title = f"{SECRET} geändert"
    page.save_revision()
    assert SECRET not in text(client, f"/api/v1/pages/{page.pk}/")
    assert SECRET not in text(client, "/api/v1/pages/?size=100")


def test_links_in_texts_and_blocks_leave_restricted_things_out(
    client: Any,
    home: Any,
    hidden: list[dict[str, Any]],  # noqa: F811
    secret: Any,
    staff_user: Any,
) -> None:
    link = {"type": "rich_text", "value": f'<p>Siehe <a linktype="page" id="{secret.pk}">dort</a>.</p>'}
    page = make_page(home, "Alles", body=json.dumps([*hidden, link]))
    path = f"/api/v1/pages/{page.pk}/"
    shown = text(client, path)
    assert "geheim" not in shown
    assert SECRET not in shown
    assert ".mp4" not in shown
    assert "Siehe dort." in shown
    inside = text(client_of(staff_user), path)
    assert f"{SECRET} Amt" in inside
    assert "/offen/geheim/" in inside


def test_closed_and_expired_images_are_nowhere(
    client: Any,
    home: Any,
    staff_collection: Collection,  # noqa: F811
    staff_user: Any,
) -> None:
    image = get_image_model()
    closed = image(title=SECRET, file=picture("PNG"), collection=staff_collection)
    closed.save()
    expired = image(title=SECRET, file=picture("PNG"), expires_on=timezone.localdate() - timedelta(days=1))
    expired.save()
    staff = client_of(staff_user)
    assert SECRET not in text(client, "/api/v1/images/")
    assert SECRET in text(staff, "/api/v1/images/")
    assert client.get(f"/api/v1/images/{closed.pk}/").status_code == 404
    for reader in (client, staff):
        assert reader.get(f"/api/v1/images/{expired.pk}/").status_code == 404


def test_closed_documents_are_nowhere(
    client: Any,
    home: Any,
    staff_collection: Collection,  # noqa: F811
    staff_user: Any,
) -> None:
    closed = document(f"{SECRET}.pdf", staff_collection)
    assert SECRET not in text(client, "/api/v1/documents/")
    assert SECRET in text(client_of(staff_user), "/api/v1/documents/")
    assert client.get(f"/api/v1/documents/{closed.pk}/").status_code == 404


def test_an_old_address_does_not_tell_where_a_restricted_page_is(client: Any, secret: Any, staff_user: Any) -> None:
    Redirect.objects.create(old_path="/frueher", redirect_page=secret)
    ShortLink.objects.create(name="kurz", page=secret)
    for path in ("/frueher/", "/@kurz", "/offen/geheim"):
        assert client.get("/api/v1/addresses/", {"path": path}).status_code == 404
    found = client_of(staff_user).get("/api/v1/addresses/", {"path": "/frueher/"}).json()
    assert found["redirect_to"] == "http://testserver/offen/geheim/"


def test_a_draft_is_shown_by_its_link_alone(client: Any, home: Any, admin_user: Any) -> None:
    page = make_page(home, "Bekannt")
    page.title = f"{SECRET} geändert"
    page.save_revision()
    answer = client.get(f"/api/v1/previews/{token_for(page, admin_user)}/")
    assert answer.json()["title"] == f"{SECRET} geändert"
    assert answer["Cache-Control"] == "private, no-store"
    for made_up in ("x", signing.dumps({"page": page.pk, "editor": admin_user.pk}, salt="another")):
        assert client.get(f"/api/v1/previews/{made_up}/").status_code == 404


def test_the_link_to_a_draft_ends_with_the_right_and_the_day(
    client: Any, home: Any, admin_user: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = make_page(home, "Bekannt")
    page.save_revision()
    path = f"/api/v1/previews/{token_for(page, admin_user)}/"
    assert client.get(path).status_code == 200
    with monkeypatch.context() as later:
        later.setattr("cms.content.api.previews.VALID_FOR", timedelta(seconds=-1))
        assert client.get(path).status_code == 404
    admin_user.is_superuser = False
    admin_user.save()
    assert client.get(path).status_code == 404


def test_the_link_is_given_to_those_who_may_edit(home: Any, admin_user: Any, staff_user: Any) -> None:
    page = make_page(home, "Bekannt")
    page.save_revision()
    address = f"/admin/api-preview/{page.pk}/"
    assert "/api/v1/previews/" in client_of(admin_user).get(address).content.decode()
    assert client_of(staff_user).get(address).status_code in {302, 403, 404}
    assert Client().get(address).status_code == 302


def test_what_a_draft_stands_among_is_what_the_public_sees(client: Any, secret: Any, admin_user: Any) -> None:
    parent = secret.get_parent()
    parent.save_revision()
    link = {"type": "rich_text", "value": f'<p>Siehe <a linktype="page" id="{secret.pk}">dort</a>.</p>'}
    page = make_page(parent, "Entwurf", body=json.dumps([link]), model=ContentPage)
    page.save_revision()
    for draft in (parent, page):
        assert "geheim" not in text(client, f"/api/v1/previews/{token_for(draft, admin_user)}/")
