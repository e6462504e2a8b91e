"""What people sent, began or sent from elsewhere without an account is found again, handed out and erased."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

import pytest

from cms.accounts.roles import set_up_roles
from cms.cases.models import Case
from cms.cases.services import set_state
from cms.contracts.privacy import Sought
from cms.privacy import services
from cms.privacy.models import PersonRequest
from cms.privacy.roles import DATA_PROTECTION_GROUP
from cms.sealing import seal
from plugins.forms import demo_fit_connect
from plugins.forms.models import Deletion, Filling, FillingFile, ReceivedSubmission, Submission
from plugins.forms.models.fillings import SUBMISSION
from plugins.forms.tracing import SubmissionTracer
from tests.conftest import make_user
from tests.plugins.forms.filled import ANIMALS, OWNER, TRUTH, Person, make_form
from tests.plugins.forms.test_filling_files import upload

pytestmark = pytest.mark.django_db
MAIL = "erika@example.org"


@pytest.fixture(autouse=True)
def own_storage(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = str(tmp_path)


@pytest.fixture
def officer(home: Any) -> Any:
    return make_user("dsb", set_up_roles()[DATA_PROTECTION_GROUP])


@pytest.fixture
def sent(home: Any) -> Submission:
    """A form with a file, sent by somebody without an account; and another person's."""
    form = make_form()
    person = Person(form).begin().send(OWNER).send(ANIMALS).send({**TRUTH, "f-insurance": upload()})
    person.send()
    Person(form).begin().send({**OWNER, "f-name": "Max Muster", "f-email": "max@example.org"}).send(ANIMALS).send(
        TRUTH
    ).send()
    assert Submission.objects.count() == 2
    return person.filling.submission


def look(officer: Any, **sought: Any) -> PersonRequest:
    request = services.begin(sought=Sought(**sought), file_number="1", by=officer)
    services.search(request)
    return request


def forms_of(request: PersonRequest) -> list[str]:
    return [key for key in request.keys if key.startswith("forms.")]


def test_a_submission_is_found_by_address_name_and_case(sent: Submission, officer: Any) -> None:
    for sought in ({"mail": MAIL}, {"words": ("Beispiel", "Bleiche")}, {"reference": sent.case.reference}):
        assert forms_of(look(officer, **sought)) == [f"forms.submissions:{sent.pk}"]
    assert forms_of(look(officer, mail="niemand@example.org")) == []


def test_what_belongs_to_the_same_case_is_found_with_it(sent: Submission, officer: Any) -> None:
    request = look(officer, words=("Beispiel", "Bleiche"))
    assert f"cases.cases:{sent.case_id}" in request.keys, "no name stands in the case"
    sent.sealed = seal("{}", SUBMISSION)
    sent.save()
    keys = look(officer, mail=MAIL).keys
    assert f"forms.submissions:{sent.pk}" in keys, "the address stands in the case only"
    assert len(keys) == len(set(keys))


def test_it_is_handed_out_with_its_files(sent: Submission, officer: Any) -> None:
    request = look(officer, mail=MAIL)
    archive = zipfile.ZipFile(io.BytesIO(services.hand_out(request=request, keys=request.keys, by=officer)))
    file = sent.filling.files.get()
    [name] = [one for one in archive.namelist() if "/" in one]
    assert archive.read(name) == file.read()
    page = archive.read("auskunft.html").decode()
    for words in ("Vor- und Nachname", "Erika Beispiel", sent.case.reference, name, file.name):
        assert words in page
    assert "Muster" not in page
    data = {row["kind"]: row["data"] for row in json.loads(archive.read("auskunft.json"))}
    assert data["forms.submissions"]["answers"]["email"] == MAIL


def test_what_was_lost_does_not_stop_the_rest(sent: Submission, officer: Any) -> None:
    file = sent.filling.files.get()
    file.content.storage.delete(file.content.name)
    request = look(officer, mail=MAIL)
    archive = zipfile.ZipFile(io.BytesIO(services.hand_out(request=request, keys=request.keys, by=officer)))
    assert "nicht mehr lesbar" in archive.read("auskunft.html").decode()


def test_a_file_with_a_virus_is_handed_to_nobody(sent: Submission, officer: Any) -> None:
    FillingFile.objects.update(scan=FillingFile.Scan.REFUSED)
    request = look(officer, mail=MAIL)
    archive = zipfile.ZipFile(io.BytesIO(services.hand_out(request=request, keys=request.keys, by=officer)))
    assert [one for one in archive.namelist() if "/" in one] == []


def test_it_is_erased_once_the_case_is_finished(
    sent: Submission, officer: Any, django_capture_on_commit_callbacks: Any
) -> None:
    file = sent.filling.files.get()
    request = look(officer, mail=MAIL)
    services.erase(request=request, keys=request.keys, by=officer)
    assert Submission.objects.filter(pk=sent.pk).exists(), "the office still works on it"
    set_state(case=sent.case, state=Case.State.WITHDRAWN)
    with django_capture_on_commit_callbacks(execute=True):
        services.erase(request=request, keys=request.keys, by=officer)
    assert Submission.objects.count() == 1
    assert not FillingFile.objects.exists()
    assert not file.content.storage.exists(file.content.name)
    line = Deletion.objects.get()
    assert (line.reason, line.submissions, line.files) == ("person", 1, 1)
    sent.case.refresh_from_db()
    assert sent.case.erased_at


def test_what_was_begun_is_found_and_erased(home: Any, officer: Any) -> None:
    person = Person(make_form()).begin().send(OWNER)
    request = look(officer, mail=MAIL)
    assert forms_of(request) == [f"forms.fillings:{person.filling.pk}"]
    [(_key, _kind, trace)] = services.traces(request.keys)
    assert ("Vor- und Nachname", "Erika Beispiel") in trace.rows
    services.erase(request=request, keys=request.keys, by=officer)
    assert not Filling.objects.exists()


def test_what_was_typed_and_not_accepted_counts(home: Any, officer: Any) -> None:
    person = Person(make_form()).begin().send({**OWNER, "f-address_postcode": "x"})
    assert forms_of(look(officer, mail=MAIL)) == [f"forms.fillings:{person.filling.pk}"]


def test_what_nobody_can_read_stops_no_search(sent: Submission, officer: Any) -> None:
    Submission.objects.exclude(pk=sent.pk).update(sealed="kaputt")
    request = look(officer, mail=MAIL)
    assert f"forms.submissions:{sent.pk}" in request.keys
    broken = Submission.objects.exclude(pk=sent.pk).get()
    assert SubmissionTracer().read(broken.pk) is None


def test_an_application_from_another_portal(home: Any, officer: Any) -> None:
    row = {
        "service": "urn:de:fim:leika:leistung:99123456760610",
        "name": "Hund anmelden",
        "answers": {"person": {"name": "Erika Beispiel", "mail": MAIL}},
    }
    demo_fit_connect._receive(make_form(), row)
    found = ReceivedSubmission.objects.get()
    request = look(officer, mail=MAIL)
    assert f"forms.received:{found.pk}" in request.keys
    services.erase(request=request, keys=request.keys, by=officer)
    assert ReceivedSubmission.objects.exists(), "the office still works on it"
    set_state(case=found.case, state=Case.State.DONE)
    services.erase(request=request, keys=request.keys, by=officer)
    assert not ReceivedSubmission.objects.exists()
    assert Deletion.objects.get().reason == "person"
