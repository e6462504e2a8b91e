"""The inbox of cases: the submission is there, nothing is sent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from ..parcel import Parcel
from .base import BackEnd


class CaseInbox(BackEnd):
    """The case workers of the unit find it among their cases."""

    name = "inbox"
    label = _("Inbox of cases")
    sends = False

    def deliver(self, parcel: Parcel, options: Mapping[str, Any], secrets: Mapping[str, str]) -> None:
        """There is nothing to do."""
