"""Applications that came to the demo through FIT-Connect, and one that went: finished, of people who don't exist."""

from __future__ import annotations

import json
import uuid
from io import BytesIO
from typing import Any

from django.utils import timezone

from cms.content.pdf import write_pdf

from .fit_connect.events import Problem
from .fit_connect.opening import Content, Piece
from .fit_connect.receiving import keep
from .models import FitConnectService, Form, ReceivedSubmission, SentSubmission, Submission

#: Destinations: ours, and that of another authority.
OURS, THEIRS = (uuid.uuid5(uuid.NAMESPACE_DNS, name) for name in ("mainz.example", "land.example"))
JSON = "application/json"


def fill(rows: list[dict[str, Any]]) -> None:
    """Store what the fixture says was received, as the job would have, and that one submission of ours was accepted."""
    forms = {form.slug: form for form in Form.objects.filter(slug__in={row["form"] for row in rows})}
    for row in rows:
        _receive(forms[row["form"]], row)
    sent = Submission.objects.filter(version__form__in=forms.values()).select_related("version__form", "case").last()
    if sent is not None and sent.case is not None:
        SentSubmission.objects.create(
            key=f"ho_demo_{sent.pk}",
            form=sent.version.form.slug,
            reference=sent.case.reference,
            destination_id=THEIRS,
            submission_id=uuid.uuid4(),
            state=SentSubmission.State.ACCEPTED,
            done_at=timezone.now(),
        )


def _receive(form: Form, row: dict[str, Any]) -> None:
    received = ReceivedSubmission.objects.create(
        submission_id=uuid.uuid4(), fit_case_id=uuid.uuid4(), destination_id=OURS
    )
    if problem := row.get("refused"):
        received.state = ReceivedSubmission.State.REJECTED
        received.problems = [Problem(problem["kind"], problem["part"]).written()]
    else:
        FitConnectService.objects.get_or_create(identifier=row["service"], defaults={"form": form})
        kind = {"identifier": row["service"], "name": row["name"]}
        data = json.dumps(row["answers"], ensure_ascii=False)
        content = Content({"publicServiceType": kind}, data, JSON, tuple(_files(row)), {})
        keep(received, content, service=row["service"])
        received.state = ReceivedSubmission.State.ACCEPTED
    received.done_at = timezone.now()
    received.save(update_fields=["state", "problems", "done_at"])


def _files(row: dict[str, Any]) -> list[Piece]:
    if "file" not in row:
        return []
    buffer = BytesIO()
    write_pdf(buffer, row["file"], [row["name"]])
    return [Piece(uuid.uuid4(), row["file"], "application/pdf", buffer.getvalue())]
