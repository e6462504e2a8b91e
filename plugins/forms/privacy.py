"""What people fill in while they are signed in."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from cms.contracts.privacy import PersonalData

from .models import Filling


def _export(user: Any) -> list[dict[str, Any]]:
    return [
        {"form": row.version.form.slug, "state": row.state, "begun": row.created_at.isoformat()}
        for row in Filling.objects.filter(account=user).select_related("version__form").order_by("pk")
    ]


def _erase(user: Any) -> int:
    sent = Filling.objects.filter(account=user, state=Filling.State.SENT).update(account=None)
    return sent + Filling.objects.filter(account=user).delete()[0]


PRIVACY = [
    PersonalData(
        name="fillings",
        title=_("Forms you have filled in"),
        models=("forms.Filling",),
        export=_export,
        erase=_erase,
        retention=_("What was not sent: 30 days. What was sent: as long as the form says."),
    )
]
