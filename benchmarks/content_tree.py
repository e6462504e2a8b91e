"""A program: a tree of N pages, and how long explorer, menus and saving take in it. Prints JSON (milliseconds)."""

from __future__ import annotations

import json
import statistics
import sys
import time
from collections.abc import Callable
from typing import Any

import django

django.setup()

from bs4 import BeautifulSoup
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test import Client
from django.utils import timezone
from wagtail.models import Locale, Page, Site

from cms.access.models import AccessRule
from cms.access.pages import refresh_pages
from cms.accounts.models import User
from cms.accounts.roles import set_up_roles
from cms.content.models import ContentPage, HomePage, SectionPage
from search.models import SearchEntry

SECTIONS, PER_GROUP, ROUNDS = 10, 50, 15
MOVED = 5_000


def main() -> None:
    """Build the tree with as many pages as the argument says; with "move", also move a section of 5,000."""
    count = int(sys.argv[1])
    set_up_roles()
    home = _home()
    sections = [
        home.add_child(instance=SectionPage(title=f"Bereich {number}", locale=home.locale, show_in_menus=True))
        for number in range(SECTIONS)
    ]
    for section in sections:
        _fill(section, count // SECTIONS)
    refresh_pages(home.path)
    _analyse()
    boss = User.objects.create_superuser("boss", "boss@mainz.example", "geheimes-wort-1")
    inside, outside = Client(headers={"host": "localhost"}), Client(headers={"host": "localhost"})
    inside.force_login(boss)
    page, group = (Page.objects.get(pk=section.pk).get_children().first() for section in sections[:2])
    found: dict[str, Any] = {
        "explorer": _time(lambda: inside.get(f"/admin/pages/{group.pk}/")),
        "menus": _time(lambda: outside.get(page.get_url())),
        "saving": _time(_saver(inside, page.pk)),
    }
    if "move" in sys.argv:
        found |= _move(home, sections)
    print(json.dumps(found))


def _home() -> HomePage:
    locale = Locale.objects.get_or_create(language_code="de")[0]
    home = Page.objects.get(depth=1).add_child(instance=HomePage(title="Mainz", slug="start", locale=locale))
    Site.objects.update_or_create(is_default_site=True, defaults={"hostname": "localhost", "root_page": home})
    return home


def _fill(section: SectionPage, count: int) -> None:
    """Put ``count`` content pages below ``section``, in groups: lists of them are equally long in every tree."""
    kind = ContentType.objects.get_for_model(ContentPage)
    section = SectionPage.objects.get(pk=section.pk)
    groups = count // PER_GROUP
    for number in range(groups):
        group = section.add_child(instance=ContentPage(title=f"Gruppe {number}", locale=section.locale))
        rows = []
        for place in range(PER_GROUP - 1):
            rows.append(
                Page(
                    title=f"Seite {number} {place}", draft_title=f"Seite {number} {place}", slug=f"seite-{place}",
                    path=group.path + Page._int2str(place + 1).rjust(4, "0"), depth=group.depth + 1,
                    url_path=f"{group.url_path}seite-{place}/", content_type=kind, locale=section.locale, live=True,
                    first_published_at=timezone.now(), last_published_at=timezone.now(),
                )
            )  # fmt: skip
        rows = Page.objects.bulk_create(rows)
        _as_content([row.pk for row in rows])
        Page.objects.filter(pk=group.pk).update(numchild=len(rows))
    for model in (Page,):
        model.objects.filter(pk=section.pk).update(numchild=groups)


def _as_content(ids: list[int]) -> None:
    columns = [field.column for field in ContentPage._meta.local_concrete_fields if not field.primary_key]
    template = ContentPage.objects.order_by("pk").values_list("pk", flat=True).first()
    names = ", ".join(f'"{name}"' for name in columns)
    theirs = ", ".join(f't."{name}"' for name in columns)
    with connection.cursor() as cursor:
        cursor.execute(
            f'INSERT INTO content_contentpage ("page_ptr_id", {names}) SELECT p.id, {theirs} '
            "FROM wagtailcore_page p, content_contentpage t WHERE p.id = ANY(%s) AND t.page_ptr_id = %s",
            [ids, template],
        )


def _analyse() -> None:
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _saver(client: Client, pk: int) -> Callable[[], Any]:
    """Return a call that publishes the page through the editor's own form."""
    address = f"/admin/pages/{pk}/edit/"

    def save() -> Any:
        form = BeautifulSoup(client.get(address).content, "html.parser").find("form", id="page-edit-form")
        values = {
            field["name"]: _chosen(field) if field.name == "select" else field.get("value", field.text)
            for field in form.find_all(("input", "textarea", "select"))
            if field.get("name") and field.get("type") not in ("checkbox", "radio", "submit")
        }
        began = time.perf_counter()
        # The number of blocks is what the editor's scripts add to the form.
        answer = client.post(address, {**values, "body-count": "0", "action-publish": "action-publish"})
        took = time.perf_counter() - began
        assert answer.status_code == 302, answer.context["form"].errors
        return took

    return save


def _chosen(field: Any) -> str:
    options = field.find_all("option")
    return next((option for option in options if option.has_attr("selected")), options[0])["value"]


def _time(call: Callable[[], Any]) -> float:
    """Return the median time of a call in milliseconds; a call may say itself how long it took (seconds)."""
    call()
    times = []
    for _round in range(ROUNDS):
        began = time.perf_counter()
        said = call()
        times.append(said if isinstance(said, float) else time.perf_counter() - began)
    return statistics.median(times) * 1000


def _move(home: HomePage, sections: list[SectionPage]) -> dict[str, Any]:
    """Move a section of about 5,000 pages with their entries; return seconds and how many entries are wrong after it."""
    public = AccessRule.objects.public()
    section = SectionPage.objects.get(pk=sections[0].pk)
    below = Page.objects.descendant_of(section, inclusive=True)
    assert below.count() >= MOVED, below.count()
    SearchEntry.objects.filter(kind="page").delete()
    SearchEntry.objects.bulk_create(
        [
            SearchEntry(
                kind="page", object_id=str(pk), language="de", title="Seite", rule=public, is_live=True, page_path=path,
                url="/" + url_path.removeprefix("/start/"), fold_key=f"page:{pk}",
            )
            for pk, path, url_path in below.values_list("pk", "path", "url_path")
        ],
        batch_size=1_000,
    )  # fmt: skip
    client = Client(headers={"host": "localhost"})
    client.force_login(User.objects.get(username="boss"))
    target = SectionPage.objects.get(pk=sections[1].pk)
    began = time.perf_counter()
    answer = client.post(f"/admin/pages/{section.pk}/move/{target.pk}/confirm/")
    seconds = time.perf_counter() - began
    assert answer.status_code == 302, answer.status_code
    places = dict(Page.objects.values_list("pk", "path"))
    urls = dict(Page.objects.values_list("pk", "url_path"))
    wrong = sum(
        entry.page_path != places[int(entry.object_id)]
        or entry.url != "/" + urls[int(entry.object_id)].removeprefix("/start/")
        for entry in SearchEntry.objects.filter(kind="page", title="Seite")
    )
    return {"move_seconds": seconds, "move_wrong": wrong}


if __name__ == "__main__":
    main()
