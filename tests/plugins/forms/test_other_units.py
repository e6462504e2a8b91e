"""Who edits the forms of one unit sees and changes nothing of another's, whatever the address."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from cms.accounts.models import RoleAssignment
from cms.accounts.rights import assign
from plugins.forms.building import services
from plugins.forms.models import Form, HandOverTarget
from plugins.forms.roles import FORM_EDITORS_GROUP
from tests.conftest import client_of, make_unit, make_user
from tests.plugins.forms.conftest import submitted
from tests.plugins.forms.filled import make_form

pytestmark = pytest.mark.django_db
OF_A_FORM = ("form_build", "form_versions", "form_statistics", "form_targets", "form_target_new")
SENT_TO = ("form_do", "form_versions_do", "form_make_group")
OF_ALL = ("form_gaps", "form_import")


@pytest.fixture
def form(home: Any, roles: Any) -> Form:
    made = make_form(slug="geheime-sache", number="21-999")
    services.open_draft(form=made, by=None)
    HandOverTarget.objects.create(form=made, name="fach", back_end="inbox")
    submitted(made)
    return made


@pytest.fixture
def stranger(form: Form, roles: Any) -> Client:
    """A form editor of another unit."""
    user = make_user("fremd", roles["staff"])
    unit = make_unit("Grünamt", "67")
    assign(user=user, role=roles[FORM_EDITORS_GROUP], scope=RoleAssignment.Scope.UNIT, scope_id=str(unit.pk))
    return client_of(user)


def refused(answer: Any) -> bool:
    """Wagtail leads to its start page with a message instead of answering 403."""
    return answer.status_code in (403, 404) or (answer.status_code == 302 and answer["Location"] in ("/admin/", "/"))


def test_pages_of_anothers_form(form: Form, stranger: Client) -> None:
    for name in OF_A_FORM:
        path = reverse(name, args=[form.pk])
        assert refused(stranger.get(path)), name
        assert refused(stranger.get(f"{path}?back_end=webhook")), name
    for args in ([form.pk, 1],):
        assert refused(stranger.get(reverse("form_export", args=args)))
    target = form.targets.get()
    for deed in ("", "delete"):
        assert refused(stranger.post(reverse("form_target", args=[form.pk, target.pk]), {"deed": deed}))
    assert form.targets.exists()


def test_changes_to_anothers_form(form: Form, stranger: Client) -> None:
    before = form.draft().revision  # type: ignore[union-attr]
    for name in SENT_TO:
        for deed in ("save", "add_step", "delete", "publish", "withdraw", "copy", "draft"):
            values = {"deed": deed, "at": "form", "number": "1", "note": "x", "key": "dogs", "confirmed": "on"}
            assert refused(stranger.post(reverse(name, args=[form.pk]), values)), (name, deed)
    assert Form.objects.count() == 1
    assert form.draft().revision == before  # type: ignore[union-attr]
    assert form.published() is not None


def test_the_entry_in_the_register_and_the_hand_overs(form: Form, stranger: Client) -> None:
    # The register names every form of the city to whoever edits forms; what is behind it is for the unit alone.
    for name in ("edit", "delete", "usage", "history"):
        path = reverse(Form.snippet_viewset.get_url_name(name), args=[form.pk])  # type: ignore[attr-defined]
        assert refused(stranger.get(path)), name
        assert refused(stranger.post(path, {"slug": "x"})) or stranger.post(path).status_code == 405, name
    hand_overs = stranger.get(reverse("form_hand_overs"))
    assert refused(hand_overs) or "Hund anmelden" not in hand_overs.content.decode()
    path = f"{reverse('wagtail_bulk_action', args=['forms', 'form', 'delete'])}?id={form.pk}"
    stranger.post(path)
    form.refresh_from_db()
    assert form.slug == "geheime-sache"


def test_a_target_of_one_form_is_not_reached_by_another(form: Form, stranger: Client, editor_user: Any) -> None:
    editor_user.is_superuser = True
    editor_user.save()
    other = make_form(slug="anderes", number="67-1", unit=make_unit("Amt", "1"))
    path = reverse("form_target", args=[other.pk, form.targets.get().pk])
    assert client_of(editor_user).get(path).status_code == 404
