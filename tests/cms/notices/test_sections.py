"""Editors of a part of the tree put notices on the pages of their part, and nowhere else."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from cms.accounts import rights
from cms.accounts.models import RoleAssignment
from cms.content.models import SectionPage
from cms.notices import services
from cms.notices.models import Notice
from tests.cms.reviews.test_outside import let_edit
from tests.conftest import client_of, make_page, make_service, make_unit, make_user

from .test_notices import ADD, Place, form_data, make_notice, shown

pytestmark = pytest.mark.django_db
LIST = "wagtailsnippets_notices_notice:list"


def view(name: str, notice: Notice) -> str:
    return reverse(f"wagtailsnippets_notices_notice:{name}", args=[notice.pk])


@pytest.fixture
def section(home: Any) -> SectionPage:
    return make_page(home, "Kultur", SectionPage)


@pytest.fixture
def mine(section: Any) -> Any:
    return make_page(section, "Museum")


@pytest.fixture
def theirs(home: Any) -> Any:
    return make_page(home, "Sport")


@pytest.fixture
def local(section: Any, roles: Any) -> Any:
    user = make_user("lokal", roles["staff"])
    rights.assign(user=user, role=roles["section editors"], scope=RoleAssignment.Scope.PAGE, scope_id=section.pk)
    return user


def on(page: Any, title: str = "Brücke gesperrt") -> Notice:
    return make_notice(title, place=Place.RECORD, kind="page", object_id=str(page.pk))


def test_they_write_change_and_end_a_notice_of_their_page(client: Any, local: Any, mine: Any) -> None:
    editor = client_of(local)
    assert reverse(LIST) in editor.get("/admin/").content.decode(), "the menu leads there"
    assert editor.get(reverse(ADD)).status_code == 200
    answer = editor.post(reverse(ADD), form_data(place="record", target_page=mine.pk))
    assert answer.status_code == 302, answer.context["form"].errors
    assert shown(client, mine.url, "Aufzug defekt")
    notice = Notice.objects.get()
    change = form_data(place="record", target_page=mine.pk, headline_de="Aufzug steht")
    assert editor.post(view("edit", notice), change).status_code == 302
    assert shown(client, mine.url, "Aufzug steht")
    editor.post(reverse("notice_end", args=[notice.pk]))
    assert not shown(client, mine.url, "Aufzug steht")
    assert editor.post(view("delete", notice)).status_code == 302
    assert not Notice.objects.exists()


def test_they_put_none_elsewhere(local: Any, mine: Any, theirs: Any, home: Any) -> None:
    editor = client_of(local)
    elsewhere = (
        {"place": "site"}, {"place": "portal"}, {"place": "unit", "unit": make_unit().pk},
        {"place": "record", "target_page": theirs.pk}, {"place": "record", "target_page": home.pk},
        {"place": "record", "target_service": make_service().pk}, {"place": "record", "target_page": "999999"},
    )  # fmt: skip
    for values in elsewhere:
        answer = editor.post(reverse(ADD), form_data(**values))
        assert answer.status_code == 200, values
        assert answer.context["form"].errors, values
    assert not Notice.objects.exists()
    with pytest.raises(PermissionDenied):
        services.save_notice(
            notice=Notice(headline={"de": "X"}, place="record", kind="page", object_id=str(theirs.pk)), by=local
        )


def test_they_don_t_move_theirs_out_of_their_section(local: Any, mine: Any, theirs: Any) -> None:
    notice = on(mine)
    answer = client_of(local).post(view("edit", notice), form_data(place="record", target_page=theirs.pk))
    assert answer.context["form"].errors
    notice.refresh_from_db()
    assert notice.object_id == str(mine.pk)


def test_what_others_wrote_is_neither_listed_nor_opened(local: Any, mine: Any, theirs: Any) -> None:
    own, foreign, site = on(mine, "Eigene"), on(theirs, "Fremde"), make_notice("Hochwasser")
    unit = make_notice("Aktenlager zu", place=Place.UNIT, unit=make_unit())
    editor = client_of(local)
    html = editor.get(reverse(LIST)).content.decode()
    assert "Eigene" in html
    for notice in (foreign, site, unit):
        assert notice.title_text not in html
        for name in ("edit", "delete", "history", "usage", "copy"):
            answer = editor.get(view(name, notice))
            assert answer.status_code in (302, 403), name
        assert editor.post(reverse("notice_end", args=[notice.pk])).status_code in (302, 403)
    assert editor.get(view("edit", own)).status_code == 200
    assert Notice.objects.count() == Notice.objects.current().count() == 4


def test_the_form_offers_them_pages_alone(local: Any, mine: Any) -> None:
    form = client_of(local).get(reverse(ADD)).context["form"]
    assert [value for value, _label in form.fields["place"].choices] == ["record"]
    assert [name for name in form.fields if name.startswith("target_")] == ["target_page"]


def test_who_edits_without_publishing_puts_none(home: Any, roles: Any, mine: Any) -> None:
    let_edit(roles["editors"], home, "change_page")
    roles["editors"].permissions.remove(*roles["editors"].permissions.filter(content_type__app_label="notices"))
    author = make_user("anna", roles["editors"], roles["staff"])
    assert client_of(author).post(reverse(ADD), form_data(place="record", target_page=mine.pk)).status_code in (
        302,
        403,
    )
    assert client_of(author).get(reverse(LIST)).status_code in (302, 403)
    assert not Notice.objects.exists()


def test_city_wide_editors_see_all(editor_user: Any, mine: Any, theirs: Any) -> None:
    on(mine, "Eigene"), on(theirs, "Fremde"), make_notice("Hochwasser")
    assert client_of(editor_user).get(reverse(LIST)).context["object_list"].count() == 3
