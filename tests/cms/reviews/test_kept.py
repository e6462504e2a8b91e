"""Nothing typed is lost: when the session ends, the form is too old, the server fails, or somebody else was quicker."""

from __future__ import annotations

import re
from html import unescape
from typing import Any
from unittest import mock

import pytest
from django.db import OperationalError
from django.test import Client
from wagtail.admin.views.pages.edit import EditView

from cms.content.models import ContentPage
from tests.conftest import make_page, make_user

from .test_outside import let_edit

pytestmark = pytest.mark.django_db
OURS = {"sec-fetch-site": "same-origin"}


@pytest.fixture
def page(home: Any, roles: Any) -> ContentPage:
    let_edit(roles["editors"], home)
    page = make_page(home, "Rheinufer")
    page.save_revision()
    return page


def editor(roles: Any, name: str) -> Any:
    return make_user(name, roles["editors"], roles["staff"], first_name=name.title())


def draft_of(page: ContentPage) -> ContentPage:
    """The newest version as stored."""
    return ContentPage.objects.get(pk=page.pk).get_latest_revision_as_object()


def signed_in(user: Any, **options: Any) -> Client:
    client = Client(headers=OURS, **options)
    client.force_login(user)
    return client


def typed(page: ContentPage, title: str, **values: str) -> dict[str, str]:
    """What the browser sends from the editor."""
    return {"title": title, "slug": page.slug, "summary": "Mein \"langer\" Text\n\nmit <b>Zeichen</b>", "body-count": "0",
            "comments-TOTAL_FORMS": "0", "comments-INITIAL_FORMS": "0", **values}  # fmt: skip


def fields_of(html: str) -> dict[str, str]:
    """What the button of the answer would send, read as a browser does."""
    areas = re.findall(r'<textarea hidden name="([^"]*)"[^>]*>\n(.*?)</textarea>', html, re.DOTALL)
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]*)"', html).group(1)
    return {**{unescape(name): unescape(value) for name, value in areas}, "csrfmiddlewaretoken": token}


def test_a_session_that_ended_gives_the_text_back_and_it_can_be_stored(page: Any, roles: Any) -> None:
    anna = editor(roles, "anna")
    url = f"/admin/pages/{page.pk}/edit/"
    answer = Client(headers=OURS).post(url, typed(page, "Neuer Titel"))
    html = answer.content.decode()
    assert answer.status_code == 403
    assert "nicht mehr angemeldet" in html
    assert "no-cache" in answer["Cache-Control"]
    again = signed_in(anna).post(url, fields_of(html))
    assert again.status_code == 302
    draft = draft_of(page)
    assert (draft.title, draft.summary) == ("Neuer Titel", typed(page, "")["summary"])


def test_a_form_that_is_too_old_gives_the_text_back_with_a_new_token(page: Any, roles: Any) -> None:
    client = signed_in(editor(roles, "anna"), enforce_csrf_checks=True)
    url = f"/admin/pages/{page.pk}/edit/"
    html = client.post(url, typed(page, "Neuer Titel", csrfmiddlewaretoken="alt")).content.decode()
    assert client.post(url, fields_of(html)).status_code == 302
    assert draft_of(page).title == "Neuer Titel"


@pytest.mark.parametrize("error", [RuntimeError("x"), OperationalError("server closed the connection")])
def test_when_the_server_fails_the_text_is_given_back(page: Any, roles: Any, error: Exception) -> None:
    client = signed_in(editor(roles, "anna"), raise_request_exception=False)
    url = f"/admin/pages/{page.pk}/edit/"
    with mock.patch.object(EditView, "save_action", side_effect=error):  # what breaks is not the point here
        answer = client.post(url, typed(page, "Neuer Titel"))
    assert answer.status_code == 503
    assert client.post(url, fields_of(answer.content.decode())).status_code == 302
    assert draft_of(page).title == "Neuer Titel"


@pytest.mark.parametrize("headers", [{"sec-fetch-site": "cross-site"}, {"origin": "https://evil.example"}, {}])
def test_what_another_site_sends_gets_no_button(page: Any, roles: Any, headers: dict[str, str]) -> None:
    url = f"/admin/pages/{page.pk}/edit/"
    member = Client(enforce_csrf_checks=True, headers=headers)
    member.force_login(editor(roles, "anna"))
    for client in (member, Client(headers=headers)):
        answer = client.post(url, typed(page, "Fremdes"))
        assert answer.status_code in {302, 403}
        assert "Fremdes" not in answer.content.decode()


def test_scripts_and_passwords_are_not_reflected(home: Any) -> None:
    html = Client(headers=OURS).post("/admin/x/", {"t": "</textarea><script>", "password": "geheim"}).content.decode()
    assert "<script>" not in html
    assert "geheim" not in html


def test_who_saves_second_sees_what_the_first_did(page: Any, roles: Any) -> None:
    anna, otto = editor(roles, "anna"), editor(roles, "otto")
    opened = page.get_latest_revision()
    loaded = {"loaded_revision_id": str(opened.pk), "loaded_revision_created_at": opened.created_at.isoformat()}
    url = f"/admin/pages/{page.pk}/edit/"
    assert signed_in(anna).post(url, typed(page, "Annas Titel", **loaded)).status_code == 302
    second = signed_in(otto)
    answer = second.post(url, typed(page, "Ottos Titel", **loaded))
    html = answer.content.decode()
    assert answer.status_code == 409
    assert "Anna" in html
    assert "Annas" in re.sub(r"<[^>]+>", "", html)
    assert draft_of(page).title == "Annas Titel"
    assert second.post(url, fields_of(html)).status_code == 302
    titles = [revision.content["title"] for revision in page.revisions.order_by("pk")]
    assert titles[-2:] == ["Annas Titel", "Ottos Titel"]


def test_the_same_person_in_two_tabs_and_autosave_are_not_asked(page: Any, roles: Any) -> None:
    anna = editor(roles, "anna")
    url, client = f"/admin/pages/{page.pk}/edit/", signed_in(anna)
    opened = page.get_latest_revision()
    loaded = {"loaded_revision_id": str(opened.pk), "loaded_revision_created_at": opened.created_at.isoformat()}
    assert client.post(url, typed(page, "Eins", **loaded)).status_code == 302
    assert client.post(url, typed(page, "Zwei", **loaded)).status_code == 302
