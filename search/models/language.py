"""What the city's words mean."""

from __future__ import annotations

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _


class Synonym(models.Model):
    """Words that mean the same to those who search: "Perso, Personalausweis". They count at once, without rebuilding."""

    words = models.TextField(
        _("words"), help_text=_("Separated by commas. Whoever searches for one of them finds the others, too.")
    )
    one_way = models.BooleanField(
        _("only from the first"),
        default=False,
        help_text=_("Whoever searches for the first word finds the others, but not the other way round."),
    )
    language = models.CharField(_("language"), max_length=10, choices=settings.TEXT_LANGUAGES, default="de")
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("synonym")
        verbose_name_plural = _("synonyms")
        ordering = ["words"]

    def __str__(self) -> str:
        return self.words

    def clean(self) -> None:
        """Refuse fewer than two words, and parts with more than three words. Raises ValidationError."""
        found = self.phrases()
        if len({phrase.casefold() for phrase in found}) < 2:
            raise ValidationError({"words": _("Enter at least two words, separated by commas.")})
        if any(len(phrase.split()) > 3 for phrase in found):
            raise ValidationError({"words": _("A part may have three words at most.")})

    def phrases(self) -> list[str]:
        """Return the words, each once."""
        return list(dict.fromkeys(part.strip() for part in self.words.replace("\n", ",").split(",") if part.strip()))
