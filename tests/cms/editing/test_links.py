"""Links within the site are looked up at once; servers outside are asked politely, and never one inside."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from django.test import override_settings
from django.urls import reverse
from django.utils import timezone
from wagtail.contrib.redirects.models import Redirect

from cms import outbound
from cms.editing.links import fetching, services
from cms.editing.links.fetching import Answer, ask
from cms.editing.links.internal import Target, problems_of
from cms.editing.models import ExternalAddress, PageLink
from tests.conftest import client_of, make_page, make_user

from .conftest import text_page

pytestmark = pytest.mark.django_db
State = ExternalAddress.State


class Misbehaving(BaseHTTPRequestHandler):
    """A server with the habits of real ones; notes what it was asked."""

    asked: list[tuple[str, str, str]] = []

    def do_HEAD(self) -> None:
        self.answer()

    def do_GET(self) -> None:
        self.answer()

    def answer(self) -> None:
        type(self).asked.append((self.command, self.path, self.headers.get("User-Agent", "")))
        name = self.path.strip("/")
        if name == "slow":
            threading.Event().wait(2)
        if name == "drop":
            self.connection.close()
            return
        status, headers = 200, {}
        if name == "head-refused":
            status = 405 if self.command == "HEAD" else 200
        elif name == "head-lies":
            status = 404 if self.command == "HEAD" else 200
        elif name.isdigit():
            status = int(name)
        elif name == "moved":
            status, headers = 301, {"Location": "/fine"}
        elif name == "for-now":
            status, headers = 302, {"Location": "/fine"}
        elif name == "loop":
            status, headers = 302, {"Location": "/loop"}
        elif name == "inside":
            status, headers = 302, {"Location": "http://10.0.0.7/secret"}
        elif name == "file":
            status, headers = 302, {"Location": "file:///etc/passwd"}
        elif name == "busy":
            status, headers = 429, {"Retry-After": "7200"}
        self.send_response(status)
        for key, value in headers.items():
            self.send_header(key, value)
        self.end_headers()
        if self.command == "GET" and status == 200:
            self.wfile.write(b"x" * 100_000)

    def log_message(self, *args: Any) -> None:
        pass


@pytest.fixture
def server() -> Iterator[str]:
    """A misbehaving server on this machine, which the check may ask for once."""
    Misbehaving.asked = []
    httpd = ThreadingHTTPServer(("127.0.0.1", 0), Misbehaving)
    threading.Thread(target=httpd.serve_forever, daemon=True).start()
    with override_settings(OUTBOUND_ALLOWS=["127.0.0.1/32"]):
        yield f"http://127.0.0.1:{httpd.server_port}"
    httpd.shutdown()


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("fine", 200),
        ("404", 404),
        ("410", 410),
        ("500", 500),
        ("403", 403),
        ("head-refused", 200),
        ("head-lies", 200),
        ("for-now", 200),
    ],
)
def test_what_a_server_answers(server: str, path: str, status: int) -> None:
    assert ask(f"{server}/{path}").status == status


def test_the_check_says_who_it_is_and_asks_for_the_head_first(server: str) -> None:
    ask(f"{server}/fine")
    assert [(method, path) for method, path, _agent in Misbehaving.asked] == [("HEAD", "/fine")]
    assert "LinkChecker" in Misbehaving.asked[0][2]


def test_a_permanent_move_is_told(server: str) -> None:
    answer = ask(f"{server}/moved")
    assert (answer.works, answer.permanent, answer.url) == (True, True, f"{server}/fine")
    assert not ask(f"{server}/for-now").permanent


def test_redirects_end(server: str) -> None:
    assert ask(f"{server}/loop").reason == "too many redirects"
    assert len(Misbehaving.asked) == fetching.REDIRECTS + 1


@pytest.mark.parametrize("path", ["inside", "file"])
def test_a_redirect_inside_is_not_followed(server: str, path: str) -> None:
    answer = ask(f"{server}/{path}")
    assert answer.refused
    assert len(Misbehaving.asked) == 1


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/",
        "http://localhost:8000/",
        "http://10.1.2.3/",
        "http://192.168.0.1/",
        "http://169.254.169.254/latest/meta-data/",
        "http://[::1]/",
        "http://[::ffff:127.0.0.1]/",
        "http://[64:ff9b::a00:1]/",
        "http://[2002:7f00:1::]/",
        "http://2130706433/",
        "http://0.0.0.0/",
        "http://user:pw@example.org/",
        "ftp://example.org/",
        "gopher://127.0.0.1:70/",
    ],
)
def test_nothing_inside_is_asked(url: str) -> None:
    assert ask(url).refused


def test_a_name_that_leads_inside_is_not_asked(monkeypatch: Any) -> None:
    """The address that was checked is the one that is asked: a name can't change its mind in between."""
    found = [(2, 1, 6, "", ("192.168.1.1", 80)), (2, 1, 6, "", ("93.184.216.34", 80))]
    monkeypatch.setattr(outbound.socket, "getaddrinfo", lambda *args, **kwargs: found)
    assert ask("http://rebind.example/").refused


