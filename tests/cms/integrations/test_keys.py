"""Keys: who is let in by what, and who no longer is."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cms.integrations import credentials, services
from cms.integrations.authentication import WRONG_A_MINUTE
from cms.integrations.models import ApiKey, Integration
from tests.cms.integrations.calls import Caller, problem
from tests.conftest import make_service, make_user

pytestmark = pytest.mark.django_db
SERVICES = "/api/v1/services/"
UNKNOWN = "mog_abcdefgh_" + "x" * 43


def key_of(caller: Caller) -> ApiKey:
    return ApiKey.objects.get(prefix=caller.key[:12])


def test_the_key_itself_is_not_stored(caller_with: Any) -> None:
    caller = caller_with()
    row = key_of(caller)
    secret = caller.key.rpartition("_")[2]
    assert secret not in str(vars(row))
    assert credentials.KEY.fullmatch(caller.key)


@pytest.mark.parametrize("shown", [UNKNOWN, "nonsense", "", "\xe4" * 20, "x" * 5_000, "mog_abcdefgh_"])
def test_a_wrong_key_is_refused_with_a_challenge(integration: Integration, shown: str) -> None:
    answer = Caller()("get", SERVICES, authorization=f"Bearer {shown}")
    problem(answer, 401, "not-signed-in")
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="api"'


def test_the_prefix_alone_opens_nothing(caller_with: Any) -> None:
    caller = caller_with()
    problem(Caller(f"{caller.key[:12]}_{'x' * 43}")("get", SERVICES), 401, "not-signed-in")


def end(key: ApiKey) -> None:
    services.revoke_key(key=key)


def expire(key: ApiKey) -> None:
    ApiKey.objects.filter(pk=key.pk).update(expires_at=timezone.now())


def put_out_of_use(key: ApiKey) -> None:
    key.integration.is_active = False
    services.save_integration(integration=key.integration)


def deactivate_account(key: ApiKey) -> None:
    key.integration.account.is_active = False
    key.integration.account.save()


@pytest.mark.parametrize("deed", [end, expire, put_out_of_use, deactivate_account])
def test_a_key_that_ended_is_refused_at_once(caller_with: Any, deed: Any) -> None:
    caller = caller_with()
    assert caller("get", SERVICES).status_code == 200
    deed(key_of(caller))
    problem(caller("get", SERVICES), 401, "not-signed-in")


def test_wrong_keys_are_limited_by_address_and_right_ones_go_on(caller_with: Any) -> None:
    caller, stranger = caller_with(), Caller(UNKNOWN)
    for _number in range(WRONG_A_MINUTE):
        problem(stranger("get", SERVICES), 401, "not-signed-in")
    answer = stranger("get", SERVICES)
    problem(answer, 429, "too-many-requests")
    assert int(answer.headers["Retry-After"]) > 0
    assert caller("get", SERVICES).status_code == 200


def test_without_the_scope_a_key_reads_what_everybody_reads(
    caller_with: Any, staff_rule: Any, integration: Any
) -> None:
    integration.account.groups.add(*staff_rule_groups(staff_rule))
    make_service("Meldebescheinigung")
    make_service("Dienstanweisung", access_rule=staff_rule)

    def read(caller: Caller) -> set[str]:
        return {row["title"] for row in caller("get", SERVICES).json()["results"]}

    assert read(caller_with("notices:write")) == {"Meldebescheinigung"}
    assert read(caller_with("read:internal")) == {"Meldebescheinigung", "Dienstanweisung"}


def staff_rule_groups(rule: Any) -> list[int]:
    return [int(item["who"].removeprefix("group:")) for item in rule.clauses[0]]


def test_answers_to_a_key_are_kept_by_nobody_else(caller_with: Any) -> None:
    answer = caller_with()("get", SERVICES)
    assert answer.headers["Cache-Control"] == "private, no-cache"
    assert "Authorization" in answer.headers["Vary"]


def test_a_key_has_its_own_limit(caller_with: Any) -> None:
    caller = caller_with(requests_a_minute=2)
    assert [caller("get", SERVICES).status_code for _number in range(3)] == [200, 200, 429]
    assert caller_with()("get", SERVICES).status_code == 200


def test_one_query_finds_out_who_calls(caller_with: Any) -> None:
    caller = caller_with()
    Integration.objects.update(last_used_at=timezone.now())
    ApiKey.objects.update(last_used_at=timezone.now())
    with CaptureQueriesContext(connection) as captured:
        assert credentials.find(caller.key)
    assert len(captured) == 1


def test_the_last_use_is_written_once_a_minute(caller_with: Any, django_capture_on_commit_callbacks: Any) -> None:
    caller = caller_with()
    with django_capture_on_commit_callbacks(execute=True):
        caller("get", SERVICES)
    first = key_of(caller).last_used_at
    assert first
    assert key_of(caller).integration.last_used_at == first
    with django_capture_on_commit_callbacks(execute=True) as written:
        caller("get", SERVICES)
    assert not written
    ApiKey.objects.update(last_used_at=first - timedelta(minutes=2))
    with django_capture_on_commit_callbacks(execute=True):
        caller("get", SERVICES)
    assert key_of(caller).last_used_at > first


def test_a_replaced_key_works_on_for_a_week(caller_with: Any) -> None:
    caller = caller_with("notices:write", requests_a_minute=50)
    new, text = services.rotate_key(key=key_of(caller))
    old = key_of(caller)
    assert (new.scopes, new.requests_a_minute, new.name) == (old.scopes, 50, old.name)
    assert old.state == ApiKey.State.ENDING
    assert timedelta(days=6, hours=23) < old.expires_at - timezone.now() <= timedelta(days=7)
    assert caller("get", SERVICES).status_code == Caller(text)("get", SERVICES).status_code == 200
    with pytest.raises(ValidationError):
        services.rotate_key(key=old)


def test_rotation_never_lengthens_a_key(caller_with: Any) -> None:
    soon = timezone.now() + timedelta(hours=1)
    caller = caller_with(expires_at=soon)
    services.rotate_key(key=key_of(caller))
    assert key_of(caller).expires_at == soon


def test_unknown_scopes_are_refused(integration: Integration) -> None:
    with pytest.raises(ValidationError):
        services.create_key(integration=integration, name="Test", scopes=["notices:wriet"])


def test_only_who_may_manages_keys(integration: Integration, caller_with: Any, editor_user: Any) -> None:
    key, client = key_of(caller_with()), services.create_client(integration=integration, name="x", scopes=[])[0]
    for deed in (
        lambda by: services.create_integration(name="Neu", contact="x@mainz.example", by=by),
        lambda by: services.save_integration(integration=integration, by=by),
        lambda by: services.create_key(integration=integration, name="x", by=by),
        lambda by: services.rotate_key(key=key, by=by),
        lambda by: services.revoke_key(key=key, by=by),
        lambda by: services.create_client(integration=integration, name="x", scopes=[], by=by),
        lambda by: services.remove_client(client=client, by=by),
    ):
        with pytest.raises(PermissionDenied):
            deed(editor_user)
        deed(None)


def test_nobody_signs_in_with_the_account(integration: Integration, client: Any) -> None:
    assert not integration.account.has_usable_password()
    make_user("x")
    assert not client.login(username=integration.account.username, password="")
