"""What is done by the clock for integrations."""

from __future__ import annotations

from datetime import timedelta

from allauth.idp.oidc.models import Token
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cms.contracts.jobs import PeriodicJob
from cms.jobs import job

from . import idempotency


@job()
def forget_answers() -> int:
    """Delete answers kept for Idempotency-Keys after a day, and access tokens that expired; return how many rows."""
    return idempotency.forget(timezone.now() - idempotency.KEPT) + Token.objects.expired().delete()[0]


PERIODIC = [
    PeriodicJob(
        name="forget",
        title=_("Forget old answers and tokens of the API"),
        task=forget_answers,
        every=timedelta(hours=1),
    )
]
