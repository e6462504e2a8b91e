"""Background work of accessibility."""

from __future__ import annotations

from datetime import time

from django.utils.translation import gettext_lazy as _

from cms.contracts.jobs import PeriodicJob
from cms.jobs import job

from . import services


@job()
def remind_of_barriers() -> int:
    """Remind of reports that wait for an answer."""
    return services.remind()


@job()
def forget_reporters() -> int:
    """Forget who reported what is solved."""
    return services.forget_contacts()


PERIODIC = [
    PeriodicJob(name="remind", title=_("Remind of barrier reports"), task=remind_of_barriers, at=time(6, 40)),
    PeriodicJob(name="forget", title=_("Forget who reported barriers"), task=forget_reporters, at=time(3, 20)),
]
