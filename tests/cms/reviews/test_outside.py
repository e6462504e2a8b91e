"""Somebody without an account reads one draft, comments, and answers; nothing else opens by the link."""

from __future__ import annotations

import re
from datetime import date, timedelta
from io import BytesIO
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile
from django.test import Client
from django.utils import timezone
from wagtail.models import Collection, CollectionViewRestriction, GroupPagePermission, Page

from cms.content.models import CityDocument, ContentPage
from cms.content.pdf import write_pdf
from cms.directory.models import Absence, Person
from cms.logs import mask
from cms.notifications.models import Mail
from cms.reviews import privacy, services
from cms.reviews.jobs import forget_reviews
from cms.reviews.models import OutsideComment, OutsideReview
from tests.conftest import client_of, make_page, make_user, restrict

pytestmark = pytest.mark.django_db
WORD = "Winkelhakenentwurf"
BODY = [
    {"type": "rich_text", "value": f"<p>{WORD} beginnt hier.</p>", "id": "11111111-1111-4111-8111-111111111111"},
    {"type": "quote", "value": {"text": "So ist es.", "source": ""}, "id": "22222222-2222-4222-8222-222222222222"},
]


def let_edit(group: Any, page: Page, *names: str) -> None:
    """Give a group rights on a page and all below."""
    for codename in names or ("add_page", "change_page", "publish_page", "lock_page", "unlock_page"):
        permission = Permission.objects.get(codename=codename, content_type__app_label="wagtailcore")
        GroupPagePermission.objects.create(group=group, page=page, permission=permission)


@pytest.fixture
def editor(editor_user: Any, home: Any, roles: Any) -> Any:
    let_edit(roles["editors"], home)
    return editor_user


@pytest.fixture
def page(home: Any) -> ContentPage:
    """A live page with a draft on top."""
    page = make_page(home, "Rheinufer")
    page.body = BODY
    page.save_revision()
    return page


def ask(page: Page, by: Any, **values: Any) -> tuple[OutsideReview, str]:
    """Ask, and return the review with the address from the mail."""
    values = {"name": "Ada Außen", "email": "ada@aussen.example", **values}
    review = services.ask(page=page, by=by, **values)
    mail = Mail.objects.filter(address=values["email"]).latest("pk")
    return review, re.search(r"http://localhost:8000(/\S+/)\s", mail.text).group(1)


def test_the_link_shows_the_draft_and_the_public_address_does_not(client: Client, page: Any, editor: Any) -> None:
    _review, url = ask(page, editor)
    assert client.get(url).status_code == 200
    assert WORD in client.get(f"{url}draft/").content.decode()
    assert WORD not in client.get(page.url).content.decode()
    assert not client.get("/api/v1/search/", {"q": WORD}).json()["hits"]


def test_the_key_is_in_the_mail_only(page: Any, editor: Any) -> None:
    review, url = ask(page, editor)
    key = url.strip("/").split("/")[-1]
    assert key not in str(OutsideReview.objects.filter(pk=review.pk).values().get())
    assert key not in str(mask(None, "", {"event": f"GET {url}comment/", "request": url}))


def test_answers_by_key_are_closed_to_caches_search_engines_and_referrers(
    client: Client, page: Any, editor: Any
) -> None:
    _review, url = ask(page, editor)
    for path in (url, f"{url}draft/"):
        answer = client.get(path)
        assert "no-store" in answer["Cache-Control"], path
        assert "noindex" in answer["X-Robots-Tag"], path
        assert answer["Referrer-Policy"] == "strict-origin", path


def test_made_up_keys_are_not_found_and_soon_refused(client: Client, home: Any) -> None:
    answers = [client.get(f"/entwurf-pruefung/{number}/").status_code for number in range(25)]
    assert answers[0] == 404
    assert answers[-1] == 429


