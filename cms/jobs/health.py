"""What operators must look at."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django_tasks_db.models import DBTaskResult

from cms.contracts.health import Problem

from . import queue


def problems() -> list[Problem]:
    """Name jobs that were given up, and work that waits while no worker is alive."""
    found = []
    if dead := queue.dead().count():
        text = ngettext("One job was given up.", "%(count)s jobs were given up.", dead) % {"count": dead}
        found.append(Problem(name="jobs", text=text, url=reverse("background_work")))
    if DBTaskResult.objects.ready().exists() and not queue.alive():
        found.append(Problem(name="worker", text=_("Work is waiting, but no worker runs. Start manage.py work.")))
    return found