def test_a_server_with_both_kinds_of_address_is_asked_by_the_older(monkeypatch: Any) -> None:
    """Not every machine has a way out by IPv6; its links would all count as broken."""
    found = [(10, 1, 6, "", ("2606:2800:220::1", 80, 0, 0)), (2, 1, 6, "", ("93.184.216.34", 80))]
    monkeypatch.setattr(outbound.socket, "getaddrinfo", lambda *args, **kwargs: found)
    assert outbound.public_address("both.example", 80) == "93.184.216.34"


def test_a_slow_server_and_one_that_hangs_up_are_no_answer(server: str, monkeypatch: Any) -> None:
    monkeypatch.setattr(fetching, "READ", 0.3)
    monkeypatch.setattr(fetching, "CONNECT", 0.3)
    assert ask(f"{server}/slow").reason == "no answer in time"
    assert ask(f"{server}/drop").status == 0


def test_an_unknown_name_and_nonsense_raise_nothing(monkeypatch: Any) -> None:
    def unknown(*args: Any, **kwargs: Any) -> Any:
        raise outbound.socket.gaierror

    monkeypatch.setattr(outbound.socket, "getaddrinfo", unknown)
    assert ask("http://gibtesnicht.example/").reason == "unknown name"
    for url in ("http://", "http://exa mple/", "http://example.org:99999/", "http://xn--/", "https://" + "a" * 300):
        assert not ask(url).works


def test_links_of_a_page_are_stored_with_their_place(home: Any) -> None:
    other = make_page(home, "Anfahrt")
    page = text_page(
        home,
        f'<p><a linktype="page" id="{other.pk}">Anfahrt</a> <a href="https://a.example/x#y">Plan A</a></p>',
        '<p><a href="/gibt-es-nicht/">Fort</a> <a href="mailto:x@a.example">Mail</a></p>',
    )
    assert services.store_links(page) == 3
    rows = {row.text: row for row in PageLink.objects.all()}
    assert rows["Anfahrt"].problem == ""
    assert rows["Fort"].problem == "no_path"
    assert rows["Fort"].block_id == page.body[1].id
    assert rows["Plan A"].address.url == "https://a.example/x"
    assert rows["Plan A"].address.host == "a.example"


def test_links_inside_are_judged_by_the_tree(home: Any, client: Any) -> None:
    live = make_page(home, "Markt")
    draft = make_page(home, "Entwurf", live=False)
    Redirect.objects.create(old_path="/alt", redirect_page=live)
    expected = {
        f"page:{live.pk}": "",
        f"page:{draft.pk}": "not_live",
        "page:99999": "no_page",
        "document:99999": "no_document",
        "/markt/": "",
        "/markt": "",
        "http://localhost/markt/": "",
        "/entwurf/": "no_path",
        "/alt/": "",
        "/leistungen/": "",
        "/static/x.css": "",
        "https://example.org/": "",
        "": "empty",
        "#top": "",
        "tel:+496131": "",
    }
    assert dict(zip(expected, problems_of([Target(item, live) for item in expected]), strict=True)) == expected


def test_a_place_on_a_page_must_be_there(home: Any) -> None:
    page = text_page(home, "<p>Ohne Anker.</p>")
    problems = problems_of([Target("#zeiten", page), Target("/wochenmarkt/#zeiten", page)])
    assert problems == ["no_anchor", "no_anchor"]


def test_links_to_many_pages_cost_two_queries(home: Any, django_assert_max_num_queries: Any) -> None:
    with django_assert_max_num_queries(2):
        problems_of([Target(f"page:{number}", home) for number in range(200)] + [Target("document:1", home)])


def test_a_page_that_is_withdrawn_breaks_the_links_to_it(home: Any) -> None:
    target = make_page(home, "Ziel")
    services.store_links(text_page(home, f'<p><a linktype="page" id="{target.pk}">Ziel</a></p>'))
    target.unpublish()
    assert services.check_inside(target.pk) == 1
    assert PageLink.objects.get().problem == "not_live"
    target.save_revision().publish()
    assert services.check_inside(target.pk) == 1
    assert not services.broken().exists()


