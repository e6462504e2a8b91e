"""The API as its schema describes it, asked by four kinds of callers with whatever fits the schema and what doesn't.

No answer is a server error or undocumented (status, media type, headers, body), and nobody writes without the right.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.apps import apps
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from django.db.models import Model
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi import checks
from wagtail.models import Collection

from cms.integrations.services import all_scopes
from cms.notices.models import Notice
from plugins.services.models import LifeSituation, Service
from search.indexing import project_pending
from tests.cms.access.test_media import make_document, make_image
from tests.conftest import client_of, make_location, make_page, make_service, make_unit
from tests.plugins.forms.filled import make_form

pytestmark = pytest.mark.django_db
CHECKS = [
    not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
]
#: For each address, method and kind of data.
EXAMPLES = 6
WRITERS = ("key with all scopes",)


@pytest.fixture
def app() -> Iterator[Any]:
    """The whole site. Its requests leave the test's connection open, as those of Django's test client do."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield get_wsgi_application()
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def numbers(home: Any, staff_rule: Any) -> dict[str, int]:
    """A small city; path of a resource -> number of one of its things."""
    unit, location = make_unit(), make_location()
    situation = LifeSituation(slug="umzug")
    situation.set_texts({("title", "de"): "Umzug"})
    situation.save()
    service = make_service(unit=unit, location=location)
    make_service("Dienstanweisung", access_rule=staff_rule)
    page = make_page(home, "Kultur")
    notice = Notice.objects.create(headline={"de": "Brücke gesperrt"})
    root = Collection.get_first_root_node()
    project_pending(500)
    return {"units": unit.pk, "locations": location.pk, "services": service.pk, "life-situations": situation.pk,
            "pages": page.pk, "notices": notice.pk, "images": make_image(root).pk, "documents": make_document(root).pk, "forms": make_form().pk}  # fmt: skip


@pytest.fixture
def headers(caller_with: Any, staff_user: Any) -> dict[str, dict[str, str]]:
    """Caller -> headers it sends."""
    session = client_of(staff_user).cookies["sessionid"].value
    return {
        "anonymous": {},
        "staff": {"Cookie": f"sessionid={session}"},
        "key with all scopes": {"Authorization": f"Bearer {caller_with(*all_scopes()).key}"},
        "key without scope": {"Authorization": f"Bearer {caller_with().key}"},
    }


def content() -> dict[str, list[tuple[Any, ...]]]:
    """Return the rows of all that the API can write, and what hangs on it."""
    labels = ("notices", "directory", "services", "access", "accounts", "integrations", "events")
    models: list[type[Model]] = [
        model
        for label in labels
        for model in apps.get_app_config(label).get_models()
        if model._meta.label not in ("integrations.Integration", "integrations.ApiKey")  # their last use
    ]
    models.append(apps.get_model("wagtailcore.Revision"))
    return {model._meta.label: list(model._default_manager.order_by("pk").values_list()) for model in models}


@pytest.mark.parametrize("who", ["anonymous", "staff", "key with all scopes", "key without scope"])
def test_every_address_keeps_to_the_schema(
    who: str, app: Any, numbers: dict[str, int], headers: Any, settings: Any, capsys: Any
) -> None:
    settings.API_REQUESTS_A_MINUTE = 0
    schema = schemathesis.openapi.from_wsgi("/api/schema/?format=json", app)
    operations = [found.ok() for found in schema.get_all_operations()]
    before, counts, written = content(), Counter(), Counter()
    for operation in operations:
        is_write = operation.method in ("post", "patch", "put", "delete") or operation.path.endswith("/source/")
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
            for status, number in attempt(operation, mode, headers[who], numbers).items():
                counts[status] += number
                if is_write:
                    written[status] += number
    assert sum(counts.values()) > len(operations) * EXAMPLES
    if who in WRITERS:
        assert written[200]
        assert written[201]
        assert content() != before
        assert Service.objects.filter(live=True).exists()
    else:
        # 400, 404 and 406: before anybody is asked who he is, there was no such language, address or form.
        assert set(written) <= {400, 404, 406, 403 if headers[who] else 401}, written
        assert written[403 if headers[who] else 401] > EXAMPLES
        assert content() == before
    with capsys.disabled():
        print(f"\n{who}: {len(operations)} operations, {sum(counts.values())} requests, {dict(sorted(counts.items()))}")


def attempt(operation: Any, mode: GenerationMode, own: dict[str, str], numbers: dict[str, int]) -> Counter[int]:
    """Send examples of ``operation``, half of them about things that exist; return how often each status came."""
    counts: Counter[int] = Counter()

    @given(case=operation.as_strategy(generation_mode=mode), existing=st.booleans())
    @settings(
        max_examples=EXAMPLES, deadline=None, database=None, derandomize=True, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    def send(case: Any, existing: bool) -> None:
        resource = operation.path.split("/")[3]
        if existing and "id" in case.path_parameters and resource in numbers:
            case.path_parameters["id"] = numbers[resource]
        sent = {
            name: value
            for name, value in (case.headers or {}).items()
            if name.lower() not in ("authorization", "cookie")
        }
        case.headers = {**sent, **{name: value for name, value in own.items() if name != "Cookie"}}
        case.cookies = dict([own["Cookie"].split("=", 1)]) if "Cookie" in own else {}
        response = case.call()
        counts[response.status_code] += 1
        case.validate_response(response, checks=CHECKS)

    send()
    return counts
