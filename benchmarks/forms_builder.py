"""A program: the builder in Chromium with a form of 200 fields and 100 rules. Prints JSON: milliseconds by what was done.

Measured from the click or key to the page that shows the result: the longer of two medians would hide what a person feels,
so each figure is the 90th percentile of ten rounds.
"""

from __future__ import annotations

import json
import os
import shutil
import statistics
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

from benchmarks.figure import Figure

FIELDS, RULES, STEPS, ROUNDS = 200, 100, 10, 10
#: What a person takes for at once, and for still fluid (Nielsen, Response Times).
FLUID_MS = 1_000
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
KINDS = ("text", "number", "date", "yes_no", "email", "long_text", "money", "phone")


def figures() -> Iterator[Figure]:
    """Measure on a database of its own."""
    from benchmarks import own_database

    found = own_database.run("forms_builder")
    for name, value in found.items():
        yield Figure(f"forms.builder.{name}_ms", value, FLUID_MS, "<=")


def large_form() -> dict[str, Any]:
    """Return a form of 200 fields in ten steps with 100 rules, each of which looks at an earlier choice."""
    per_step = FIELDS // STEPS
    steps: list[dict[str, Any]] = []
    rules = []
    options = [{"value": f"o{n}", "label": {"de": f"Möglichkeit {n}", "en": f"Option {n}"}} for n in range(4)]
    for number in range(STEPS):
        fields = []
        for place in range(per_step):
            key = f"f{number}_{place}"
            label = {"de": f"Frage {number * per_step + place}", "en": f"Question {number * per_step + place}"}
            # Every other field is shown by a rule on the choice that begins the step.
            if place == 0:
                fields.append({"key": key, "type": "choice", "label": label, "options": options, "required": True})
                continue
            fields.append({"key": key, "type": KINDS[place % len(KINDS)], "label": label, "required": place % 3 == 0})
            if place % 2 and len(rules) < RULES:
                rules.append(
                    {
                        "key": f"r{len(rules)}",
                        "tests": [{"field": f"f{number}_0", "op": "equals", "value": f"o{place % 4}"}],
                        "effects": [{"do": "show", "target": key}],
                    }
                )
        steps.append(
            {"key": f"s{number}", "title": {"de": f"Schritt {number}", "en": f"Step {number}"}, "fields": fields}
        )
    return {"format": 1, "languages": ["de", "en"], "steps": steps, "rules": rules}


def main() -> None:
    """Serve the form, drive the browser, print the figures."""
    import django

    django.setup()

    from django.conf import settings
    from django.contrib.staticfiles.handlers import StaticFilesHandler
    from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
    from django.core.wsgi import get_wsgi_application
    from django.test import Client
    from playwright.sync_api import sync_playwright

    from cms.accounts.models import User
    from plugins.forms.building import services
    from plugins.forms.definition.structure import from_json
    from plugins.forms.models import Form

    form = Form(slug="gross")
    form.set_texts({("title", "de"): "Großes Formular"})
    form.save()
    services.new_draft(form=form, definition=from_json(large_form()), by=None, words="x")
    client = Client()
    client.force_login(User.objects.create_superuser("bench", "bench@example.org"))
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"

    class Quiet(WSGIRequestHandler):
        def log_message(self, *args: Any) -> None:
            """Say nothing."""

    settings.ALLOWED_HOSTS = ["127.0.0.1"]
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = settings.SECURE_SSL_REDIRECT = False
    server = ThreadedWSGIServer(("127.0.0.1", 0), Quiet)
    server.set_app(StaticFilesHandler(get_wsgi_application()))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    base = f"http://127.0.0.1:{server.server_port}"
    with sync_playwright() as playwright:
        path = os.environ.get("CHROMIUM") or shutil.which("chromium")
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        context = browser.new_context(viewport={"width": 1280, "height": 900}, bypass_csp=True)
        context.add_cookies(
            [{"name": settings.SESSION_COOKIE_NAME, "value": client.session.session_key or "", "url": base}]
        )
        print(json.dumps(measure(context.new_page(), f"{base}/admin/forms/{form.pk}/build/")))
        browser.close()


def measure(page: Any, address: str) -> dict[str, float]:
    """Return the 90th percentile in milliseconds of each deed."""
    page.goto(address)
    page.wait_for_function("window.htmx !== undefined")
    found = {"open": _slowest(lambda _number: page.goto(f"{address}?at=field:f5_3"))}

    def choose(number: int) -> None:
        page.evaluate(f"document.getElementById('o-field-f{number % STEPS}_4').click()")
        page.wait_for_selector(f'#o-field-f{number % STEPS}_4[aria-current="true"]')

    def change(number: int) -> None:
        page.fill("#p_label_de", f"Neu {number}")
        page.locator("#p_label_de").blur()
        page.wait_for_function(f"document.getElementById('fb-outline').textContent.includes('Neu {number}')")

    def move(number: int) -> None:
        revision = page.input_value("#fb-seen")
        page.evaluate(f"document.getElementById('fb-{'down' if number % 2 else 'up'}').click()")
        page.wait_for_function(f"document.getElementById('fb-seen').value !== '{revision}'")

    def add_rule(_number: int) -> None:
        revision = page.input_value("#fb-seen")
        page.evaluate("document.getElementById('fb-add-rule').click()")
        page.wait_for_function(f"document.getElementById('fb-seen').value !== '{revision}'")

    found["choose_a_field"] = _slowest(choose)
    found["change_a_label"] = _slowest(change)
    found["move_a_field"] = _slowest(move)
    found["add_a_rule"] = _slowest(add_rule)
    return found


def _slowest(deed: Callable[[int], Any]) -> float:
    times = []
    for number in range(ROUNDS):
        begun = time.perf_counter()
        deed(number)
        times.append((time.perf_counter() - begun) * 1000)
    return statistics.quantiles(times, n=10)[-1]


if __name__ == "__main__":
    main()