@pytest.mark.parametrize("over", ["expired", "withdrawn", "purged"])
def test_a_link_that_is_over_says_so_and_shows_nothing(client: Client, page: Any, editor: Any, over: str) -> None:
    review, url = ask(page, editor)
    changes = {
        "expired": {"expires_at": timezone.now() - timedelta(seconds=1)},
        "withdrawn": {"state": "withdrawn"},
        "purged": {"revision": None},
    }
    OutsideReview.objects.filter(pk=review.pk).update(**changes[over])
    for path in (url, f"{url}draft/"):
        answer = client.get(path)
        assert answer.status_code == 410
        assert WORD not in answer.content.decode()
        assert "Rheinufer" not in answer.content.decode()
    assert client.post(f"{url}comment/", {"text": "zu spät"}).status_code == 410
    assert not OutsideComment.objects.exists()


def test_a_deleted_page_takes_its_link_along(client: Client, page: Any, editor: Any) -> None:
    _review, url = ask(page, editor)
    Page.objects.get(pk=page.pk).delete()
    assert client.get(url).status_code == 404


def test_publishing_ends_the_link_where_that_was_wanted(page: Any, editor: Any) -> None:
    gone, _url = ask(page, editor)
    stays, _url = ask(page, editor, email="eva@aussen.example", ends_on_publish=False)
    page.get_latest_revision().publish()
    gone.refresh_from_db()
    stays.refresh_from_db()
    assert (gone.state, stays.state) == ("withdrawn", "open")


def private_document() -> CityDocument:
    closed = Collection.get_first_root_node().add_child(name="geschlossen")
    CollectionViewRestriction.objects.create(collection=closed, restriction_type="login")
    buffer = BytesIO()
    write_pdf(buffer, "Vertraulich", "Text")
    document = CityDocument(title="Vertrauliche Liste", collection=closed)
    document.file.save("liste.pdf", ContentFile(buffer.getvalue()))
    return document


def test_the_link_opens_nothing_else_that_is_not_public(client: Client, home: Any, page: Any, editor: Any) -> None:
    """Not the asking editor's rights, not those of whoever opens it."""
    hidden = make_page(home, "Geheimseite")
    restrict(hidden)
    document = private_document()
    page.body = [
        *BODY,
        {"type": "document", "value": document.pk, "id": "33333333-3333-4333-8333-333333333333"},
        {"type": "links", "value": [{"label": "Geheimlink", "page": hidden.pk, "url": ""}]},
    ]
    page.save_revision(clean=False)
    _review, url = ask(page, editor)
    for reader in (client, client_of(editor), client_of(make_user("chef", is_superuser=True))):
        shown = reader.get(f"{url}draft/").content.decode()
        assert WORD in shown
        assert "Vertrauliche Liste" not in shown
        assert "Geheimlink" not in shown
    assert client.get(document.url).status_code == 404
    assert client.get(hidden.url).status_code != 200


def test_a_draft_in_a_closed_section_opens_for_the_person_asked(client: Client, intranet: Any, editor: Any) -> None:
    page = intranet.get_children().first().specific
    page.body = BODY
    page.save_revision()
    _review, url = ask(page, editor)
    assert WORD in client.get(f"{url}draft/").content.decode()
    assert client.get(page.url).status_code != 200
    assert "nicht öffentlich" in client_of(editor).get(f"/admin/outside-reviews/{page.pk}/").content.decode()


def test_later_changes_are_not_shown_until_the_editor_says_so(client: Client, page: Any, editor: Any) -> None:
    review, url = ask(page, editor)
    page.refresh_from_db()
    newer = page.get_latest_revision_as_object()
    newer.body = [{"type": "rich_text", "value": "<p>Spätere Fassung</p>"}]
    newer.save_revision(user=editor)
    assert "Spätere Fassung" not in client.get(f"{url}draft/").content.decode()
    assert "hat sich seither geändert" in client_of(editor).get(f"/admin/outside-reviews/{page.pk}/").content.decode()
    services.ask_again(review=review, by=editor)
    assert client.get(url).status_code == 404
    mail = Mail.objects.filter(address="ada@aussen.example").latest("pk")
    url = re.search(r"http://localhost:8000(/\S+/)\s", mail.text).group(1)
    assert "Spätere Fassung" in client.get(f"{url}draft/").content.decode()


