"""Forms on the pages of services, in lists and in the search: open, closed, on paper, several, internal."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.files.base import ContentFile
from django.urls import reverse
from django.utils import timezone

from cms.access.models import AccessRule
from cms.content.models import CityDocument
from plugins.forms import presentation
from plugins.forms.models import Form, FormService, FormVersion
from plugins.forms.search import FormDocument, mark_forms
from plugins.forms.timed import next_at, turn
from plugins.services.search import ServiceDocument
from tests.conftest import client_of, make_service, make_unit
from tests.plugins.forms.filled import make_form
from tests.plugins.forms.test_register import make_form as register_form

pytestmark = pytest.mark.django_db


@pytest.fixture
def service(home: Any) -> Any:
    return make_service("Hundesteuer anmelden")


def applied(form: Form, service: Any) -> Form:
    """Let people apply for the service with the form."""
    FormService.objects.create(form=form, key=f"service:{service.pk}")
    return form


def pdf() -> CityDocument:
    document = CityDocument(title="Antrag")
    document.file.save("antrag.pdf", ContentFile(b"%PDF-1.4"), save=False)
    document.save()
    return document


def test_the_page_of_a_service_offers_what_there_is(service: Any, client: Any) -> None:
    applied(make_form(), service)
    applied(register_form("land", kind="link", url="https://land.example/antrag"), service)
    applied(register_form("bogen", kind="pdf", document=pdf()), service)
    page = client.get(service.get_absolute_url()).content.decode()
    assert 'class="button" href="/formulare/hund-anmelden/"' in page
    assert 'class="button button--secondary" href="https://land.example/antrag"' in page
    assert "Bogen (PDF zum Ausdrucken)" in page
    assert "/formulare/hund-anmelden/papier.pdf" in page
    assert "Formulare" in client.get(reverse("services:service_print", args=[service.slug])).content.decode()
    assert presentation.services_with_form(AnonymousUser()) == {f"service:{service.pk}"}


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"open_from": timedelta(days=2)}, "Das Formular öffnet am"),
        ({"open_until": timedelta(days=-2)}, "Die Frist für dieses Formular"),
    ],
)
def test_a_closed_form_says_so(service: Any, client: Any, changes: dict[str, timedelta], words: str) -> None:
    moments = {name: timezone.now() + span for name, span in changes.items()}
    applied(make_form(**moments), service)
    page = client.get(service.get_absolute_url()).content.decode()
    assert words in page
    assert 'class="button" href="/formulare/hund-anmelden/"' not in page
    assert presentation.services_with_form(AnonymousUser()) == set()
    assert words in client.get("/formulare/").content.decode()


def test_pages_change_when_a_form_opens_and_closes(home: Any, monkeypatch: Any) -> None:
    now = timezone.now()
    assert next_at(now) is None
    form = make_form(open_from=now + timedelta(hours=1), open_until=now + timedelta(hours=2))
    make_form(slug="weg", unit=make_unit("Ordnung"), is_active=False, open_until=now + timedelta(minutes=1))
    for moment in (form.open_from, form.open_until):
        assert next_at(now) == moment
        monkeypatch.setattr(timezone, "now", lambda moment=moment: moment)
        turn()
    assert next_at(now) is None


def test_a_moment_nobody_has_seen_to_is_not_lost_by_an_edit(home: Any, monkeypatch: Any) -> None:
    opens = timezone.now() + timedelta(hours=1)
    form = make_form(open_from=opens)
    monkeypatch.setattr(timezone, "now", lambda: opens + timedelta(minutes=1))
    form.open_until = opens + timedelta(days=1)
    form.save()
    assert next_at(timezone.now()) == opens
    turn()
    assert next_at(timezone.now()) == form.open_until


def test_what_nobody_can_fill_in_is_offered_nowhere(service: Any, client: Any) -> None:
    draft, trial = make_form(slug="entwurf"), make_form(slug="probe", unit=make_unit("Ordnung"), test_mode=True)
    draft.versions.update(state=FormVersion.State.DRAFT)
    for form in (applied(draft, service), applied(trial, service)):
        for path in (service.get_absolute_url(), "/formulare/", "/api/v1/forms/"):
            assert f"/{form.slug}/" not in client.get(path).content.decode()
    assert not FormDocument().queryset().exists()


def test_internal_forms_stand_apart_for_staff_and_nowhere_for_others(
    service: Any, client: Any, staff_rule: AccessRule, staff_user: Any
) -> None:
    applied(make_form(slug="intern", access_rule=staff_rule), service)
    found = client_of(staff_user).get("/formulare/").content.decode()
    assert "Interne Formulare" in found
    assert "/formulare/intern/" in found
    for path in (
        "/formulare/",
        service.get_absolute_url(),
        reverse("services:service_print", args=[service.slug]),
        "/leistungen/",
    ):
        assert "intern/" not in client.get(path).content.decode()
    assert presentation.services_with_form(AnonymousUser()) == set()
    assert presentation.services_with_form(staff_user) != set()


def test_the_entry_of_a_service_names_its_public_form(service: Any, staff_rule: AccessRule) -> None:
    form = applied(make_form(), service)

    def actions() -> set[str]:
        return {entry.card.action_url for entry in ServiceDocument().entries(ServiceDocument().queryset().get())}

    assert actions() == {"/formulare/hund-anmelden/"}
    form.access_rule = staff_rule
    form.save()
    assert actions() == {""}


def test_entries_of_services_follow_their_forms(service: Any) -> None:
    from search.models import PendingObject

    form = applied(make_form(), service)
    PendingObject.objects.all().delete()
    mark_forms([form])
    assert PendingObject.objects.filter(kind="service", object_id=str(service.pk)).exists()
    assert PendingObject.objects.filter(kind="form", object_id=str(form.pk)).exists()


def test_the_api_leads_to_where_people_go(home: Any, client: Any) -> None:
    make_form()
    register_form("land", kind="link", url="https://land.example/antrag", digital_level=3)
    register_form("bogen", kind="pdf", document=pdf())
    rows = client.get("/api/v1/forms/").json()["results"]
    targets = {row["slug"]: row["target"] for row in rows}
    assert targets["land"] == "https://land.example/antrag"
    assert targets["hund-anmelden"].endswith("/formulare/hund-anmelden/")
    assert targets["bogen"].startswith("http://")
    assert "antrag" in targets["bogen"]
    found = client.get("/api/v1/forms/", {"digital_level": 3}).json()["results"]
    assert [row["slug"] for row in found] == ["land"]


def test_the_api_of_services_knows_forms(service: Any, client: Any) -> None:
    def is_online() -> bool:
        rows = client.get("/api/v1/services/").json()["results"]
        return next(row["is_online"] for row in rows if row["slug"] == service.slug)

    assert not is_online()
    applied(make_form(), service)
    assert is_online()
