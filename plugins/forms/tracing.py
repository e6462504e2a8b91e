"""What people have filled in without an account, found again when they ask for it (Art. 15 and 17 DSGVO)."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from cms.cases.models import Case
from cms.contracts.privacy import Sought, Trace, Tracer
from cms.sealing import Unreadable

from .definition.logic import evaluate
from .definition.structure import Definition
from .filling.content import read
from .filling.keeping import erase_fillings, erase_submissions
from .filling.opening import definition_of
from .filling.summary import summary
from .fit_connect.admin import flat
from .fit_connect.jobs import erase_received
from .models import Deletion, Filling, FillingFile, HandOver, ReceivedSubmission, Submission
from .models.fillings import SealedFile

#: Rows read at a time.
PORTION = 200
RUNNING = (Case.State.OPEN, Case.State.WAITING)


def _matching(sought: Sought, rows: QuerySet, content: Callable[[Any], Any]) -> Iterator[int]:
    """Yield the numbers of rows of the case that is sought, and of those whose content names the person."""
    case = Case.objects.filter(reference=sought.reference).first() if sought.reference else None
    if not sought.is_written:
        rows = rows.filter(case=case) if case else rows.none()
    for row in rows.order_by("pk").iterator(chunk_size=PORTION):
        try:
            if (case and row.case_id == case.pk) or (sought.is_written and sought.is_in(content(row))):
                yield row.pk
        except Unreadable:
            continue


def _files(rows: QuerySet) -> list[tuple[str, Callable[[], bytes]]]:
    found = []
    for row in rows:
        try:
            found.append((row.name, _content(row)))
        except Unreadable:
            found.append((str(row), _content(row)))
    return found


def _content(row: SealedFile) -> Callable[[], bytes]:
    def content() -> bytes:
        if row.is_withheld:
            raise Unreadable  # a virus is handed to nobody
        return row.read()

    return content


def _in_words(definition: Definition, answers: dict[str, Any]) -> list[tuple[str, str]]:
    parts = summary(definition, evaluate(definition, answers), (get_language() or "de").split("-")[0])
    return [(line.label, line.value) for part in parts for line in part.lines if not line.level]


def _case(case: Case | None) -> str:
    return f" ({case.reference})" if case else ""


class SubmissionTracer(Tracer):
    """What was sent. As long as the office works on the case, it needs it (Art. 17 (3) b DSGVO)."""

    def find(self, sought: Sought) -> Iterator[int]:
        """Yield submissions of the case, or whose answers name the person."""
        yield from _matching(sought, Submission.objects.all(), lambda row: row.answers)

    def read(self, number: int) -> Trace | None:
        """Return a submission with its answers in words."""
        row = Submission.objects.select_related("version__form", "case").filter(pk=number).first()
        if row is None:
            return None
        try:
            answers = row.answers
        except Unreadable:
            return None
        needed = ""
        if row.case and row.case.state in RUNNING:
            needed = _("The case is not finished: the office still needs this.")
        elif row.deliveries.filter(state__in=HandOver.UNFINISHED).exists():
            needed = _("It is still on its way to the office.")
        return Trace(
            title=row.version.form.title + _case(row.case),
            at=row.submitted_at,
            rows=_in_words(definition_of(row.version), answers),
            data={"form": row.version.form.slug, "case": row.case and row.case.reference, "answers": answers},
            files=_files(FillingFile.objects.filter(filling=row.filling_id)) if row.filling_id else [],
            reference=row.case.reference if row.case else "",
            needed=needed,
        )

    def forget(self, number: int) -> None:
        """Erase it with filling and files; the deletion log says so."""
        rows = Submission.objects.filter(pk=number).select_related("filling__version", "version")
        erase_submissions(rows, reason=Deletion.Reason.PERSON)


class FillingTracer(Tracer):
    """What was begun and not sent."""

    def _rows(self) -> QuerySet:
        return Filling.objects.exclude(state=Filling.State.SENT)

    def find(self, sought: Sought) -> Iterator[int]:
        """Yield fillings whose answers name the person; they have no case."""
        if sought.is_written:
            yield from _matching(replace(sought, reference=""), self._rows(), _begun)

    def read(self, number: int) -> Trace | None:
        """Return a filling with its answers so far."""
        row = self._rows().select_related("version__form").filter(pk=number).first()
        if row is None:
            return None
        try:
            begun = _begun(row)
        except Unreadable:
            return None
        return Trace(
            title=row.version.form.title,
            at=row.updated_at,
            rows=_in_words(definition_of(row.version), begun["answers"]),
            data={"form": row.version.form.slug, **begun},
            files=_files(row.files.all()),
        )

    def forget(self, number: int) -> None:
        """Erase it with its files."""
        erase_fillings(self._rows().filter(pk=number).select_related("version"), reason=Deletion.Reason.PERSON)


def _begun(row: Filling) -> dict[str, Any]:
    content = read(row)
    return {"answers": content.answers, "typed": content.typed}


class ReceivedTracer(Tracer):
    """Applications that came by FIT-Connect."""

    def find(self, sought: Sought) -> Iterator[int]:
        """Yield applications of the case, or whose content names the person."""
        yield from _matching(sought, ReceivedSubmission.objects.all(), _received)

    def read(self, number: int) -> Trace | None:
        """Return an application."""
        row = ReceivedSubmission.objects.select_related("case", "form").filter(pk=number).first()
        if row is None:
            return None
        try:
            content = _received(row)
        except Unreadable:
            return None
        needed = ""
        if row.state in ReceivedSubmission.UNFINISHED or (row.case and row.case.state in RUNNING):
            needed = _("The case is not finished: the office still needs this.")
        return Trace(
            title=(row.form.title if row.form else row.service) + _case(row.case),
            at=row.created_at,
            rows=flat(content),
            data={"service": row.service, "case": row.case and row.case.reference, **content},
            files=_files(row.files.all()),
            reference=row.case.reference if row.case else "",
            needed=needed,
        )

    def forget(self, number: int) -> None:
        """Erase it with its files; the deletion log says so."""
        for row in ReceivedSubmission.objects.filter(pk=number).select_related("form"):
            erase_received(row, reason=Deletion.Reason.PERSON)


def _received(row: ReceivedSubmission) -> dict[str, Any]:
    content = row.content
    data = content.get("data", "")
    if content.get("kind") == "application/json":
        data = json.loads(data)
    return {"metadata": content.get("metadata", {}), "data": data}