@pytest.fixture
def address(home: Any) -> ExternalAddress:
    services.store_links(text_page(home, '<p><a href="https://a.example/">Plan A</a></p>'))
    return ExternalAddress.objects.get()


def test_broken_means_three_failures_on_different_days(address: ExternalAddress) -> None:
    now = timezone.now()
    gone = Answer(404, address.url)
    for _time in range(5):  # one bad day is one bad day
        services.take(address, gone, now)
    assert (address.state, address.failures) == (State.TROUBLE, 1)
    services.take(address, gone, now + timedelta(days=1))
    assert address.state == State.TROUBLE
    services.take(address, gone, now + timedelta(days=2))
    assert address.state == State.BROKEN
    services.take(address, Answer(200, address.url), now + timedelta(days=3))
    assert (address.state, address.failures) == (State.OK, 0)


def test_a_server_that_is_busy_is_asked_later_and_not_blamed(address: ExternalAddress) -> None:
    now = timezone.now()
    services.take(address, Answer(429, address.url, retry_after=7200), now)
    assert address.state == State.NEW
    assert address.next_at == now + timedelta(hours=2)


def test_a_server_that_answers_people_only_is_not_broken(address: ExternalAddress) -> None:
    services.take(address, Answer(403, address.url), timezone.now())
    assert address.state == State.REFUSED


def test_the_job_asks_what_is_due_with_a_pause_for_each_server(server: str, home: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(services, "PAUSE", 0.2)
    links = "".join(f'<p><a href="{server}/{name}">Ziel {name}</a></p>' for name in ("fine", "404", "moved"))
    services.store_links(text_page(home, links))
    began = services.time.monotonic()
    assert services.check_outside(seconds=20) == 3
    assert services.time.monotonic() - began >= 0.4
    states = dict(ExternalAddress.objects.values_list("url", "state"))
    assert states == {f"{server}/fine": "ok", f"{server}/404": "trouble", f"{server}/moved": "ok"}
    assert ExternalAddress.objects.get(url__endswith="moved").moved_to == f"{server}/fine"
    assert services.check_outside(seconds=5) == 0  # nothing is due any more


def test_a_busy_server_is_left_alone(server: str, home: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(services, "PAUSE", 0.0)
    services.store_links(text_page(home, "".join(f'<p><a href="{server}/{n}">Z {n}</a></p>' for n in ("busy", "fine"))))
    assert services.check_outside(seconds=10) == 1
    assert [path for _method, path, _agent in Misbehaving.asked] == ["/busy"]


def test_addresses_nobody_links_to_are_forgotten(address: ExternalAddress, home: Any) -> None:
    services.forget_page(PageLink.objects.get().page_id)
    assert services.forget_unused() == 1


def test_what_is_ignored_stays_so_while_the_link_is_there(address: ExternalAddress, admin_user: Any) -> None:
    link = PageLink.objects.get()
    services.ignore(link=link, user=admin_user, ignored=True)
    services.store_links(link.page.specific)
    assert PageLink.objects.get().ignored


def test_the_report_offers_to_correct_check_and_ignore(home: Any, admin_user: Any, address: ExternalAddress) -> None:
    ExternalAddress.objects.update(state=State.BROKEN, status=404)
    client, link = client_of(admin_user), PageLink.objects.get()
    text = client.get(reverse("editing_links")).content.decode()
    assert "Plan A" in text
    assert "404" in text
    client.post(reverse("editing_decide_link", args=[link.pk]), {"action": "ignore", "next": reverse("editing_links")})
    assert "Plan A" not in client.get(reverse("editing_links")).content.decode()
    assert "Plan A" in client.get(reverse("editing_links"), {"show": "ignored"}).content.decode()
    csv = client.get(reverse("editing_links"), {"show": "ignored", "format": "csv"}).content.decode()
    assert "https://a.example/" in csv


def test_who_may_not_edit_the_page_decides_nothing(home: Any, roles: Any, address: ExternalAddress) -> None:
    user = make_user("fremd", roles["section editors"])
    link = PageLink.objects.get()
    answer = client_of(user).post(reverse("editing_decide_link", args=[link.pk]), {"action": "ignore"})
    assert answer.status_code == 302  # Wagtail sends home with "no permission"
    link.refresh_from_db()
    assert not link.ignored
