"""Links that are over, made up, of another kind or tampered with: a clear page, and nothing about what there was."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core import signing
from django.test import Client
from django.urls import NoReverseMatch, reverse
from django.utils import timezone, translation

from cms.cases.models import CaseLink
from plugins.forms.filling import content, services
from plugins.forms.handover.packing import LINKS
from plugins.forms.models import CoSignature, Form, Submission
from tests.plugins.forms.filled import Person
from tests.plugins.forms.test_filling_sending import both, filled, link, short

__all__ = ["both"]
pytestmark = pytest.mark.django_db
#: Name of an address below a token -> what else stands in it.
OF_FILLINGS: dict[str, list[Any]] = {
    "fill": [],
    "step": ["one"],
    "check": [],
    "save": [],
    "discard": [],
    "sent": [],
    "submission_pdf": [],
    "to_sign": [],
    "file": ["00000000-0000-4000-8000-000000000000"],
    "enter": [],
    "identify": [],
    "sign": [],
}
ODD = ["x", "ä" * 20, "\N{GRINNING FACE}", "a" * 5_000, "..", "a b", "null", "-1", "' OR 1=1 --", "\ud7ff"]


@pytest.fixture(autouse=True)
def no_limits(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.UNSAFE_REQUESTS_A_MINUTE = 0
    monkeypatch.setattr("plugins.forms.filling.guard.WRONG", 10_000)


def seen(text: str) -> str:
    """Return the part of a page that speaks."""
    return text[text.index("<main") : text.index("</main>")]


@pytest.fixture
def quiet() -> Client:
    return Client(raise_request_exception=False)


def test_a_made_up_link_says_the_same_as_one_of_something_else(home: Any, quiet: Client, both: Person) -> None:
    """Tokens of a deleted filling, of a signature, of a case, and of nothing at all."""
    gone = filled(Form.objects.get())
    services.discard(filling=gone.filling)
    sent = filled(Form.objects.get())
    sent.send({})
    case = content.read(both.filling).status_path.rstrip("/").rpartition("/")[2] or "x"
    signature = link().rstrip("/").rpartition("/")[2]
    pages = set()
    for name, more in OF_FILLINGS.items():
        tokens = [content.new_token(), gone.token, case, *ODD, both.token if name == "sign" else signature]
        for token in tokens:
            for method in ("get", "post"):
                try:
                    path = reverse(f"forms:{name}", args=[token, *more])
                except NoReverseMatch:
                    continue
                answer = getattr(quiet, method)(path)
                assert answer.status_code == 404 or (method == "post" and answer.status_code == 405), (path, method)
                if answer.status_code == 404:
                    pages.add(seen(answer.content.decode()))
    assert len(pages) == 1, pages
    assert "Unter dieser Adresse" in pages.pop()


def test_a_link_with_a_nul_is_a_bad_request_with_a_page(home: Any, quiet: Client) -> None:
    for name in ("forms:fill", "forms:sign", "forms:handed_file", "cases:status"):
        answer = quiet.get(reverse(name, args=["a\x00b"]))
        assert answer.status_code == 400
        assert "<h1>" in seen(answer.content.decode())


@pytest.mark.parametrize("language", ["de", "en"])
def test_an_old_link_says_that_its_time_is_over(both: Person, quiet: Client, language: str) -> None:
    words = {"de": "Die Frist ist abgelaufen", "en": "The time is over"}[language]
    token = link().rstrip("/").rpartition("/")[2]
    both.filling_rows().update(expires_at=timezone.now() - timedelta(seconds=1))
    with translation.override(language):
        for name, more in OF_FILLINGS.items():
            if name == "file":
                continue
            path = reverse(f"forms:{name}", args=[token if name == "sign" else both.token, *more])
            answer = quiet.get(path)
            assert answer.status_code == 410, path
            assert words in answer.content.decode()
            assert "Zwiebel" not in answer.content.decode()
    assert quiet.post(reverse("forms:sign", args=[token]), {"agree": "1"}).status_code == 410
    assert not Submission.objects.exists()


def test_a_link_to_agree_tells_no_more_after_the_filling_is_deleted(both: Person, quiet: Client) -> None:
    path = link()
    services.discard(filling=both.filling)
    assert not CoSignature.objects.exists()
    for answer in (quiet.get(path), quiet.post(path, {"agree": "1"})):
        assert answer.status_code == 404
        assert "Unter dieser Adresse" in answer.content.decode()


def test_codes_that_are_none(home: Any, quiet: Client) -> None:
    old = filled(short())
    code = services.save_for_later(filling=old.filling, content=content.read(old.filling))
    old.filling_rows().update(expires_at=timezone.now() - timedelta(seconds=1))
    for typed in ["", *ODD, "A" * 12, "２３４５６７８９ＡＢＣＤ", code]:
        answer = quiet.post(reverse("forms:resume"), {"code": typed})
        assert answer.status_code == 200, typed
        assert "Zwiebel" not in answer.content.decode()
    assert "vorbei" in answer.content.decode() or "abgelaufen" in answer.content.decode()


def test_links_to_a_case_that_are_none(home: Any, quiet: Client) -> None:
    person = filled(short())
    person.send()
    secret = content.read(person.filling).status_path.rstrip("/").rpartition("/")[2]
    assert quiet.get(reverse("cases:status", args=[secret])).status_code == 200
    pages = set()
    wrong = [secret[:-1], secret + "A", secret[:-1] + ("A" if secret[-1] != "A" else "B"), person.token, *ODD]
    CaseLink.objects.update(until=timezone.now())
    for odd in [*wrong, secret]:
        answer = quiet.get(reverse("cases:status", args=[odd]))
        assert answer.status_code == 404, odd
        pages.add(seen(answer.content.decode()))
    assert len(pages) <= 2


def test_links_to_handed_over_files_that_are_none(home: Any, quiet: Client) -> None:
    good = signing.dumps([1, "00000000-0000-4000-8000-000000000000"], salt=LINKS)
    for token in [good, good[:-1], good + "x", signing.dumps(1, salt="other"), "a:b:c", ":" * 30, *ODD]:
        for method in ("get", "head"):
            answer = getattr(quiet, method)(reverse("forms:handed_file", args=[token]))
            assert answer.status_code == 404, token


def test_addresses_of_paper_and_of_coming_back(home: Any, quiet: Client) -> None:
    short()
    for path in (
        "/formulare/kurz/fassung-99/papier.pdf",
        f"/formulare/kurz/fassung-{'9' * 40}/papier.pdf",
        "/formulare/kurz/fassung-0/papier.pdf",
        "/formulare/weg/papier/",
        f"/formulare/{'a' * 3_000}/papier/",
        "/formulare/ausgewiesen/bundid/",
        "/formulare/ausgewiesen/bundid/?code=x&state=y",
        "/formulare/ausgewiesen/niemand/?state=x",
        f"/formulare/ausgewiesen/{'a' * 3_000}/",
        f"/formulare/kurz/fortsetzen/{'9' * 40}/",
    ):
        answer = quiet.get(path)
        assert answer.status_code in (404, 405), path
