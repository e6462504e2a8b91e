"""Each kind of contribution does what docs/plugins.md says, and stops doing it while the plugin is off.

Run by tests/contract/test_every_kind.py in a process of its own, with tests.plugins.dummy.settings.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django_tasks_db.models import DBTaskResult

from cms.accounts import leaving
from cms.accounts.roles import set_up_roles
from cms.caching import versions, watching
from cms.events.models import Delivery
from cms.events.services import deliver_one, record
from cms.integrations.services import all_scopes, create_integration
from cms.jobs import schedule
from cms.notifications.forms import topics_for
from cms.notifications.services import notify
from cms.operations.demo import load_demo
from cms.operations.tour import tour_steps
from cms.plugins import switches
from cms.plugins.config import CONTRIBUTIONS
from cms.plugins.content import content_of
from cms.plugins.references import uses_of
from cms.plugins.registry import collect, enabled_plugins, providers
from cms.sealing import is_newest, seal
from cms.webhooks import telling
from cms.webhooks.models import WebhookDelivery
from cms.webhooks.services import create_endpoint
from search.indexing import project_pending, rebuild
from tests.conftest import client_of, make_page, make_unit, make_user

from .models import DummyNote, DummyTrace

pytestmark = pytest.mark.django_db


@pytest.fixture
def notes(roles: Any, home: Any, staff_rule: Any) -> Any:
    """A public and an internal note."""
    DummyNote.objects.create(title="Spundekäs", text="Frischkäse mit Paprika")
    DummyNote.objects.create(title="Geheimnotiz", text="Spundekäs intern", access_rule=staff_rule)
    rebuild()
    return home


NUMBERS = itertools.count()


def someone(**values: Any) -> Any:
    """An account nobody else has."""
    return make_user(f"person{next(NUMBERS)}", **values)


def text(client: Client, path: str) -> str:
    return client.get(path, follow=True).content.decode()


def pages() -> str:
    return text(Client(), "/dummy/")


def api() -> str:
    return text(Client(), "/api/v1/dummy-count/")


def resources() -> str:
    return text(Client(), "/api/v1/dummy/")


def scopes() -> str:
    return " ".join(all_scopes())


def search() -> str:
    return text(Client(), "/suche/?q=Spundek%C3%A4s")


def menu() -> str:
    return text(Client(), "/suche/")


def block() -> str:
    return text(Client(), "/mit-block/")


def provided() -> str:
    return " ".join(str(note) for ask in providers("dummy_notes").values() for note in ask(None))


def dashboard() -> str:
    return text(client_of(someone(is_superuser=True)), "/admin/")


def tour() -> str:
    return " ".join(str(step.title) for step in tour_steps())


def smoke() -> str:
    return " ".join(path for _config, ask in collect("smoke") for path in ask())


def topics() -> str:
    return " ".join(str(topic.title) for topic in topics_for(someone()))


def jobs() -> str:
    return " ".join(name for name, _job in schedule.periodic_jobs())


def health() -> str:
    DummyNote.objects.create(title="")
    return " ".join(problem.text for _config, ask in collect("health") for problem in ask())


def timed() -> str:
    return " ".join(item.name for item in versions.timed_changes())


def feeds() -> str:
    return text(Client(), "/dummy/feed.rss")


def datasets() -> str:
    answer = Client().get("/offene-daten/notizen.json")
    return answer.getvalue().decode()


SEEN: dict[str, tuple[Callable[[], str], str]] = {
    "urls": (pages, "Spundekäs"),
    "api": (api, '{"notes":1}'),
    "resources": (resources, "Spundekäs"),
    "scopes": (scopes, "dummy:write"),
    "search": (search, 'href="/dummy/'),
    "menu": (menu, ">Notizen<"),
    "blocks": (block, "Spundekäs"),
    "provides": (provided, "Spundekäs"),
    "dashboard": (dashboard, "Notizen im Haus"),
    "actions": (dashboard, "Notiz schreiben"),
    "tour": (tour, "Notizen ansehen"),
    "smoke": (smoke, "/dummy/"),
    "topics": (topics, "Neue Notizen"),
    "jobs": (jobs, "dummy.count"),
    "timed": (timed, "new notes"),
    "feeds": (feeds, "Spundekäs"),
    "datasets": (datasets, "Spundekäs"),
    "health": (health, "Notizen ohne Titel"),
}
#: Kinds with a test of their own below.
OTHERS = {"roles", "events", "hooks", "privacy", "uses", "demo", "unseen", "sealed"}


def test_every_kind_is_used_and_tested() -> None:
    (config,) = [config for config in enabled_plugins() if config.label == "dummy"]
    assert [kind for kind in CONTRIBUTIONS if not getattr(config.manifest, kind)] == []
    assert set(CONTRIBUTIONS) - OTHERS == set(SEEN) - {"provides"}


@pytest.mark.parametrize("kind", SEEN)
def test_it_is_there_gone_and_back(notes: Any, kind: str) -> None:
    if kind == "blocks":
        make_page(notes, "Mit Block", slug="mit-block", body=[("dummy_notes", {"number": 3})])
    look, expected = SEEN[kind]
    assert expected in look()
    assert "Geheimnotiz" not in look()
    switches.switch(label="dummy", off=True)
    assert expected not in look()
    switches.switch(label="dummy", off=False)
    assert expected in look()


def test_an_integration_writes_with_the_scope_of_the_plugin(notes: Any, caller_with: Any) -> None:
    caller = caller_with("dummy:write")
    made = caller("post", "/api/v1/dummy/", {"title": "Handkäs"})
    assert made.status_code == 201, made.content
    assert (
        caller("patch", made.json()["api_url"], {"title": "Handkäs mit Musik"}).json()["title"] == "Handkäs mit Musik"
    )
    switches.switch(label="dummy", off=True)
    assert caller("post", "/api/v1/dummy/", {"title": "x"}).status_code == 404
    assert DummyNote.objects.filter(title="x").count() == 0


def test_what_no_page_shows_leaves_the_page_cache(notes: Any) -> None:
    assert watching.unseen()["dummy_dummytrace"] is None
    assert "dummy_dummynote" not in watching.unseen()


def test_what_is_sealed_moves_to_the_newest_key(settings: Any) -> None:
    DummyTrace.objects.create(words=seal("x", "dummy"))
    settings.DATA_KEYS = ["brand-new-" + "abcdefgh1234" * 4]
    call_command("rotate_keys")
    assert is_newest(DummyTrace.objects.get().words.encode(), "dummy")


def test_the_words_of_a_block_are_found_only_while_the_plugin_is_on(notes: Any) -> None:
    make_page(notes, "Mit Block", slug="mit-block", body=[("dummy_notes", {"number": 3, "heading": "Kellermeisterei"})])

    def found() -> bool:
        project_pending()
        return 'href="/mit-block/"' in text(Client(), "/suche/?q=Kellermeisterei")

    assert found()
    switches.switch(label="dummy", off=True)
    assert not found()
    switches.switch(label="dummy", off=False)
    assert found()


def test_pages_of_a_plugin_that_is_off_are_not_found(notes: Any) -> None:
    switches.switch(label="dummy", off=True)
    for path in ("/dummy/", "/api/v1/dummy/", "/api/v1/dummy-count/"):
        assert Client().get(path).status_code == 404


def test_an_address_that_goes_away_says_so(notes: Any) -> None:
    answer = Client().get("/api/v1/dummy-count/")
    assert answer["Deprecation"] == "@1767225600"
    assert answer["Sunset"] == "Fri, 01 Jan 2027 00:00:00 GMT"
    assert answer["Link"] == '</api/v1/dummy/>; rel="successor-version"'


def test_roles(roles: Any) -> None:
    assert set_up_roles()["editors"].permissions.filter(codename="add_dummynote").exists()


def test_events_wait_while_the_plugin_is_off(notes: Any) -> None:
    switches.switch(label="dummy", off=True)
    make_page(notes, "Neues").save_revision().publish()
    while deliver_one():  # others are told
        pass
    assert Delivery.objects.filter(subscriber="dummy.pages").count() == 1
    assert not DummyTrace.objects.exists()
    switches.switch(label="dummy", off=False)
    assert deliver_one()
    assert DummyTrace.objects.get().words == "page published"


def test_a_job_runs(notes: Any) -> None:
    from .work import count_notes

    count_notes.enqueue()
    call_command("work", until_idle=True, only=["jobs"], interval=0)
    assert DBTaskResult.objects.filter(task_path__endswith="count_notes").get().return_value == 2


def test_a_message_is_queued(notes: Any) -> None:
    mail = notify(topic="dummy", template="dummy/mail.txt", to=make_user("vera"), context={"title": "Spundekäs"})
    assert mail
    assert mail.subject == "Neue Notiz"
    assert "Spundekäs" in mail.html


def test_privacy(notes: Any) -> None:
    user = make_user("vera")
    DummyNote.objects.create(title="Veras Notiz", owner=user)
    assert leaving.export(user)["dummy"]["notes"] == [{"title": "Veras Notiz", "text": ""}]
    switches.switch(label="dummy", off=True)
    assert leaving.erase(user=user)["dummy.notes"] == 1, "also while it is off"
    assert not DummyNote.objects.filter(title="Veras Notiz").exists()


def test_uses(notes: Any) -> None:
    unit = make_unit()
    DummyNote.objects.create(title="Zum Amt", about_kind="organisationunit", about_id=str(unit.pk))
    switches.switch(label="dummy", off=True)
    assert [str(use.title) for use in uses_of("organisationunit", unit.pk)] == ["Zum Amt"], "also while it is off"


def test_demo(roles: Any, home: Any) -> None:
    lines: list[str] = []
    load_demo(lines.append)
    load_demo(lines.append)
    assert DummyNote.objects.filter(title="Beispielnotiz").count() == 1


def test_uninstalling_names_what_is_there(notes: Any) -> None:
    (config,) = [config for config in enabled_plugins() if config.label == "dummy"]
    assert content_of(config)["Notizen"] == 2


def test_other_systems_are_told_of_notes_they_may_see(notes: Any, settings: Any, staff_rule: Any) -> None:
    settings.OUTBOUND_ALLOWS = ["127.0.0.1/32"]
    while deliver_one():  # what happened before there was anybody to tell
        pass
    integration = create_integration(name="Vorleser", contact="post@vorleser.example")
    create_endpoint(integration=integration, url="http://127.0.0.1/", events=["dummynote.*"])
    telling.compare_all()

    def told() -> list[str]:
        telling.compare_all()
        while deliver_one():
            pass
        verbs = list(WebhookDelivery.objects.order_by("pk").values_list("verb", flat=True))
        WebhookDelivery.objects.all().delete()
        return verbs

    note = DummyNote.objects.create(title="Neu")
    secret = DummyNote.objects.create(title="Intern", access_rule=staff_rule)
    assert told() == ["published"]
    for one in (note, secret):
        record(kind="dummynote", object_id=one.pk, verb="read_aloud")
    assert told() == ["read_aloud"]
    switches.switch(label="dummy", off=True)
    assert set(told()) == {"unpublished"}
    switches.switch(label="dummy", off=False)
    assert set(told()) == {"published"}
    note.delete()
    secret.delete()
    assert told() == ["deleted"]
