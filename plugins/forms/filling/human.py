"""Robots are kept out without puzzles: a trap, a clock, and work for the computer. Without scripts the clock is slower."""

from __future__ import annotations

import json
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django_altcha import AltchaField, get_altcha_challenge

from cms.limits import count

from ..models import Channel, Filling

#: Seconds in which nobody reads and fills in a form; without the proof of work.
FASTEST, FASTEST_WITHOUT_PROOF = 3, 8
#: Forms one sender may send in an hour; without the proof of work.
MOST, MOST_WITHOUT_PROOF = 60, 10
HOUR = 3600
TRAP, PROOF = "website", "_proof"
#: How far the computer counts: about a second on a telephone.
HARDNESS = 60_000


class HumanCheck:
    """Whether a person sends the filling. Staff at the counter and signed-in people have shown that they are."""

    def __init__(self, request: HttpRequest, filling: Filling) -> None:
        self.request, self.filling, self.message = request, filling, ""

    @property
    def asks(self) -> bool:
        """Whether the page asks for a proof of work."""
        return settings.FORMS_PROOF_OF_WORK and not self._known

    @cached_property
    def challenge(self) -> str:
        """What the computer must find, for the script of the page."""
        return json.dumps(vars(get_altcha_challenge(max_number=HARDNESS))) if self.asks else ""

    @property
    def _known(self) -> bool:
        return self.filling.channel != Channel.ONLINE or self.request.user.is_authenticated

    def passes(self) -> bool:
        """Return whether it may be sent; else ``message`` says what the person can do."""
        if self._known:
            return True
        proven = self.asks and self._proven()
        age = (timezone.now() - self.filling.created_at).total_seconds()
        least = FASTEST if proven or not self.asks else FASTEST_WITHOUT_PROOF
        if self.request.POST.get(TRAP) or age < least:
            self.message = _("That did not look like a person. If you are one, please send it once more.")
            return False
        most = MOST if proven or not self.asks else MOST_WITHOUT_PROOF
        if count(self.request, name="forms send", window=HOUR) > most:
            self.message = _(
                "Many forms were sent from your connection. What you filled in is kept: please send it in an hour."
            )
            return False
        return True

    def _proven(self) -> bool:
        field: Any = AltchaField()
        try:
            field.validate(self.request.POST.get(PROOF, "")[:4000])
        except ValidationError:
            return False
        return True
