"""Services by API: drafts first, published with a scope of its own."""

from __future__ import annotations

from typing import Any

import pytest
from wagtail.models import Revision

from cms.accounts import rights
from cms.accounts.models import RoleAssignment
from plugins.services.models import Service
from tests.cms.integrations.calls import Caller, pointers, problem
from tests.conftest import make_service

pytestmark = pytest.mark.django_db
PATH = "/api/v1/services/"
NEW = {
    "slug": "hund-anmelden",
    "title": {"de": "Hund anmelden", "en": "Register a dog"},
    "body": {"de": "<p>Binnen zwei Wochen.</p><script>x</script>"},
    "fees": [{"label": {"de": "Hundemarke"}, "amount_cents": 250}],
    "papers": [{"label": {"de": "Ausweis"}, "required": True}],
}


@pytest.fixture
def caller(caller_with: Any) -> Caller:
    return caller_with("services:write")


@pytest.fixture
def publisher(caller_with: Any) -> Caller:
    return caller_with("services:write", "services:publish")


def test_a_new_service_is_a_draft(caller: Caller, client: Any, integration: Any) -> None:
    answer = caller("post", PATH, NEW)
    assert answer.status_code == 201, answer.content
    body = answer.json()
    assert (body["is_published"], body["has_draft"]) == (False, True)
    assert body["body"] == {"de": "<p>Binnen zwei Wochen.</p>"}
    assert body["fees"] == [
        {"label": {"de": "Hundemarke"}, "amount_cents": 250, "amount_max_cents": None, "condition": {}}
    ]
    assert client.get(body["api_url"]).status_code == 404
    assert Revision.objects.get().user == integration.account


def test_published_it_is_read(publisher: Caller, client: Any) -> None:
    body = publisher("post", PATH, {**NEW, "publish": True}).json()
    assert (body["is_published"], body["has_draft"]) == (True, False)
    shown = client.get(body["api_url"], {"language": "en"}).json()
    assert shown["title"] == "Register a dog"
    assert shown["fees"][0]["amount_cents"] == 250


def test_a_change_waits_until_it_is_published(publisher: Caller, client: Any, roles: Any) -> None:
    address = f"{PATH}{make_service().pk}/"
    changed = publisher("patch", address, {"fees": [{"label": {"de": "Ausweis"}, "amount_cents": 4600}]})
    assert changed.status_code == 200, changed.content
    assert changed.json()["fees"][0]["amount_cents"] == 4600
    assert client.get(address).json()["fees"][0]["amount_cents"] == 3700
    again = publisher("patch", address, {"summary": {"de": "Für alle ab 16."}}).json()
    assert again["fees"][0]["amount_cents"] == 4600
    assert again["has_draft"]
    publisher("patch", address, {"publish": True})
    shown = client.get(address).json()
    assert shown["fees"][0]["amount_cents"] == 4600
    assert shown["summary"] == "Für alle ab 16."
    assert shown["papers"][0]["label"] == "Biometrisches Foto"


def test_publishing_needs_scope_and_right(caller: Caller, publisher: Caller, integration: Any, roles: Any) -> None:
    service = make_service()
    problem(caller("post", PATH, {**NEW, "publish": True}), 403, "insufficient-scope")
    problem(caller("patch", f"{PATH}{service.pk}/", {"publish": True}), 403, "insufficient-scope")
    role = roles["section editors"]
    rights.withdraw(assignment=RoleAssignment.objects.get(user=integration.account))
    from cms.accounts.roles import permissions_named

    role.permissions.add(*permissions_named(["services.add_service", "services.change_service"]))
    rights.assign(user=integration.account, role=role)
    problem(publisher("post", PATH, {**NEW, "publish": True}), 403, "forbidden")
    problem(publisher("patch", f"{PATH}{service.pk}/", {"publish": True}), 403, "forbidden")
    assert Service.objects.count() == 1
    assert not Revision.objects.exists()
    assert publisher("post", PATH, NEW).status_code == 201


def test_what_somebody_has_locked_is_left_alone(caller: Caller, editor_user: Any, roles: Any) -> None:
    service = make_service()
    Service.objects.filter(pk=service.pk).update(locked=True, locked_by=editor_user)
    problem(caller("patch", f"{PATH}{service.pk}/", {"summary": {"de": "x"}}), 409, "conflict")
    assert not Revision.objects.exists()


@pytest.mark.parametrize(
    ("values", "places"),
    [
        ({**NEW, "title": {"en": "Dog"}}, ["/title/de"]),
        ({**NEW, "slug": "a b"}, ["/slug"]),
        ({**NEW, "slug": "personalausweis-beantragen"}, ["/slug"]),
        (
            {**NEW, "fees": [{"label": {"de": "x"}, "amount_cents": 5, "amount_max_cents": 4}]},
            ["/fees/0/amount_max_cents"],
        ),
        ({**NEW, "fees": [{"amount_cents": -1}]}, ["/fees/0/label", "/fees/0/amount_cents"]),
        ({**NEW, "fees": [{"label": {"de": "x"}, "amount_cents": 10**12}]}, ["/fees/0/amount_cents"]),
        ({**NEW, "papers": [7]}, ["/papers/0"]),
        ({**NEW, "processing_days_min": 9, "processing_days_max": 2}, ["/processing_days_max"]),
        ({**NEW, "summary": {"de": "x" * 2_001}}, ["/summary/de"]),
        ({**NEW, "live": True}, ["/live"]),
    ],
)
def test_what_is_wrong_is_named(caller: Caller, values: Any, places: list[str]) -> None:
    make_service()
    assert pointers(problem(caller("post", PATH, values), 400, "invalid")) == places
    assert Service.objects.count() == 1


def test_the_title_stays_unless_it_is_sent(caller: Caller, roles: Any) -> None:
    address = f"{PATH}{make_service().pk}/"
    assert caller("patch", address, {"title": {"en": "Identity card"}}).json()["title"] == {
        "de": "Personalausweis beantragen",
        "en": "Identity card",
    }
    assert pointers(problem(caller("patch", address, {"title": {"de": ""}}), 400, "invalid")) == ["/title/de"]


def test_drafts_of_others_are_not_found(caller: Caller, integration: Any, roles: Any) -> None:
    draft = make_service(live=False)
    rights.withdraw(assignment=RoleAssignment.objects.get(user=integration.account))
    problem(caller("patch", f"{PATH}{draft.pk}/", {"slug": "x"}), 404, "not-found")
    problem(caller("get", f"{PATH}{draft.pk}/source/"), 404, "not-found")
    problem(caller("post", PATH, NEW), 403, "forbidden")
    assert Service.objects.count() == 1
