"""Switching a plugin off hides all of it, keeps its content, and switching it on brings all back."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command
from django.db import connection

from cms.content.models import ContentPage
from cms.plugins import switches
from cms.plugins.models import PluginSwitch
from plugins.services.models import Service
from search.indexing import project_pending
from tests.conftest import client_of, make_page, make_service, make_unit, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def city(home: Any) -> Any:
    service = make_service(unit=make_unit())
    project_pending()
    return service


PUBLIC = ["/leistungen/", "/leistungen/personalausweis-beantragen/", "/en/services/", "/api/v1/services/"]


def test_addresses_lead_nowhere_and_come_back(city: Any, client: Any) -> None:
    assert [client.get(path).status_code for path in PUBLIC] == [200] * 4
    switches.switch(label="services", off=True)
    assert [client.get(path).status_code for path in PUBLIC] == [404] * 4
    assert Service.objects.count() == 1
    switches.switch(label="services", off=False)
    assert [client.get(path).status_code for path in PUBLIC] == [200] * 4


def test_menu_search_sitemap_office_and_start_page_forget_it(city: Any, client: Any) -> None:
    paths = ["/", "/suche/?q=Personalausweis", "/suche/vorschlaege/?q=Personal", "/sitemap.xml", "/aemter/buergeramt/",
             "/api/v1/search/?q=Personalausweis"]  # fmt: skip
    address = "personalausweis-beantragen"
    before = [address in client.get(path).content.decode() for path in paths]
    assert any(before)
    switches.switch(label="services", off=True)
    for path in paths:
        text = client.get(path).content.decode()
        assert address not in text, path
        assert "/leistungen/" not in text, path
    switches.switch(label="services", off=False)
    assert [address in client.get(path).content.decode() for path in paths] == before


def test_the_admin_has_neither_entry_nor_address(city: Any) -> None:
    chief = client_of(make_user("chef", is_superuser=True))
    assert "/admin/snippets/services/service/" in chief.get("/admin/").content.decode()
    switches.switch(label="services", off=True)
    assert "/admin/snippets/services/service/" not in chief.get("/admin/").content.decode()
    assert chief.get("/admin/snippets/services/service/").status_code == 404
    assert chief.get("/admin/snippets/directory/location/").status_code == 200


def test_blocks_are_kept_but_not_shown(home: Any, client: Any) -> None:
    block = ContentPage._meta.get_field("body").stream_block
    name = next(name for name, label in block.plugin_labels.items() if label == "services")
    value = block.child_blocks[name].get_default()
    page = make_page(home, "Mit Block", body=[("quote", {"text": "Bleibt", "source": ""}), (name, value)])
    assert page.shown_body[-1].block_type == name
    switches.switch(label="services", off=True)
    page = ContentPage.objects.get(pk=page.pk)
    assert [child.block_type for child in page.shown_body] == ["quote"]
    assert "Bleibt" in client.get(page.url).content.decode()
    page.title = "Inzwischen bearbeitet"
    page.save_revision().publish()
    with connection.cursor() as cursor:
        cursor.execute("SELECT body FROM content_contentpage WHERE page_ptr_id = %s", [page.pk])
        raw = cursor.fetchone()[0]
    assert name in {item["type"] for item in (json.loads(raw) if isinstance(raw, str) else raw)}
    groups = dict(block.grouped_child_blocks())
    assert name in [child.name for child in list(groups.values())[-1]]
    switches.switch(label="services", off=False)
    assert [child.block_type for child in ContentPage.objects.get(pk=page.pk).shown_body] == ["quote", name]


def test_a_page_type_of_a_plugin_that_is_off_is_neither_read_nor_created(home: Any, client: Any) -> None:
    page = make_page(home, "Seite")
    assert ContentPage.can_create_at(home)
    PluginSwitch.objects.create(label="content")
    switches.forget()
    assert not ContentPage.can_create_at(home)
    assert client.get(page.url).status_code == 404


def test_only_who_may_switches(city: Any, editor_user: Any, client: Any) -> None:
    with pytest.raises(PermissionDenied):
        switches.switch(label="services", off=True, by=editor_user)
    for reader in (client, client_of(editor_user)):
        assert reader.get("/admin/plugins/").status_code in {302, 403}
        assert reader.post("/admin/plugins/services/switch/", {"off": "yes"}).status_code in {302, 403}
    assert not PluginSwitch.objects.exists()


def test_the_button_switches_and_says_so(city: Any) -> None:
    chief = client_of(make_user("chef", is_superuser=True))
    assert "Leistungen" in chief.get("/admin/plugins/").content.decode()
    assert chief.get("/admin/plugins/services/switch/").status_code == 405
    chief.post("/admin/plugins/services/switch/", {"off": "yes"})
    row = PluginSwitch.objects.get()
    assert (row.label, row.switched_by.username) == ("services", "chef")
    assert 'value="no"' in chief.get("/admin/plugins/").content.decode()
    chief.post("/admin/plugins/services/switch/", {"off": "no"})
    assert not PluginSwitch.objects.exists()


@pytest.mark.parametrize("label", ["directory", "gibtsnicht"])
def test_what_is_no_plugin_is_refused(label: str, roles: Any) -> None:
    with pytest.raises(switches.SwitchRefused, match=label):
        switches.switch(label=label, off=True)


def test_what_another_plugin_needs_is_refused(roles: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from dataclasses import replace

    from django.apps import apps

    directory = apps.get_app_config("directory")
    monkeypatch.setattr(directory, "manifest", replace(directory.manifest, requires=("wishes",)))
    with pytest.raises(switches.SwitchRefused, match="Verzeichnis"):
        switches.switch(label="services", off=True)


def test_another_process_notices_after_seconds(roles: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not switches.is_off("services")
    PluginSwitch.objects.create(label="services")  # as if elsewhere
    assert not switches.is_off("services")
    monkeypatch.setattr(switches._memory, "until", 0.0)
    assert switches.is_off("services")


def test_the_command_switches_and_lists(roles: Any, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("plugins", "off", "services")
    call_command("plugins")
    assert "off        services" in capsys.readouterr().out
    call_command("plugins", "on", "services")
    assert not PluginSwitch.objects.exists()
    with pytest.raises(CommandError, match="directory"):
        call_command("plugins", "off", "directory")


def test_uninstalling_is_refused_while_there_is_content(home: Any, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("plugins", "uninstall", "services")
    assert "migrate services zero" in capsys.readouterr().out
    block = ContentPage._meta.get_field("body").stream_block
    name = next(name for name, label in block.plugin_labels.items() if label == "services")
    page = make_page(home, "Mit Block", body=[(name, block.child_blocks[name].get_default())])
    with pytest.raises(CommandError, match=name):
        call_command("plugins", "uninstall", "services")
    page.save_revision()
    page.body = []
    page.save()
    with pytest.raises(CommandError, match=name):  # still in a revision
        call_command("plugins", "uninstall", "services")
    page.delete()
    call_command("plugins", "uninstall", "services")
    make_service()
    with pytest.raises(CommandError, match="1 ×"):
        call_command("plugins", "uninstall", "services")
