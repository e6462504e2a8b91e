"""Passwords that whoever knows this city would try first (ASVS 5.0, 6.1.2 and 6.2.11)."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

#: Words of this installation; the city's name is added. Kept short on purpose: what is long beside them stays allowed.
WORDS = (
    "mogontia",
    "stadtverwaltung",
    "landeshauptstadt",
    "rathaus",
    "gutenberg",
    "passwort",
    "password",
    "willkommen",
)


class CityWordsValidator:
    """Refuse a password of which little is left without the words and without digits and signs."""

    def validate(self, password: str, user: Any = None) -> None:
        """Raise ValidationError for such a password."""
        rest = password.lower()
        for word in sorted((*WORDS, settings.CITY_NAME.lower()), key=len, reverse=True):
            rest = rest.replace(word, "")
        if rest != password.lower() and sum(letter.isalpha() for letter in rest) < 6:
            raise ValidationError(_("This is one of the first passwords somebody would try here."), code="city_words")

    def get_help_text(self) -> str:
        """Return the rule in words."""
        return _("Not just the city's name or a word like “Passwort” with a number.")
