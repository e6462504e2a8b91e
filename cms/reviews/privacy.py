"""What reviews keep about a person: as whoever was asked from outside, and as whoever asked."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from cms.contracts.privacy import ColumnTracer, PersonalData, Trace

from .models import OutsideApprovalTask, OutsideComment, OutsideReview


def _export(user: Any) -> list[dict[str, Any]]:
    mine = OutsideReview.objects.filter(email__iexact=user.email).prefetch_related("comments").order_by("pk")
    asked = OutsideReview.objects.filter(asked_by=user).order_by("pk")
    ticked = OutsideComment.objects.filter(resolved_by=user).order_by("pk")
    return [
        *(_data(row) for row in mine),
        *({"asked_somebody": row.asked_at.isoformat(), "page": row.page_id} for row in asked),
        *({"ticked_off": row.resolved_at.isoformat() if row.resolved_at else ""} for row in ticked),
    ]


def _data(row: OutsideReview) -> dict[str, Any]:
    return {
        "asked": row.asked_at.isoformat(),
        "name": row.name,
        "address": row.email,
        "state": row.state,
        "answer": row.answer,
        "comments": [comment.text for comment in row.comments.all()],
    }


def _trace(row: OutsideReview) -> Trace:
    data = _data(row)
    rows = [(_("name"), row.name), (_("email address"), row.email), (_("answer"), row.answer)]
    comments = [(str(_("comment")), text) for text in data["comments"]]
    return Trace(
        title=row.page.title,
        at=row.asked_at,
        rows=[*((str(label), value) for label, value in rows), *comments],
        data=data,
    )


def _erase(user: Any) -> int:
    # Who asked and who ticked off is set to nobody when the account goes.
    erased = OutsideReview.objects.filter(email__iexact=user.email).delete()[0]
    return erased + OutsideApprovalTask.objects.filter(reviewer_email__iexact=user.email).update(
        reviewer_name="", reviewer_email=""
    )


DATA = [
    PersonalData(
        name="outside_reviews",
        title=_("Outside reviews"),
        models=("reviews.OutsideReview", "reviews.OutsideComment", "reviews.OutsideApprovalTask"),
        export=_export,
        erase=_erase,
        retention=_("a year after the link has ended"),
        tracer=ColumnTracer(
            rows=lambda: OutsideReview.objects.select_related("page"),
            columns=("email", "name"),
            trace=_trace,
            forget=lambda rows: rows.delete(),
        ),
    )
]
