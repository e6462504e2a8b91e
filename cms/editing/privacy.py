"""What is kept about the people who look after pages."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cms.contracts.privacy import PersonalData

from .models import PageReview


def _export(user: Any) -> list[dict[str, Any]]:
    rows = PageReview.objects.filter(Q(owner=user) | Q(last_by=user)).select_related("page").order_by("pk")
    return [
        {
            "page": row.page.title,
            "owner": row.owner_id == user.pk,
            "reviewed": row.last_on.isoformat() if row.last_by_id == user.pk and row.last_on else None,
        }
        for row in rows
    ]


def _erase(user: Any) -> int:
    count = PageReview.objects.filter(owner=user).update(owner=None)
    return count + PageReview.objects.filter(last_by=user).update(last_by=None)


PRIVACY = [
    PersonalData(
        name="page_reviews",
        title=_("Pages you answer for"),
        models=("editing.PageReview",),
        export=_export,
        erase=_erase,
        retention=_("as long as the page exists"),
    )
]
