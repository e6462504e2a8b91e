"""Lists that editors keep for forms: streets, kinds of rubbish, schools."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

MOST = 20_000


class ReferenceList(models.Model):
    """One list of reference data (German: Stammdaten). What was chosen from it stays in answers when it changes."""

    key = models.SlugField(_("key"), max_length=60, unique=True)
    title = models.CharField(_("title"), max_length=120)
    lines = models.TextField(
        _("entries"), help_text=_("One on each line; “value | what people read” where the two differ.")
    )
    changed_at = models.DateTimeField(_("changed"), auto_now=True)

    class Meta:
        ordering = ["title"]
        verbose_name = _("list for forms")
        verbose_name_plural = _("lists for forms")

    def __str__(self) -> str:
        return self.title

    def entries(self) -> list[tuple[str, str]]:
        """Return (value, label) of each line that is not empty."""
        found = []
        for line in self.lines.splitlines():
            value, _bar, label = (part.strip() for part in line.partition("|"))
            if value:
                found.append((value, label or value))
        return found

    def clean(self) -> None:
        """Refuse names of the lists that are always there, values that stand twice, and too many. Raises ValidationError."""
        from ..reference import LISTS

        super().clean()
        if self.key in LISTS:
            raise ValidationError({"key": _("There is a list of this name already.")})
        values = [value for value, _label in self.entries()]
        if len(values) > MOST:
            raise ValidationError({"lines": _("At most %(number)d entries.") % {"number": MOST}})
        twice = sorted({value for value in values if values.count(value) > 1}) if len(set(values)) < len(values) else []
        if twice:
            raise ValidationError({"lines": _("Stands twice: %(values)s.") % {"values": ", ".join(twice[:5])}})
