"""Short links: where they lead, for whom, and how long."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from cms.content.models import ShortLink
from search.indexing import project_pending
from tests.conftest import client_of, make_page, make_service, restrict

pytestmark = pytest.mark.django_db


def make_link(name: str = "kita", **values: Any) -> ShortLink:
    link = ShortLink(name=name, **values)
    link.full_clean()
    link.save()
    return link


@pytest.mark.parametrize("path", ["/@kita", "/@KITA", "/@Kita/"])
def test_it_leads_to_its_page_however_it_is_written(client: Any, home: Any, path: str) -> None:
    make_link(page=make_page(home, "Kitaplatz"))
    answer = client.get(path)
    assert (answer.status_code, answer["Location"]) == (302, "/kitaplatz/")


def test_it_leads_to_an_address(client: Any, home: Any) -> None:
    make_link(path="/suche/?q=kita")
    assert client.get("/@kita")["Location"] == "/suche/?q=kita"


def test_it_follows_its_page(client: Any, home: Any) -> None:
    page = make_page(home, "Kitaplatz")
    make_link(page=page)
    page.move(make_page(home, "Familie"), pos="last-child")
    assert client.get("/@kita")["Location"] == "/familie/kitaplatz/"


def answers_like_missing(client: Any) -> bool:
    found, missing = client.get("/@kita"), client.get("/@gibtesnicht")
    return found.status_code == 404 and found.content.replace(b"kita", b"") == missing.content.replace(
        b"gibtesnicht", b""
    )


def test_a_restricted_page_is_not_given_away(client: Any, home: Any, roles: Any, staff_user: Any) -> None:
    page = make_page(home, "Geheimplan")
    make_link(page=page)
    restrict(page, roles["staff"])
    assert answers_like_missing(client)
    assert client_of(staff_user).get("/@kita")["Location"] == "/geheimplan/"


def test_a_restricted_record_is_not_given_away(client: Any, home: Any, staff_rule: Any, staff_user: Any) -> None:
    make_service("Tresor öffnen", slug="tresor", access_rule=staff_rule)
    project_pending(100)
    make_link(path="/leistungen/tresor/")
    assert answers_like_missing(client)
    assert client_of(staff_user).get("/@kita")["Location"] == "/leistungen/tresor/"


def test_a_withdrawn_page_and_an_expired_link_are_not_found(client: Any, home: Any) -> None:
    page = make_page(home, "Kitaplatz")
    link = make_link(page=page)
    page.unpublish()
    assert answers_like_missing(client)
    page.live = True
    page.save()
    link.expires_at = timezone.now() - timedelta(seconds=1)
    link.save()
    assert answers_like_missing(client)


def test_a_deleted_page_leaves_no_error(client: Any, home: Any) -> None:
    page = make_page(home, "Kitaplatz")
    make_link(page=page)
    page.delete()
    assert answers_like_missing(client)


@pytest.mark.parametrize(
    "values",
    [
        {"path": "https://boese.example/"},
        {"path": "//boese.example/"},
        {"path": "/\\boese.example/"},
        {"path": "javascript:alert(1)"},
        {"path": "/@kita"},
        {"path": ""},
        {"name": "zwei wörter", "path": "/"},
    ],
)
def test_bad_targets_and_names_are_refused(home: Any, values: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        make_link(**values)


def test_a_name_exists_once_however_it_is_written(home: Any) -> None:
    make_link(path="/")
    with pytest.raises(ValidationError):
        make_link(name="@KITA", path="/suche/")


def test_editors_make_them_in_the_admin(client: Any, home: Any, editor_user: Any) -> None:
    answer = client_of(editor_user).post(
        "/admin/snippets/content/shortlink/add/", {"name": "@Sperrmüll", "path": "/", "note": ""}
    )
    assert answer.status_code == 200
    assert "Kleinbuchstaben" in answer.content.decode()
    answer = client_of(editor_user).post(
        "/admin/snippets/content/shortlink/add/", {"name": "Muell", "path": "/", "note": ""}
    )
    assert answer.status_code == 302
    assert ShortLink.objects.get().name == "muell"
