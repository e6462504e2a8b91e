"""What others refer to is not deleted, and the editor reads who does."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from cms.directory.models import OrganisationUnit
from cms.plugins.references import uses_of
from tests.conftest import client_of, make_location, make_service, make_unit

pytestmark = pytest.mark.django_db


def test_services_report_units_and_locations_they_name() -> None:
    unit, location = make_unit(), make_location()
    make_service("Personalausweis beantragen", unit=unit, location=location)
    for kind, pk in (("organisationunit", unit.pk), ("location", location.pk)):
        assert [str(use.title) for use in uses_of(kind, pk)] == ["Personalausweis beantragen"]
        assert uses_of(kind, pk)[0].url.startswith("/admin/")
    assert uses_of("organisationunit", "x") == uses_of("page", unit.pk) == []


def test_a_unit_in_use_is_not_deleted(home: Any, editor_user: Any) -> None:
    unit = make_unit()
    make_service("Personalausweis beantragen", unit=unit)
    client = client_of(editor_user)
    address = reverse("wagtailsnippets_directory_organisationunit:delete", args=[unit.pk])
    answer = client.post(address, follow=True)
    assert OrganisationUnit.objects.filter(pk=unit.pk).exists()
    assert "Personalausweis beantragen" in answer.content.decode()


def test_a_unit_nobody_uses_is_deleted(home: Any, editor_user: Any) -> None:
    unit = make_unit()
    address = reverse("wagtailsnippets_directory_organisationunit:delete", args=[unit.pk])
    client_of(editor_user).post(address)
    assert not OrganisationUnit.objects.filter(pk=unit.pk).exists()
