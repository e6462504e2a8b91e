"""What leads to a thing is shown before it goes, and a used page goes after two questions."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Collection, Page

from cms.content.models import CityDocument
from cms.editing.uses import used_below, used_by
from tests.conftest import client_of, make_page, make_user

from .conftest import body, index, text_page

pytestmark = pytest.mark.django_db


@pytest.fixture
def target(home: Any) -> Any:
    """A page to which a text, a redirect and the menu lead."""
    page = make_page(home, "Ziel", show_in_menus=True)
    index(text_page(home, f'<p><a linktype="page" id="{page.pk}">Zum Ziel</a></p>', title="Quelle"))
    Redirect.objects.create(old_path="/alt", redirect_page=page)
    return page


def test_texts_redirects_and_menus_are_named(target: Any, admin_user: Any) -> None:
    titles = [use.title for use in used_by(target, admin_user)]
    assert len(titles) == 3
    assert "Quelle" in titles
    assert any("/alt" in title for title in titles)


def test_what_the_reader_may_not_edit_is_not_named(target: Any, roles: Any) -> None:
    titles = [use.title for use in used_by(target, make_user("fremd", roles["section editors"]))]
    assert "Quelle" not in " ".join(titles)
    assert len(titles) == 3


def test_a_used_page_goes_after_two_questions(target: Any, admin_user: Any) -> None:
    client, address = client_of(admin_user), reverse("wagtailadmin_pages:delete", args=[target.pk])
    assert "Quelle" in client.get(address).content.decode()
    answer = client.post(address, {"next": "/admin/pages/"})
    assert answer.status_code == 200
    assert "Quelle" in answer.content.decode()
    assert 'name="next"' in answer.content.decode()
    assert Page.objects.filter(pk=target.pk).exists()
    assert client.post(address, {"next": "/admin/pages/", "used_is_known": "yes"}).status_code == 302
    assert not Page.objects.filter(pk=target.pk).exists()


def test_several_pages_at_once_go_after_two_questions(target: Any, home: Any, admin_user: Any) -> None:
    client, other = client_of(admin_user), make_page(home, "Einsam")
    address = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "delete"])
    address = f"{address}?id={target.pk}&id={other.pk}&next=/admin/pages/"
    assert "Quelle" in client.post(address).content.decode()
    assert Page.objects.filter(pk__in=[target.pk, other.pk]).count() == 2
    assert client.post(address, {"used_is_known": "yes"}).status_code == 302
    assert not Page.objects.filter(pk__in=[target.pk, other.pk]).exists()


def test_an_unused_page_goes_after_one(home: Any, admin_user: Any) -> None:
    page = make_page(home, "Einsam")
    assert client_of(admin_user).post(reverse("wagtailadmin_pages:delete", args=[page.pk])).status_code == 302
    assert not Page.objects.filter(pk=page.pk).exists()


def test_withdrawing_shows_the_uses(target: Any, admin_user: Any) -> None:
    answer = client_of(admin_user).get(reverse("wagtailadmin_pages:unpublish", args=[target.pk]))
    assert "Quelle" in answer.content.decode()


def test_pages_below_count_when_something_outside_leads_there(home: Any, admin_user: Any) -> None:
    section = make_page(home, "Abschnitt")
    inner = make_page(section, "Innen")
    assert used_below(section) == 0
    index(text_page(section, f'<p><a linktype="page" id="{inner.pk}">Nachbar</a></p>', title="Auch innen"))
    assert used_below(section) == 0
    index(text_page(home, f'<p><a linktype="page" id="{inner.pk}">Innen</a></p>', title="Außen"))
    assert used_below(section) == 1
    answer = client_of(admin_user).post(reverse("wagtailadmin_pages:delete", args=[section.pk]))
    assert Page.objects.filter(pk=section.pk).exists()
    assert answer.status_code == 200


def test_a_document_says_where_it_is_used(home: Any, admin_user: Any) -> None:
    document = CityDocument(title="Marktordnung", collection=Collection.get_first_root_node())
    document.file.save("ordnung.txt", ContentFile(b"Ordnung"), save=True)
    index(make_page(home, "Markt", body=body(("document", document.pk))))
    answer = client_of(admin_user).get(reverse("wagtaildocs:delete", args=[document.pk]))
    assert ">Markt<" in answer.content.decode()


def test_many_uses_cost_a_bounded_number_of_queries(
    home: Any, admin_user: Any, django_assert_max_num_queries: Any
) -> None:
    target = make_page(home, "Ziel")
    for number in range(15):
        index(text_page(home, f'<p><a linktype="page" id="{target.pk}">Z</a></p>', title=f"Quelle {number}"))
    with django_assert_max_num_queries(40):
        used_by(target, admin_user)