def test_autosave_does_not_write_into_the_version_that_was_sent(client: Client, page: Any, editor: Any) -> None:
    open_tab = page.get_latest_revision_as_object().save_revision(user=editor)
    _review, url = ask(page, editor)
    late = page.get_latest_revision_as_object()
    late.title = "Überschrieben"
    with pytest.raises(PermissionDenied):
        late.save_revision(user=editor, overwrite_revision=open_tab)
    assert "Überschrieben" not in client.get(f"{url}draft/").content.decode()


def test_comments_belong_to_blocks_and_keep_what_was_typed(client: Client, page: Any, editor: Any) -> None:
    review, url = ask(page, editor)
    assert client.post(f"{url}comment/", {"block_id": BODY[1]["id"], "text": "Wer sagt das?"}).status_code == 302
    assert client.post(f"{url}comment/", {"text": "Schöne Seite"}).status_code == 302
    found = list(review.comments.values_list("block_label", "text"))
    assert found == [("2. Zitat", "Wer sagt das?"), ("", "Schöne Seite")]
    answer = client.post(f"{url}comment/", {"block_id": "gibt-es-nicht", "text": "Mein langer Gedanke"})
    assert answer.status_code == 400
    answer = client.post(f"{url}comment/", {"block_id": BODY[0]["id"], "text": "x" * 5_001})
    assert answer.status_code == 400
    assert "x" * 5_001 in answer.content.decode()
    assert "<script>" not in client.get(url).content.decode().split("<main")[1]


def test_scripts_in_comments_are_text(client: Client, page: Any, editor: Any) -> None:
    review, url = ask(page, editor)
    services.comment(review=review, text="<script>alert(1)</script>")
    for html in (
        client.get(url).content.decode(),
        client_of(editor).get(f"/admin/outside-reviews/{page.pk}/").content.decode(),
        client_of(editor).get(f"/admin/pages/{page.pk}/edit/").content.decode(),
    ):
        assert "&lt;script&gt;alert(1)" in html
        assert "<script>alert(1)" not in html


def test_an_answer_reaches_who_asked_and_comes_once(client: Client, page: Any, editor: Any) -> None:
    review, url = ask(page, editor)
    assert client.post(f"{url}answer/", {}).status_code == 400
    assert client.post(f"{url}answer/", {"decision": "changes", "text": ""}).status_code == 400
    assert client.post(f"{url}answer/", {"decision": "approve", "text": "Sehr gut."}).status_code == 302
    review.refresh_from_db()
    assert (review.state, review.answer) == ("approved", "Sehr gut.")
    mail = Mail.objects.get(recipient=editor, topic="outside_answer")
    assert mail.subject == "Von außen freigegeben: Rheinufer"
    assert "Sehr gut." in mail.text
    client.post(f"{url}answer/", {"decision": "changes", "text": "Doch nicht"})
    review.refresh_from_db()
    assert review.state == "approved"


def test_while_the_asker_is_away_the_deputy_is_told_too(client: Client, page: Any, editor: Any, roles: Any) -> None:
    deputy = make_user("vertretung", roles["staff"], roles["editors"])
    stranger = make_user("fremd", roles["staff"])
    people = [
        Person.objects.create(slug=user.username, first_name=user.username, last_name="X", account=user)
        for user in (editor, deputy, stranger)
    ]
    today = date.today()
    for other in people[1:]:
        Absence.objects.create(person=people[0], first_day=today, last_day=today, deputy=other)
    review, _url = ask(page, editor)
    services.answer(review=review, approved=True)
    assert set(Mail.objects.filter(topic="outside_answer").values_list("recipient", flat=True)) == {
        editor.pk,
        deputy.pk,
    }


