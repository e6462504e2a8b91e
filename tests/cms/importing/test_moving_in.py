"""A site moves in: as drafts, again and again, and never over what people wrote."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command
from django.test import Client
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Page

from cms.importing import services
from cms.importing.models import ImportedPage, ImportRun
from tests.cms.importing.old_site import OldSite
from tests.conftest import client_of, make_page, make_user

State = ImportedPage.State
pytestmark = pytest.mark.django_db


@pytest.fixture
def place(home: Any) -> Page:
    return make_page(home, "Neu")


@pytest.fixture
def editor(home: Any, editor_user: Any, roles: Any) -> Any:
    from django.contrib.auth.models import Permission
    from wagtail.models import GroupPagePermission

    for name in ("add_page", "change_page"):
        permission = Permission.objects.get(content_type__app_label="wagtailcore", codename=name)
        GroupPagePermission.objects.create(group=roles["editors"], page=home, permission=permission)
    return editor_user


def dump(tmp_path: Path, *pages: tuple[str, str, str, str]) -> str:
    rows = [
        {"path": path, "title": title, "content": html, "parent": {"id": 0, "path": above or None}, "order": number}
        for number, (path, above, title, html) in enumerate(pages)
    ]
    file = tmp_path / "seiten.json"
    file.write_text(json.dumps(rows), encoding="utf-8")
    return str(file)


def move(source: str, place: Page) -> ImportRun:
    run = ImportRun.objects.create(source=source, parent=place)
    services.carry_out(run)
    run.refresh_from_db()
    return run


def below(place: Page) -> Any:
    return Page.objects.get(pk=place.pk).get_children()


def states(run: ImportRun) -> dict[str, str]:
    return dict(run.pages.values_list("address", "state"))


def test_pages_become_drafts_in_their_old_order_and_tree(tmp_path: Path, place: Page) -> None:
    source = dump(
        tmp_path,
        ("/a/kind/", "/a/", "Kind", '<p>Zurück zu <a href="/a/">A</a></p>'),
        ("/a/", "", "A", ""),
    )  # fmt: skip
    run = move(source, place)
    assert run.state == ImportRun.State.DONE
    (above,) = below(place)
    (child,) = above.get_children()
    assert (above.title, child.title, above.live, child.live) == ("A", "Kind", False, False)
    draft = child.specific.get_latest_revision_as_object()
    text = str(draft.body.raw_data[0]["value"])
    assert 'linktype="page"' in text
    assert f'id="{above.pk}"' in text
    assert Client().get(f"/neu/{above.slug}/").status_code == 404
    assert ImportedPage.objects.exclude(html="").count() == 0


def test_a_second_time_changes_nothing(tmp_path: Path, place: Page) -> None:
    source = dump(tmp_path, ("/a/", "", "A", "<p>Text</p>"))
    move(source, place)
    revisions = below(place)[0].revisions.count()
    assert states(move(source, place)) == {"/a/": State.UNCHANGED}
    page = below(place)[0]
    assert (below(place).count(), page.revisions.count()) == (1, revisions)


def test_what_changed_there_is_brought_up_to_date(tmp_path: Path, place: Page) -> None:
    move(dump(tmp_path, ("/a/", "", "A", "<p>Alt</p>")), place)
    run = move(dump(tmp_path, ("/a/", "", "A", "<p>Neu geschrieben</p>")), place)
    assert states(run) == {"/a/": State.UPDATED}
    assert "Neu geschrieben" in str(below(place)[0].get_latest_revision_as_object().body)


def test_what_people_edited_here_is_kept(tmp_path: Path, place: Page) -> None:
    move(dump(tmp_path, ("/a/", "", "A", "<p>Alt</p>")), place)
    page = below(place)[0].specific
    page.title = "Von Hand"
    page.save_revision()
    run = move(dump(tmp_path, ("/a/", "", "A", "<p>Neu</p>")), place)
    assert states(run) == {"/a/": State.EDITED}
    assert below(place)[0].get_latest_revision_as_object().title == "Von Hand"


def test_what_people_deleted_here_stays_deleted(tmp_path: Path, place: Page) -> None:
    source = dump(tmp_path, ("/a/", "", "A", "<p>Text</p>"))
    move(source, place)
    below(place)[0].delete()
    assert states(move(source, Page.objects.get(pk=place.pk))) == {"/a/": State.REMOVED}
    assert not below(place).exists()


def test_a_circle_of_parents_is_cut(tmp_path: Path, place: Page) -> None:
    run = move(dump(tmp_path, ("/a/", "/b/", "A", "<p>1</p>"), ("/b/", "/a/", "B", "<p>2</p>")), place)
    assert set(states(run).values()) == {State.CREATED}
    assert Page.objects.descendant_of(place).count() == 2


def test_equal_names_get_addresses_of_their_own(tmp_path: Path, place: Page) -> None:
    move(dump(tmp_path, ("/x/a/", "", "A", "<p>1</p>"), ("/y/a/", "", "A", "<p>2</p>")), place)
    assert sorted(below(place).values_list("slug", flat=True)) == ["a", "a-2"]


def test_a_crash_in_the_middle_goes_on_where_it_was(
    tmp_path: Path, place: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = dump(tmp_path, *[(f"/{n}/", "", f"Seite {n}", f"<p>{n}</p>") for n in range(4)])
    run = ImportRun.objects.create(source=source, parent=place)
    write, calls = services._write, []

    def dies(row: ImportedPage, *args: Any) -> None:
        calls.append(row.address)
        if len(calls) == 3:
            raise MemoryError
        write(row, *args)

    monkeypatch.setattr(services, "_write", dies)
    with pytest.raises(MemoryError):
        services.carry_out(run)
    monkeypatch.setattr(services, "_write", write)
    services.carry_out(ImportRun.objects.get(pk=run.pk))
    assert set(states(run).values()) == {State.CREATED}
    assert below(place).count() == 4
    assert all(page.revisions.count() == 1 for page in below(place))


def test_old_addresses_lead_to_a_page_once_it_is_live(
    tmp_path: Path, place: Page, django_capture_on_commit_callbacks: Any
) -> None:
    move(dump(tmp_path, ("/alt/dom/", "", "Dom", "<p>Text</p>")), place)
    page = below(place)[0].specific
    assert not Redirect.objects.exists()
    page.get_latest_revision().publish()
    assert services.redirect_published(page_id=page.pk) == 1
    assert services.redirect_published(page_id=page.pk) == 0
    answer = Client().get("/alt/dom/")
    assert (answer.status_code, answer.headers["Location"]) == (301, "/neu/dom/")


def test_a_site_on_the_net_moves_in(place: Page, settings: Any) -> None:
    settings.OUTBOUND_ALLOWS = ["127.0.0.1/32"]
    with OldSite() as site:
        run = move(f"{site.url}/sitemap.xml", place)
    found = states(run)
    assert found["/dom/"] == State.CREATED
    assert found["/dom/turm/"] == State.CREATED
    for address in ("/geheim/", "/fort/", "/datei/", "/kreis/", "/riesig/", "/abbruch/"):
        assert found[address] == State.REFUSED, address
    assert all(run.pages.filter(state=State.REFUSED).values_list("reason", flat=True))
    dom = run.pages.get(address="/dom/").page
    body = dom.get_latest_revision_as_object().body
    assert [block.block_type for block in body] == ["rich_text", "image"]
    assert "Menü" not in str(body)
    assert "Größe" in str(body)  # a page in Latin-1
    assert run.pages.get(address="/dom/turm/").page.get_parent().pk == dom.pk


@pytest.mark.parametrize("path", ["/keine.xml", "/kaputt.xml", "/dom/"])
def test_a_site_without_a_sitemap_says_so(place: Page, settings: Any, path: str) -> None:
    settings.OUTBOUND_ALLOWS = ["127.0.0.1/32"]
    with OldSite() as site:
        run = move(f"{site.url}{path}", place)
    assert run.state == ImportRun.State.FAILED
    assert run.error


def test_our_own_network_is_never_asked(place: Page) -> None:
    with OldSite() as site:
        run = move(f"{site.url}/sitemap.xml", place)
        assert site.asked == []
    assert run.state == ImportRun.State.FAILED


def test_only_who_may_brings_pages_over(place: Page, editor: Any, staff_user: Any) -> None:
    run = services.begin(source="https://alt.example/sitemap.xml", parent=place, by=editor)
    for user in (staff_user, make_user("fremd")):
        with pytest.raises(PermissionDenied):
            services.begin(source="https://alt.example/sitemap.xml", parent=place, by=user)
        for path in ("/admin/moving-in/", f"/admin/moving-in/{run.pk}/", f"/admin/moving-in/{run.pk}/report.csv"):
            assert client_of(user).get(path).status_code == 302, path
    with pytest.raises(services.NotNow):
        services.begin(source="https://alt.example/sitemap.xml", parent=place, by=editor)


def test_an_editor_sees_what_was_lost(tmp_path: Path, place: Page, editor: Any) -> None:
    run = move(dump(tmp_path, ("/a/", "", "=1+1", '<p>Text<img src="x.png" alt="Dom"></p>')), place)
    page = client_of(editor).get(f"/admin/moving-in/{run.pk}/").content.decode()
    assert "=1+1" in page
    report = client_of(editor).get(f"/admin/moving-in/{run.pk}/report.csv").content.decode()
    assert "'=1+1" in report
    assert "image" in report


def test_a_wrong_form_keeps_what_was_typed(place: Page, editor: Any) -> None:
    values = {"source": "ftp://alt.example/", "parent": place.pk, "selector": "###", "limit": "0"}
    page = client_of(editor).post("/admin/moving-in/", values).content.decode()
    assert "ftp://alt.example/" in page
    assert "###" in page
    assert not ImportRun.objects.exists()


def test_the_command_says_what_it_would_do_and_does_it(tmp_path: Path, place: Page, capsys: Any) -> None:
    source = dump(tmp_path, ("/a/", "", "A", '<p>Text<img src="x.png"></p>'))
    call_command("import_site", source, parent="/neu/", dry_run=True)
    assert not ImportedPage.objects.exists()
    call_command("import_site", source, parent="/neu/", report=tmp_path / "bericht.csv")
    assert below(place).count() == 1
    assert "/a/" in (tmp_path / "bericht.csv").read_text(encoding="utf-8")
    with pytest.raises(CommandError):
        call_command("import_site", source, parent="/gibt/es/nicht/")
    with pytest.raises(CommandError):
        call_command("import_site", str(tmp_path / "fehlt.json"), parent="/neu/")
