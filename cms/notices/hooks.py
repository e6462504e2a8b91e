"""Other systems are told of notices."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from cms.contracts.webhooks import Hook

from .models import Notice
from .serving import listed


def _rows(reader: Any) -> Any:
    """Return the current notices the reader may see, at places the reader may see."""
    return Notice.objects.filter(pk__in=[notice.pk for notice in listed(reader)])


HOOKS = [Hook(kind="notice", title=_("notice"), rows=_rows)]
