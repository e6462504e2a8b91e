"""Background work of requests."""

from __future__ import annotations

from datetime import time

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cms.contracts.jobs import PeriodicJob
from cms.jobs import job

from .models import PersonRequest


@job(atomic=False)
def look_up(request_id: int) -> None:
    """Search for a request; repeated after a failure or a crash."""
    from . import services

    request = PersonRequest.objects.filter(pk=request_id).first()
    if request and request.state != PersonRequest.State.DONE:
        services.search(request)


@job()
def forget_requests() -> int:
    """Delete requests whose time is over; return how many. That they were answered stays in the log."""
    from . import services

    return PersonRequest.objects.filter(asked_at__lte=timezone.now() - services.KEPT).delete()[0]


PERIODIC = [
    PeriodicJob(
        name="privacy_forget", title=_("Delete old requests about personal data"), task=forget_requests, at=time(3, 40)
    )
]
