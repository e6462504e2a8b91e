"""FIT-Connect in the admin: who sees what came and went, who reads what people applied for."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.checks import run_checks
from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from django.test import Client

from cms.accounts.models import RoleAssignment
from plugins.forms.fit_connect import sending
from plugins.forms.fit_connect.access import faults
from plugins.forms.models import FitConnectService, ReceivedSubmission, SentSubmission
from tests.conftest import client_of, make_unit, make_user
from tests.plugins.forms.fit_connect_fixtures import APPLICATION, City
from tests.plugins.forms.fit_connect_simulator import SERVICE, key

pytestmark = pytest.mark.django_db
LIST = "/admin/forms/fit-connect/"


@pytest.fixture
def received(city: City) -> ReceivedSubmission:
    """An application of the unit of the settings, with a file."""
    city.simulator.apply(city.destination, APPLICATION, files={"Impfpass <b>.pdf": b"%PDF geimpft"})
    city.receive()
    return ReceivedSubmission.objects.select_related("case__unit").get()


def with_rights(name: str, *codenames: str) -> Any:
    group = Group.objects.create(name=f"group of {name}")
    group.permissions.set(Permission.objects.filter(codename__in=["access_admin", *codenames]))
    return make_user(name, group)


def case_worker(name: str, unit: Any) -> Any:
    """A person with the right to see cases, for one unit only."""
    group = Group.objects.create(name=f"case workers {name}")
    group.permissions.set(Permission.objects.filter(codename="view_case"))
    user = with_rights(name)
    RoleAssignment.objects.create(user=user, role=group, scope=RoleAssignment.Scope.UNIT, scope_id=str(unit.pk))
    return user


def test_case_workers_read_it(received: ReceivedSubmission) -> None:
    client = client_of(case_worker("anna", received.case.unit))  # type: ignore[union-attr]
    overview = client.get(LIST)
    assert received.case.reference in overview.content.decode()  # type: ignore[union-attr]
    assert "Erika" not in overview.content.decode()
    page = client.get(f"{LIST}{received.pk}/")
    text = page.content.decode()
    assert "Erika Bei-Spiel" in text
    assert "Bello" in text
    assert "Impfpass &lt;b&gt;.pdf" in text
    assert "no-store" in page["Cache-Control"]
    file = client.get(f"{LIST}{received.pk}/{received.files.get().identifier}/")
    assert file.content == b"%PDF geimpft"
    assert file["Content-Type"] == "application/octet-stream"
    assert file["Content-Disposition"].startswith("attachment")
    assert "no-store" in file["Cache-Control"]


@pytest.mark.parametrize("who", ["other unit", "operator", "staff", "nobody"])
def test_others_read_nothing(received: ReceivedSubmission, who: str) -> None:
    user = {
        "other unit": lambda: case_worker("bert", make_unit("Ordnungsamt", "30")),
        "operator": lambda: with_rights("carl", "view_receivedsubmission", "view_sentsubmission"),
        "staff": lambda: with_rights("dora"),
        "nobody": lambda: None,
    }[who]()
    client = client_of(user) if user else Client()
    for path in (f"{LIST}{received.pk}/", f"{LIST}{received.pk}/{received.files.get().identifier}/"):
        answer = client.get(path)
        assert answer.status_code in (302, 404)
        assert b"Erika" not in answer.content
        assert b"geimpft" not in answer.content
    overview = client.get(LIST)
    if who == "operator":
        assert str(received.submission_id) in overview.content.decode()
        assert f"{LIST}{received.pk}/" not in overview.content.decode()
    else:
        assert str(received.submission_id) not in overview.content.decode()


def test_the_button(received: ReceivedSubmission) -> None:
    ReceivedSubmission.objects.update(state="given_up", tags={}, case=None)
    reader = client_of(with_rights("carl", "view_receivedsubmission"))
    path = f"{LIST}received/{received.pk}/retry/"
    assert "retry" not in reader.get(LIST).content.decode()
    reader.post(path)
    assert ReceivedSubmission.objects.get().state == "given_up"
    with pytest.raises(PermissionDenied):
        sending.retry(row=received, by=make_user("emil"))
    operator = client_of(with_rights("dora", "view_receivedsubmission", "change_receivedsubmission"))
    assert path in operator.get(LIST).content.decode()
    assert operator.get(path).status_code == 405
    assert operator.post(path).status_code == 302
    assert ReceivedSubmission.objects.get().state == "waiting"
    assert operator.post(f"{LIST}sideways/1/retry/").status_code == 404


def test_sent_ones_are_for_operators(city: City) -> None:
    SentSubmission.objects.create(key="ho_1", form="hund", destination_id=city.destination.number, state="given_up")
    assert "hund" not in client_of(with_rights("carl", "view_receivedsubmission")).get(LIST).content.decode()
    operator = client_of(with_rights("dora", "view_sentsubmission", "change_sentsubmission"))
    assert "hund" in operator.get(LIST).content.decode()
    operator.post(f"{LIST}sent/{SentSubmission.objects.get().pk}/retry/")
    assert SentSubmission.objects.get().state == "sent"


def test_services_are_assigned_in_the_admin(city: City, admin_client: Any) -> None:
    path = "/admin/fit-connect-services/"
    assert admin_client.get(path).status_code == 200
    unit = make_unit("Ordnungsamt", "30")
    for values in ({"identifier": "99", "unit": unit.pk}, {"identifier": SERVICE}):
        assert admin_client.post(f"{path}new/", values).status_code == 200
    assert not FitConnectService.objects.exists()
    assert admin_client.post(f"{path}new/", {"identifier": SERVICE, "unit": unit.pk}).status_code == 302
    assert FitConnectService.objects.get().unit == unit


def test_sealed_anew_with_a_new_key(received: ReceivedSubmission, settings: Any) -> None:
    settings.DATA_KEYS = ["n" * 50]
    call_command("rotate_keys", verbosity=0)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "other" * 12, []
    received.refresh_from_db()
    assert "Erika" in received.content["data"]
    assert (
        "Impfpass"
        in client_of(case_worker("anna", received.case.unit))
        .get(  # type: ignore[union-attr]
            f"{LIST}{received.pk}/"
        )
        .content.decode()
    )


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"client_secret": ""}, "CLIENT_SECRET"),
        ({"url": "submission-api"}, "no address"),
        ({"destinations": ("x",)}, "no UUID"),
        ({"decryption_keys": ()}, "needs FIT_CONNECT_DECRYPTION_KEYS"),
        ({"decryption_keys": ("/gibt/es/nicht",)}, "no JSON Web Key"),
        ({"signing_key": ""}, "no JSON Web Key"),
        ({"portal_url": ""}, "FIT_CONNECT_PORTAL_URL"),
        ({"trust": "/gibt/es/nicht"}, "FIT_CONNECT_TRUST"),
        ({"trust": ""}, "FIT_CONNECT_TRUST is missing"),
    ],
)
def test_settings_are_checked_at_start(city: City, change: dict[str, Any], why: str) -> None:
    assert faults(city.access) == []
    city.settings.update(change)
    (fault,) = faults(city.access)
    assert why in fault
    assert [one.id for one in run_checks() if why in one.msg] == ["forms.E001"]


def test_wrong_kinds_of_keys_are_named(city: City, tmp_path: Any) -> None:
    public_only = tmp_path / "public.json"
    public_only.write_text(key("mainz-enc", "unwrapKey").export_public())
    city.settings["decryption_keys"] = (str(public_only),)
    assert "is no private key" in faults(city.access)[0]
    city.settings["decryption_keys"] = (city.settings["signing_key"],)
    assert "RSA-OAEP-256" in faults(city.access)[0]
