"""Step-by-steps: numbers, "and" and "or", and the box on the pages they lead to."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cms.content.models import StepByStepPage, StepTarget
from tests.conftest import client_of, make_page, restrict

pytestmark = pytest.mark.django_db


def steps(*rows: tuple[str, str, Any]) -> str:
    """Return the stored form of steps given as (relation, title, page or address)."""
    return json.dumps(
        [
            {
                "type": "step",
                "value": {
                    "relation": relation,
                    "title": title,
                    "text": "",
                    "links": [
                        {"label": f"Zu {title}", "page": getattr(target, "pk", None), "note": "10 €",
                         "url": "" if hasattr(target, "pk") else target}
                    ],
                },
            }
            for relation, title, target in rows
        ]
    )  # fmt: skip


@pytest.fixture
def pages(home: Any) -> dict[str, Any]:
    """A step-by-step to two pages and an address."""
    flat, register = make_page(home, "Wohnung suchen"), make_page(home, "Anmelden")
    way = make_page(
        home,
        "Umziehen",
        StepByStepPage,
        steps=steps(("", "Suchen", flat), ("or", "Bauen", "/bauen/"), ("", "Melden", register)),
    )
    return {"flat": flat, "register": register, "way": way}


def test_and_and_or_share_the_number_of_the_step_before(pages: Any) -> None:
    assert [(step["number"], step["relation"]) for step in pages["way"].numbered_steps()] == [
        (1, ""),
        (1, "or"),
        (2, ""),
    ]


def test_the_first_step_follows_nothing(home: Any) -> None:
    way = make_page(home, "Odd", StepByStepPage, steps=steps(("and", "Erstens", "/x/")))
    assert [(step["number"], step["relation"]) for step in way.numbered_steps()] == [(1, "")]


def test_steps_are_shown_with_links_and_notes(client: Any, pages: Any) -> None:
    page = client.get("/umziehen/").content.decode()
    assert 'href="/wohnung-suchen/"' in page
    assert 'href="/bauen/"' in page
    assert "10 €" in page
    assert ">oder<" in page


def test_pages_say_that_they_are_part_of_it(client: Any, pages: Any) -> None:
    page = client.get("/anmelden/").content.decode()
    assert 'href="/umziehen/#step-3"' in page
    assert "Schritt 2" in page


def test_the_api_says_of_which_steps_a_page_is_part(client: Any, pages: Any, roles: Any) -> None:
    path = f"/api/v1/pages/{pages['register'].pk}/"
    (part,) = client.get(path).json()["part_of"]
    assert part == {
        "title": "Umziehen",
        "url": "http://testserver/umziehen/",
        "number": 2,
        "step_title": part["step_title"],
        "step_url": "http://testserver/umziehen/#step-3",
    }
    restrict(pages["way"], roles["staff"])
    assert client.get(path).json()["part_of"] == []


def test_a_restricted_step_by_step_is_on_no_page(client: Any, pages: Any, roles: Any, staff_user: Any) -> None:
    restrict(pages["way"], roles["staff"])
    assert "umziehen" not in client.get("/anmelden/").content.decode().lower()
    assert "umziehen" in client_of(staff_user).get("/anmelden/").content.decode().lower()


def test_a_link_to_a_restricted_page_is_left_out(client: Any, pages: Any, roles: Any, staff_user: Any) -> None:
    restrict(pages["register"], roles["staff"])
    assert "Zu Melden" not in client.get("/umziehen/").content.decode()
    assert "Zu Melden" in client_of(staff_user).get("/umziehen/").content.decode()


def test_a_draft_changes_no_box(client: Any, pages: Any) -> None:
    way = pages["way"]
    way.steps = json.loads(steps(("", "Nur suchen", pages["flat"])))
    way.save_revision()
    assert "umziehen" in client.get("/anmelden/").content.decode().lower()
    way.get_latest_revision().publish()
    assert "umziehen" not in client.get("/anmelden/").content.decode().lower()
    assert "Nur suchen" in client.get("/wohnung-suchen/").content.decode()


def test_a_withdrawn_step_by_step_is_on_no_page(client: Any, pages: Any) -> None:
    pages["way"].unpublish()
    assert "umziehen" not in client.get("/anmelden/").content.decode().lower()


def test_circles_end(client: Any, pages: Any, home: Any) -> None:
    way = pages["way"]
    other = make_page(home, "Rückweg", StepByStepPage, steps=steps(("", "Hin", way)))
    way.steps = json.loads(steps(("", "Ich", way), ("", "Der andere", other)))
    way.save()
    page = client.get("/umziehen/").content.decode()
    assert page.count('class="part-of__step"') == 1  # the other one, not itself
    assert StepTarget.objects.filter(page=way, target=way).exists()


def test_the_number_of_steps_costs_no_queries(client: Any, home: Any) -> None:
    targets = [make_page(home, f"Ziel {number}") for number in range(8)]
    way = make_page(home, "Weg", StepByStepPage, steps=steps(("", "Eins", targets[0])))

    def queries() -> int:
        client.get("/weg/")
        with CaptureQueriesContext(connection) as captured:
            client.get("/weg/")
        return len(captured)

    before = queries()
    way.steps = json.loads(steps(*(("", f"Schritt {page.pk}", page) for page in targets)))
    way.save()
    assert queries() == before
