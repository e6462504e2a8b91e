"""Notices by API: what an integration may publish, change and end."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from wagtail.models import ModelLogEntry

from cms.accounts import rights
from cms.accounts.models import RoleAssignment
from cms.accounts.roles import SECTION_EDITORS_GROUP
from cms.api.writing import ACTION
from cms.events.models import Event
from cms.notices.models import Notice
from tests.cms.integrations.calls import Caller, pointers, problem
from tests.conftest import client_of, make_page, make_unit, restrict

pytestmark = pytest.mark.django_db
PATH = "/api/v1/notices/"
BRIDGE = {"headline": {"de": "Brücke gesperrt", "en": "Bridge closed"}, "severity": "warning"}


@pytest.fixture
def caller(caller_with: Any) -> Caller:
    return caller_with("notices:write")


def test_a_notice_is_published(caller: Caller, client: Any, home: Any) -> None:
    answer = caller("post", PATH, {**BRIDGE, "text": {"de": "Bis Freitag."}})
    assert answer.status_code == 201, answer.content
    body = answer.json()
    assert answer.headers["Location"] == body["api_url"] == f"http://testserver/api/v1/notices/{body['id']}/"
    assert body["headline"] == BRIDGE["headline"]
    assert body["place"] == "site"
    assert "Brücke gesperrt" in client.get("/").content.decode()
    assert client.get(answer.headers["Location"]).json()["title"] == "Brücke gesperrt"


def test_what_was_written_is_noted_without_its_words(caller: Caller, integration: Any) -> None:
    pk = caller("post", PATH, BRIDGE).json()["id"]
    row = ModelLogEntry.objects.get(action=ACTION)
    assert (row.user, row.object_id) == (integration.account, pk)
    assert row.data == {"integration": "Baustellenkoordination", "credential": caller.key[:12], "method": "POST",
                        "fields": ["headline", "severity"]}  # fmt: skip
    assert Event.objects.get(kind="notice").actor_id == integration.account_id


def test_it_is_changed_and_ended(caller: Caller, client: Any, home: Any) -> None:
    address = caller("post", PATH, BRIDGE).json()["api_url"]
    changed = caller("patch", address, {"headline": {"de": "Brücke wieder frei"}})
    assert changed.status_code == 200
    assert changed.json()["severity"] == "warning"
    assert "Brücke wieder frei" in client.get("/").content.decode()
    ended = caller("post", f"{address}end/")
    assert ended.status_code == 200
    assert "Brücke wieder frei" not in client.get("/").content.decode()
    assert caller("post", f"{address}end/").status_code == 200


def test_only_the_version_that_was_read_is_changed(caller: Caller) -> None:
    created = caller("post", PATH, BRIDGE)
    address = created.json()["api_url"]
    source = caller("get", created.json()["source_url"])
    assert source.headers["ETag"] == created.headers["ETag"]
    assert caller("patch", address, {"severity": "information"}, if_match=source.headers["ETag"]).status_code == 200
    problem(
        caller("patch", address, {"severity": "warning"}, if_match=source.headers["ETag"]), 412, "changed-meanwhile"
    )
    problem(caller("patch", address, {"severity": "warning"}, if_match='W/"x"'), 412, "changed-meanwhile")
    problem(caller("post", f"{address}end/", if_match=source.headers["ETag"]), 412, "changed-meanwhile")
    assert caller("patch", address, {"severity": "warning"}, if_match="*").status_code == 200


def test_a_source_can_be_sent_back_as_it_is(caller: Caller) -> None:
    created = caller("post", PATH, BRIDGE).json()
    source = caller("get", created["source_url"]).json()
    answer = caller("patch", created["api_url"], source)
    assert answer.status_code == 200, answer.content
    assert answer.json() == source


@pytest.mark.parametrize(
    ("values", "places"),
    [
        ({}, ["/headline"]),
        ({"headline": {}}, ["/headline"]),
        ({"headline": {"en": "Bridge"}}, ["/headline/de"]),
        ({"headline": {"de": "x" * 121}}, ["/headline/de"]),
        ({"headline": {"fr": "Pont", "de": "x"}}, ["/headline/fr"]),
        ({"headline": "Brücke"}, ["/headline"]),
        ({"headline": {"de": "a\x00b"}}, ["/headline/de"]),
        ({**BRIDGE, "link": "javascript:alert(1)"}, ["/link"]),
        ({**BRIDGE, "hedline": {}}, ["/hedline"]),
        ({"headline": {"en": "Bridge"}, "severity": "odd", "x": 1}, ["/severity", "/headline/de", "/x"]),
        ({**BRIDGE, "starts": "2026-01-02T00:00:00Z", "ends": "2026-01-01T00:00:00Z"}, ["/ends"]),
        ({**BRIDGE, "place": "unit"}, ["/unit_id"]),
        ({**BRIDGE, "place": "unit", "unit_id": 2**70}, ["/unit_id"]),
        ({**BRIDGE, "place": "record", "target_kind": "service", "target_id": "7"}, ["/target_id"]),
        ({**BRIDGE, "place": "record"}, ["/target_id"]),
        ([], [""]),
        ("x", [""]),
    ],
)
def test_what_is_wrong_is_named(caller: Caller, values: Any, places: list[str]) -> None:
    assert pointers(problem(caller("post", PATH, values), 400, "invalid")) == places
    assert not Notice.objects.exists()


def test_who_may_not_writes_nothing(caller_with: Any, staff_user: Any, editor_user: Any, home: Any) -> None:
    notice = Notice.objects.create(headline={"de": "Alt"})
    before = list(Notice.objects.values())
    addresses = [("post", PATH, BRIDGE), ("patch", f"{PATH}{notice.pk}/", BRIDGE), ("post", f"{PATH}{notice.pk}/end/", None),
                 ("get", f"{PATH}{notice.pk}/source/", None)]  # fmt: skip
    for method, path, data in addresses:
        nobody = Caller()(method, path, data)
        problem(nobody, 401, "not-signed-in")
        assert nobody.headers["WWW-Authenticate"].startswith("Bearer")
        other = caller_with("read:internal")(method, path, data)
        problem(other, 403, "insufficient-scope")
        assert 'scope="notices:write"' in other.headers["WWW-Authenticate"]
        for user in (staff_user, editor_user):  # people write in the admin
            session = Caller()
            session.client = client_of(user)
            problem(session(method, path, data), 403, "forbidden")
    assert list(Notice.objects.values()) == before


def test_the_scope_alone_gives_no_right(caller: Caller, integration: Any, roles: Any) -> None:
    notice = Notice.objects.create(headline={"de": "Alt"})
    rights.withdraw(assignment=RoleAssignment.objects.get(user=integration.account))
    problem(caller("post", PATH, BRIDGE), 403, "forbidden")
    problem(caller("patch", f"{PATH}{notice.pk}/", BRIDGE), 403, "forbidden")
    assert Notice.objects.count() == 1


def test_a_role_in_one_unit_reaches_no_further(caller: Caller, integration: Any, roles: Any) -> None:
    mine, other = make_unit("Tiefbauamt", "66"), make_unit("Bürgeramt", "33")
    rights.withdraw(assignment=RoleAssignment.objects.get(user=integration.account))
    rights.assign(user=integration.account, role=roles[SECTION_EDITORS_GROUP], scope="unit", scope_id=mine.pk)
    assert caller("post", PATH, {**BRIDGE, "place": "unit", "unit_id": mine.pk}).status_code == 201
    for values in ({"place": "unit", "unit_id": other.pk}, {"place": "site"}):
        problem(caller("post", PATH, {**BRIDGE, **values}), 403, "forbidden")
    own = Notice.objects.get()
    problem(caller("patch", f"{PATH}{own.pk}/", {"unit_id": other.pk}), 403, "forbidden")
    own.refresh_from_db()
    assert own.unit == mine


def test_an_emergency_needs_scope_and_right(caller: Caller, caller_with: Any, integration: Any, roles: Any) -> None:
    emergency = {**BRIDGE, "severity": "emergency"}
    problem(caller("post", PATH, emergency), 403, "insufficient-scope")
    with_scope = caller_with("notices:write", "notices:emergency")
    problem(with_scope("post", PATH, emergency), 403, "forbidden")
    rights.assign(user=integration.account, role=roles["emergency publishers"])
    address = with_scope("post", PATH, emergency).json()["api_url"]
    problem(caller("patch", address, {"severity": "warning"}), 403, "insufficient-scope")
    problem(caller("post", f"{address}end/"), 403, "insufficient-scope")
    assert with_scope("post", f"{address}end/").status_code == 200


def test_nobody_learns_by_writing_what_he_may_not_see(caller: Caller, home: Any, roles: Any, staff_rule: Any) -> None:
    hidden = make_page(home, "Verborgen")
    restrict(hidden, roles["staff"])
    unit = make_unit("Stab", "1", access_rule=staff_rule)
    for there, not_there in (
        ({"place": "record", "target_kind": "page", "target_id": str(hidden.pk)}, {"target_id": "99999999"}),
        ({"place": "unit", "unit_id": unit.pk}, {"unit_id": 99999999}),
    ):
        answers = [caller("post", PATH, {**BRIDGE, **there, **more}) for more in ({}, not_there)]
        assert answers[0].status_code == 400
        assert answers[0].json() == answers[1].json()


def test_hidden_notices_are_not_found(caller: Caller, integration: Any, staff_rule: Any) -> None:
    rights.withdraw(assignment=RoleAssignment.objects.get(user=integration.account))
    hidden = Notice.objects.create(headline={"de": "Intern"}, access_rule=staff_rule)
    planned = Notice.objects.create(headline={"de": "Bald"}, starts=timezone.now() + timedelta(days=1))
    for notice in (hidden, planned):
        problem(caller("patch", f"{PATH}{notice.pk}/", BRIDGE), 404, "not-found")
    problem(caller("patch", f"{PATH}{10**30}/", BRIDGE), 404, "not-found")