def test_only_who_may_edit_the_page_asks_and_sees(page: Any, editor: Any, staff_user: Any, roles: Any) -> None:
    review, _url = ask(page, editor)
    stranger = make_user("fremd", roles["staff"], roles["section editors"])
    for call in (
        lambda: services.ask(page=page, name="X", email="x@x.example", by=stranger),
        lambda: services.withdraw(review=review, by=stranger),
        lambda: services.ask_again(review=review, by=stranger),
        lambda: services.resolve(comment=OutsideComment(review=review, text="x"), by=stranger),
    ):
        with pytest.raises(PermissionDenied):
            call()
    answer = client_of(stranger).get(f"/admin/outside-reviews/{page.pk}/")
    assert "Ada" not in answer.content.decode()
    assert answer.status_code in {302, 403}


def test_editors_ask_from_the_page_and_see_mistakes_at_the_field(page: Any, editor: Any) -> None:
    client = client_of(editor)
    edit = client.get(f"/admin/pages/{page.pk}/edit/").content.decode()
    assert f"/admin/outside-reviews/{page.pk}/" in edit
    wrong = {
        "name": "Ada",
        "email": "keine adresse",
        "days": "900",
        "language": "de",
        "message": "Bitte den Preis prüfen",
    }
    answer = client.post(f"/admin/outside-reviews/{page.pk}/", wrong)
    assert answer.status_code == 400
    assert set(answer.context["form"].errors) == {"email", "days"}
    assert "Bitte den Preis prüfen" in answer.content.decode()
    right = {**wrong, "email": "ada@aussen.example", "days": "7"}
    assert client.post(f"/admin/outside-reviews/{page.pk}/", right).status_code == 302
    review = OutsideReview.objects.get()
    assert (review.expires_at - review.asked_at).days in {6, 7}
    assert "Bitte den Preis prüfen" in Mail.objects.get(address="ada@aussen.example").text


def test_comments_stand_beside_wagtails_until_ticked_off(page: Any, editor: Any) -> None:
    review, _url = ask(page, editor)
    comment = services.comment(review=review, text="Bitte kürzen", block_id=BODY[0]["id"])
    client = client_of(editor)
    assert "Bitte kürzen" in client.get(f"/admin/pages/{page.pk}/edit/").content.decode()
    assert client.post(f"/admin/outside-comments/{comment.pk}/done/").status_code == 302
    assert "Bitte kürzen" not in client.get(f"/admin/pages/{page.pk}/edit/").content.decode()
    assert "Kommentar von außen abgehakt" in client.get(f"/admin/pages/{page.pk}/history/").content.decode()


def test_asking_the_same_address_again_ends_the_first_link(client: Client, page: Any, editor: Any) -> None:
    _first, url = ask(page, editor)
    ask(page, editor, email="ADA@aussen.example")
    assert client.get(url).status_code == 410


def test_data_of_people_outside_are_handed_out_erased_and_forgotten(page: Any, editor: Any) -> None:
    ada = make_user("ada")
    type(ada).objects.filter(pk=ada.pk).update(email="ada@aussen.example")
    ada.refresh_from_db()
    review, _url = ask(page, editor)
    services.comment(review=review, text="Mein Kommentar")
    assert privacy.DATA[0].export(ada)[0]["comments"] == ["Mein Kommentar"]
    assert privacy.DATA[0].erase(ada) == 2
    old, _url = ask(page, editor)
    kept, _url = ask(page, editor, email="eva@aussen.example")
    OutsideReview.objects.filter(pk=old.pk).update(expires_at=timezone.now() - timedelta(days=366))
    assert forget_reviews.func() == 1
    assert list(OutsideReview.objects.all()) == [kept]
