"""Many people at the same moment, on real connections."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection, connections

from cms.cases.models import Case
from plugins.forms.filling import sending
from plugins.forms.models import Filling, Form, Submission
from tests.conftest import make_unit
from tests.plugins.forms.test_filling_sending import filled, short

ON_REAL_CONNECTIONS = pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite writes one after the other")


def at_once(deeds: Iterable[Callable[[], Any]]) -> None:
    """Do all of them at the same moment, each on a connection of its own. What one raises is raised."""
    deeds = list(deeds)
    start, raised = threading.Barrier(len(deeds)), []

    def run(deed: Callable[[], Any]) -> None:
        try:
            start.wait(30)
            deed()
        except Exception as error:  # noqa: BLE001 - it is raised below, in the thread of the test
            raised.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(deed,)) for deed in deeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if raised:
        raise raised[0]


@pytest.fixture(autouse=True)
def no_limits(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.UNSAFE_REQUESTS_A_MINUTE = 0
    monkeypatch.setattr("plugins.forms.filling.human.MOST", 1_000)
    monkeypatch.setattr("plugins.forms.filling.human.MOST_WITHOUT_PROOF", 1_000)


@ON_REAL_CONNECTIONS
@pytest.mark.django_db(transaction=True)
def test_exactly_as_many_are_taken_as_there_are_places(home: Any) -> None:
    unit = make_unit("Steueramt", "21")
    for number in range(3):
        form, cases = short(max_submissions=5, slug=f"kurz-{number}", unit=unit), Case.objects.count()
        people = [filled(form) for _number in range(20)]
        at_once(person.send for person in people)
        assert Submission.objects.filter(version__form=form).count() == 5
        assert Case.objects.count() == cases + 5
        refused = [person for person in people if person.filling.state != Filling.State.SENT]
        assert len(refused) == 15
        for person in refused:
            assert person.answer.status_code == 200
            assert "Keine Plätze mehr frei" in person.text
            assert "Zwiebel" in person.text
        Form.objects.filter(pk=form.pk).update(max_submissions=None)
        assert refused[0].send().filling.state == Filling.State.SENT


@ON_REAL_CONNECTIONS
@pytest.mark.django_db(transaction=True)
def test_a_survey_has_no_more_places_either(home: Any) -> None:
    form = short(max_submissions=5, purpose=Form.Purpose.SURVEY)
    people = [filled(form) for _number in range(12)]
    at_once(person.send for person in people)
    assert Submission.objects.count() == 5
    assert Filling.objects.count() == 7
    assert sum("Keine Plätze mehr frei" in person.text for person in people) == 7


@ON_REAL_CONNECTIONS
@pytest.mark.django_db(transaction=True)
def test_a_lower_cap_holds_at_once(home: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody lowers it after the filling was read and before its place is taken."""
    form = short(max_submissions=5)
    filled(form).send()
    late = filled(form)

    def lower(*args: Any, **kwargs: Any) -> Any:
        with ThreadPoolExecutor(1) as other:
            other.submit(_set, max_submissions=1).result()
        return check(*args, **kwargs)

    check = sending.check
    monkeypatch.setattr(sending, "check", lower)
    late.send()
    assert "Keine Plätze mehr frei" in late.text
    assert Submission.objects.count() == 1


def _set(**values: Any) -> None:
    Form.objects.update(**values)
    connections.close_all()
