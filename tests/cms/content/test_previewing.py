"""An editor looks at a draft as a visitor and as a member of staff sees it, at the width of a phone and of a desktop."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import RequestFactory
from django.urls import reverse
from wagtail.models import PageViewRestriction, get_page_models

from cms.content.models import ContentPage, Topic, TopicPage
from cms.content.models.base import SitePage
from cms.content.previewing import MODES, STAFF, VISITOR
from tests.cms.reviews.test_outside import let_edit
from tests.conftest import client_of, make_page, make_user, restrict

from .test_blocks_rights import SECRET, block, hidden, page_with, staff_collection  # noqa: F401  (fixtures)

pytestmark = pytest.mark.django_db
TYPES = [model for model in get_page_models() if issubclass(model, SitePage)]


def preview(page: Any, mode: str, user: Any = None) -> Any:
    """Return the answer of a preview that ``user`` has opened."""
    cookies = client_of(user).cookies.output(header="", sep=";") if user else ""
    request = RequestFactory().get("/", HTTP_COOKIE=cookies)
    request.user = user or AnonymousUser()
    return page.make_preview_request(original_request=request, preview_mode=mode)


def seen(page: Any, mode: str, user: Any) -> str:
    answer = preview(page, mode, user)
    assert answer.status_code == 200
    return answer.content.decode()


def test_what_is_for_staff_is_seen_as_staff_and_not_as_a_visitor(home: Any, hidden: Any, editor_user: Any) -> None:  # noqa: F811
    for number, item in enumerate(hidden):
        page = page_with(home, f"Seite {number}", item, slug=f"seite-{number}")
        visitor, staff = (seen(page, mode, editor_user) for mode in (VISITOR, STAFF))
        assert SECRET.lower() not in visitor.lower(), item
        assert "/geheim" not in visitor, item
        assert SECRET.lower() in staff.lower() or "/geheim" in staff, item


def test_what_a_visitor_misses_is_not_marked_for_visitors(home: Any, hidden: Any, editor_user: Any) -> None:  # noqa: F811
    page = page_with(home, "Kontakt", hidden[0])
    assert "block-missing" not in seen(page, VISITOR, editor_user)


def test_the_own_rights_of_an_editor_are_not_those_of_staff(home: Any, roles: Any, editor_user: Any) -> None:
    press = make_page(home, "Pressestelle intern", slug="presse-intern")
    restrict(press, roles["editors"])
    page = page_with(home, "Links", block("links", [{"label": "Presse", "page": press.pk, "url": ""}]))
    assert "/presse-intern/" in seen(page, "", editor_user)
    assert "/presse-intern/" not in seen(page, STAFF, editor_user)


def test_who_is_no_member_of_staff_sees_nothing_as_staff(home: Any, hidden: Any, roles: Any) -> None:  # noqa: F811
    outside = make_user("agentur", roles["editors"])
    page = page_with(home, "Kontakt", hidden[0])
    for user in (outside, None):
        answer = preview(page, STAFF, user)
        assert answer.status_code == 403
        assert SECRET not in answer.content.decode()


def test_a_draft_whose_page_the_reader_may_not_see_says_so(intranet: Any, editor_user: Any) -> None:
    page = intranet.get_children().get().specific
    assert "Visitors don" in seen(page, VISITOR, editor_user) or "Besucher" in seen(page, VISITOR, editor_user)
    assert "Zwiebelkuchenrezept der Kantine</h1>" in seen(page, STAFF, editor_user)
    for restriction in PageViewRestriction.objects.all():
        restriction.delete()
    assert "Zwiebelkuchenrezept der Kantine</h1>" in seen(page, VISITOR, editor_user)


def test_a_new_page_below_a_restricted_one_is_hidden_as_well(intranet: Any, editor_user: Any) -> None:
    draft = ContentPage(title="Neu", slug="neu", locale=intranet.locale, depth=intranet.depth + 1)
    draft.path = f"{intranet.path}0009"
    draft.set_url_path(intranet)
    assert "<h1>Neu</h1>" not in seen(draft, VISITOR, editor_user)
    assert "<h1>Neu</h1>" in seen(draft, STAFF, editor_user)


@pytest.mark.parametrize("model", TYPES, ids=lambda model: model._meta.label_lower)
def test_every_type_of_page_has_all_modes_and_widths(home: Any, editor_user: Any, model: Any) -> None:
    values = {"topic": Topic.objects.create(slug="kultur")} if model is TopicPage else {}
    page = make_page(home, "Ein Entwurf", model, live=False, **values)
    assert page.preview_modes == MODES
    assert {375, 1280} <= {size["device_width"] for size in page.preview_sizes}
    for mode, _label in MODES:
        html = seen(page, mode, editor_user)
        # Wagtail's own bar is for whoever edits.
        assert ("wagtail-userbar" in html) <= (mode == "")


def test_a_topic_page_without_its_topic_yet_has_a_preview(home: Any, editor_user: Any) -> None:
    draft = TopicPage(title="Neu", slug="neu", locale=home.locale, path=f"{home.path}0009", depth=home.depth + 1)
    draft.set_url_path(home)
    assert "<h1>Neu</h1>" in seen(draft, "", editor_user)


def test_the_editor_offers_modes_and_widths(home: Any, roles: Any, editor_user: Any) -> None:
    let_edit(roles["editors"], home)
    page = make_page(home, "Ein Entwurf")
    html = client_of(editor_user).get(reverse("wagtailadmin_pages:edit", args=[page.pk])).content.decode()
    for part in (f'value="{VISITOR}"', f'value="{STAFF}"', 'data-device-width="375"', 'data-device-width="1280"'):
        assert part in html
