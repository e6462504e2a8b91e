"""What lies sealed opens with its purpose and a known key only, and moves to the newest key."""

from __future__ import annotations

from io import StringIO
from typing import Any

import pytest
from cryptography.fernet import Fernet
from django.core.management import CommandError, call_command
from django.test import override_settings

from cms.accounts.models import User
from cms.integrations.models import Integration
from cms.operations import resealing
from cms.operations.checks import check_data_keys
from cms.sealing import Unreadable, _derived, is_newest, seal, seal_bytes, unseal, unseal_bytes
from cms.webhooks.models import WebhookEndpoint
from cms.webhooks.sealed import PURPOSE

OLD, NEW = "old-key-" + "abcdefgh1234" * 4, "new-key-" + "hgfedcba4321" * 4


def test_only_the_purpose_opens_it() -> None:
    sealed = seal("Käse", "one")
    assert unseal(sealed, "one") == "Käse"
    assert "Käse" not in sealed
    with pytest.raises(Unreadable):
        unseal(sealed, "another")
    with pytest.raises(Unreadable):
        unseal(sealed[:-2], "one")
    assert unseal_bytes(seal_bytes(b"\x00\xff", "one"), "one") == b"\x00\xff"


def test_the_newest_key_seals_and_all_read(settings: Any) -> None:
    by_secret = seal("a", "x")
    settings.DATA_KEYS = [OLD]
    by_old = seal("b", "x")
    settings.DATA_KEYS = [NEW, OLD]
    assert (unseal(by_secret, "x"), unseal(by_old, "x")) == ("a", "b")
    assert is_newest(seal("c", "x").encode(), "x")
    assert not is_newest(by_old.encode(), "x")
    settings.DATA_KEYS = [NEW]
    with pytest.raises(Unreadable):
        unseal(by_old, "x")


def test_secrets_of_webhooks_from_before_stay_readable(settings: Any) -> None:
    """Sealed as the webhooks did it themselves: the same purpose, SECRET_KEY."""
    sealed = Fernet(_derived(settings.SECRET_KEY, "cms.webhooks.sealing")).encrypt(b"whsec_x").decode()
    settings.DATA_KEYS = [NEW]
    assert unseal(sealed, PURPOSE) == "whsec_x"


@pytest.fixture
def endpoints(db: None) -> list[WebhookEndpoint]:
    account = User.objects.create_user("machine", "m@mainz.example")
    integration = Integration.objects.create(name="x", account=account)
    with override_settings(DATA_KEYS=[OLD]):
        return [
            WebhookEndpoint.objects.create(
                integration=integration, url="https://a.example/", secret=seal(f"whsec_{number}", PURPOSE)
            )
            for number in range(5)
        ]


def test_rotation_seals_everything_anew_in_portions(endpoints: Any, settings: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(resealing, "PORTION", 2)
    settings.DATA_KEYS = [NEW, OLD]
    out = StringIO()
    call_command("rotate_keys", stdout=out)
    assert "webhooks.WebhookEndpoint: 5 sealed anew, 0 unreadable" in out.getvalue()
    settings.DATA_KEYS = [NEW]
    secrets = [unseal(row.secret, PURPOSE) for row in WebhookEndpoint.objects.order_by("pk")]
    assert secrets == [f"whsec_{number}" for number in range(5)]
    out = StringIO()
    call_command("rotate_keys", stdout=out)
    assert "webhooks.WebhookEndpoint: 0 sealed anew, 0 unreadable" in out.getvalue()


def test_rotation_goes_on_after_a_crash(endpoints: Any, settings: Any, monkeypatch: Any) -> None:
    settings.DATA_KEYS = [NEW, OLD]
    real, calls = resealing._reseal_column, []

    def dies(*args: Any) -> None:
        calls.append(1)
        if len(calls) > 4:
            raise KeyboardInterrupt
        real(*args)

    monkeypatch.setattr(resealing, "_reseal_column", dies)
    with pytest.raises(KeyboardInterrupt):
        call_command("rotate_keys", stdout=StringIO())
    monkeypatch.setattr(resealing, "_reseal_column", real)
    settings.DATA_KEYS = [NEW, OLD]
    call_command("rotate_keys", stdout=StringIO())
    settings.DATA_KEYS = [NEW]
    assert all(unseal(row.secret, PURPOSE) for row in WebhookEndpoint.objects.all())


def test_what_nobody_can_read_is_counted_and_left(endpoints: Any, settings: Any) -> None:
    settings.DATA_KEYS = [NEW]
    before = WebhookEndpoint.objects.order_by("pk").values_list("secret", flat=True)[0]
    with pytest.raises(CommandError, match="5 values"):
        call_command("rotate_keys", stdout=StringIO())
    assert WebhookEndpoint.objects.order_by("pk").values_list("secret", flat=True)[0] == before


def test_a_value_changed_meanwhile_is_left_alone(endpoints: Any, settings: Any, monkeypatch: Any) -> None:
    settings.DATA_KEYS = [NEW, OLD]
    row = endpoints[0]
    stale = WebhookEndpoint.objects.get(pk=row.pk)
    WebhookEndpoint.objects.filter(pk=row.pk).update(secret=seal("whsec_fresh", PURPOSE))
    resealing._reseal_column(stale, "secret", PURPOSE, resealing.Resealed("x"))
    row.refresh_from_db()
    assert unseal(row.secret, PURPOSE) == "whsec_fresh"


@pytest.mark.parametrize(
    ("keys", "found"),
    [
        ([], []),
        ([NEW, OLD], []),
        (["short"], ["operations.E001"]),
        (["a" * 60], ["operations.E001"]),
        ([NEW, NEW], ["operations.E002"]),
    ],
)
def test_bad_keys_are_refused_at_start(settings: Any, keys: list[str], found: list[str]) -> None:
    settings.DATA_KEYS = keys
    assert [problem.id for problem in check_data_keys()] == found


def test_the_key_of_sessions_is_no_key_for_data(settings: Any) -> None:
    settings.DATA_KEYS = [settings.SECRET_KEY]
    assert [problem.id for problem in check_data_keys()] == ["operations.E002"]
