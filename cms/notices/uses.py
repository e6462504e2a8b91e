"""Which notices are about a record."""

from __future__ import annotations

from django.urls import reverse

from cms.contracts.references import Use

from .models import Notice


def uses(kind: str, object_id: str) -> list[Use]:
    """Return the notices about the record that are not over. One query."""
    about = Notice.objects.filter(unit=object_id) if kind == "organisationunit" and object_id.isdigit() else None
    rows = about if about is not None else Notice.objects.filter(kind=kind, object_id=object_id)
    return [
        Use(title=notice, url=reverse("wagtailsnippets_notices_notice:edit", args=[notice.pk]))
        for notice in rows
        if notice.state != Notice.State.OVER
    ]
