"""What people fill in while they are signed in."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from cms.contracts.privacy import PersonalData
from cms.sealing import Unreadable

from .filling.content import read
from .filling.keeping import erase_fillings
from .models import Deletion, Filling
from .tracing import FillingTracer, ReceivedTracer, SubmissionTracer


def _export(user: Any) -> list[dict[str, Any]]:
    rows = Filling.objects.filter(account=user).select_related("version__form", "submission").order_by("pk")
    return [
        {
            "form": row.version.form.slug,
            "state": row.state,
            "begun": row.created_at.isoformat(),
            "answers": _answers(row),
        }
        for row in rows
    ]


def _answers(row: Filling) -> Any:
    """Return what was filled in, None when the key to it is gone."""
    try:
        return row.submission.answers if row.state == Filling.State.SENT else read(row).answers
    except Unreadable:
        return None


def _erase(user: Any) -> int:
    """Erase what was not sent. What was sent belongs to the file of the case (Art. 17 (3) b DSGVO): it loses its account."""
    own = Filling.objects.filter(account=user)
    sent = own.filter(state=Filling.State.SENT).update(account=None)
    rows = list(own.exclude(state=Filling.State.SENT).select_related("version"))
    erase_fillings(rows, reason=Deletion.Reason.PERSON)
    return sent + len(rows)


PRIVACY = [
    PersonalData(
        name="fillings",
        title=_("Forms you have filled in"),
        models=("forms.Filling",),
        export=_export,
        erase=_erase,
        retention=_("What was not sent: 30 days. What was sent: as long as the form says."),
        tracer=FillingTracer(),
    ),
    PersonalData(
        name="submissions",
        title=_("Sent forms"),
        models=("forms.Submission",),
        export=lambda user: [],  # with the fillings they belong to
        erase=lambda user: 0,
        retention=_("as long as the form says"),
        tracer=SubmissionTracer(),
    ),
    PersonalData(
        name="received",
        title=_("Applications from other portals"),
        models=("forms.ReceivedSubmission",),
        export=lambda user: [],  # they name no account of ours
        erase=lambda user: 0,
        retention=_("as long as the form says"),
        tracer=ReceivedTracer(),
    ),
]
