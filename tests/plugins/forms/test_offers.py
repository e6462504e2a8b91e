"""All that tell of a service agree, at any time, on whether it can be applied for online: by time, places and version."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cms.caching.jobs import carry_out_timed
from plugins.forms.building import publishing
from plugins.forms.models import Form, FormVersion
from plugins.forms.search import mark_forms
from plugins.services.models import LifeSituation
from search.indexing import project_pending
from search.models import SearchEntry
from tests.conftest import client_of, make_service, make_unit
from tests.plugins.forms.filled import Person, make_form
from tests.plugins.forms.test_filling_sending import SHORT
from tests.plugins.forms.test_presentation import applied
from tests.plugins.forms.test_register import make_form as register_form
from tests.plugins.forms.test_register import posted

pytestmark = pytest.mark.django_db
LATER = timedelta(hours=1)


class Clock:
    """The time as all of the site reads it."""

    def __init__(self, monkeypatch: Any) -> None:
        self.moment = timezone.now()
        monkeypatch.setattr(timezone, "now", lambda: self.moment)

    def advance(self, span: timedelta) -> None:
        self.moment += span


@pytest.fixture
def clock(monkeypatch: Any) -> Clock:
    return Clock(monkeypatch)


@pytest.fixture
def service(home: Any) -> Any:
    found = make_service("Zwiebelstand anmelden", unit=make_unit("Marktamt"))
    situation = LifeSituation(slug="markt")
    situation.set_texts({("title", "de"): "Markt"})
    situation.save()
    found.life_situations.add(situation)
    found.save()
    return found


def offer(form: Form, service: Any) -> Form:
    """Let people apply for the service with the form, as the register does."""
    applied(form, service)
    mark_forms([form])
    project_pending(500)
    return form


def said(service: Any, url: str) -> dict[str, bool]:
    """Return what each place says of whether the service can be applied for by the form at ``url`` now."""
    client = Client()
    page = client.get(service.get_absolute_url()).content.decode()
    project_pending(500)  # what is marked; outside of tests after the commit
    hits = client.get("/api/v1/search/", {"q": "Zwiebelstand"}).json()["hits"]
    hit = next(one for one in hits if one["kind"] == "service")
    results = client.get("/suche/", {"q": "Zwiebelstand"}).content.decode()
    row = client.get("/api/v1/services/", {"slug": service.slug}).json()["results"][0]
    listed = client.get("/leistungen/").content.decode().partition(service.get_absolute_url())[2].partition("</li>")[0]
    situation = client.get(reverse("services:life_situation", args=["markt"])).content.decode()
    return {
        "page": f'class="button" href="{url}"' in page,
        "hit": hit["card"]["action_url"].endswith(url),
        "results": f'class="button button--quiet" href="{url}"' in results,
        "api": row["is_online"],
        "a to z": "online" in listed,
        "cards": "online</span>" in situation,
    }


def agreed(service: Any, url: str) -> bool:
    """Return whether one can apply online, on which all must agree."""
    found = said(service, url)
    assert len(set(found.values())) == 1, found
    return found["page"]


def test_all_agree_before_while_and_after(service: Any, clock: Clock) -> None:
    form = offer(
        make_form(SHORT, slug="kurz", open_from=clock.moment + LATER, open_until=clock.moment + 2 * LATER), service
    )
    url = form.get_absolute_url()
    assert not agreed(service, url)
    clock.advance(LATER)
    assert agreed(service, url)
    clock.advance(LATER)
    assert not agreed(service, url)


def test_the_worker_sees_to_it_where_nobody_asks_for_a_page(service: Any, clock: Clock) -> None:
    form = offer(
        register_form("land", kind="link", url="https://land.example/", open_from=clock.moment + LATER), service
    )
    assert not agreed(service, form.url)
    clock.advance(LATER)
    carry_out_timed.call()
    project_pending(500)
    assert SearchEntry.objects.get(kind="service").card["action_url"] == form.url
    assert agreed(service, form.url)


def test_all_agree_when_the_last_place_is_taken(service: Any) -> None:
    form = offer(make_form(SHORT, slug="kurz", max_submissions=1), service)
    assert agreed(service, form.get_absolute_url())
    Person(form).begin().send({"f-word": "Zwiebel"}).send()
    assert not agreed(service, form.get_absolute_url())
    assert "Die höchste Zahl an Einsendungen ist erreicht." in Client().get("/formulare/").content.decode()
    Form.objects.get().save()  # whatever else is edited
    assert not agreed(service, form.get_absolute_url())


def test_all_agree_when_a_version_is_published_and_withdrawn(service: Any) -> None:
    form = make_form(SHORT, slug="kurz")
    form.versions.update(state=FormVersion.State.DRAFT)
    url = offer(form, service).get_absolute_url()
    assert not agreed(service, url)
    publishing.publish(version=form.draft(), note="", by=None, confirmed=True)
    assert agreed(service, url)
    publishing.withdraw(form=form, by=None)
    assert not agreed(service, url)


def test_all_agree_when_the_register_is_edited(service: Any, editor_user: Any) -> None:
    editor_user.is_superuser = True
    editor_user.save()
    form = offer(make_form(SHORT, slug="kurz"), service)
    Person(form).begin().send({"f-word": "Zwiebel"}).send()

    def edit(**values: str) -> bool:
        path = reverse("wagtailsnippets_forms_form:edit", args=[form.pk])
        given = posted(slug="kurz", kind="own", service_keys=[f"service:{service.pk}"], **values)
        assert client_of(editor_user).post(path, given).status_code == 302
        return agreed(service, form.get_absolute_url())

    assert not edit(max_submissions="1")
    assert edit(max_submissions="2")
    assert not edit(open_until="2026-01-01 00:00")
    assert edit(open_until="2126-01-01 00:00")
    assert not edit(is_active="")
