"""Shared by the tests of FIT-Connect: the simulator, our keys as files, and the settings that lead there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.test import override_settings
from django.utils import timezone

from plugins.forms.fit_connect import jobs
from plugins.forms.fit_connect.access import Access, access
from plugins.forms.models import ReceivedSubmission, SentSubmission
from tests.conftest import make_unit
from tests.plugins.forms.fit_connect_simulator import Destination, Simulator

APPLICATION = {"antragsteller": {"name": "Erika Bei-Spiel"}, "hunde": [{"rufname": "Bello"}], "gechippt": True}


@dataclass
class City:
    """Our side: the simulator it talks to, and its own destination there."""

    simulator: Simulator
    destination: Destination
    settings: dict[str, Any]

    @property
    def access(self) -> Access:
        return access()

    def receive(self) -> None:
        """Run the job now, whatever pauses there are."""
        ReceivedSubmission.objects.update(next_at=timezone.now() - timedelta(seconds=1))
        jobs.receive_applications.call()

    def follow(self) -> None:
        SentSubmission.objects.update(next_at=timezone.now() - timedelta(seconds=1))
        jobs.follow_sent.call()


@pytest.fixture
def city(tmp_path: Path, roles: Any) -> Iterator[City]:
    """A city with keys, a unit for what nobody has assigned, and a running simulator."""
    make_unit("Poststelle", "10")
    with Simulator() as simulator:
        own = simulator.add_destination("mainz")
        names = {"decryption": own.encryption, "signing": own.signature}
        for name, key in names.items():
            (tmp_path / f"{name}.json").write_text(key.export_private())
        values = {
            "url": f"{simulator.url}/v1",
            "token_url": f"{simulator.url}/token",
            "client_id": "mainz",
            "client_secret": simulator.secret,
            "destinations": (own.number,),
            "decryption_keys": (str(tmp_path / "decryption.json"),),
            "signing_key": str(tmp_path / "signing.json"),
            "unit": "poststelle",
            "routing_url": f"{simulator.url}/routing",
            "portal_url": f"{simulator.url}/portal",
            "trust": "none",
            "seconds": 20.0,
        }
        with override_settings(FIT_CONNECT=values, OUTBOUND_ALLOWS=["127.0.0.1/32"]):
            yield City(simulator, own, django_settings.FIT_CONNECT)
