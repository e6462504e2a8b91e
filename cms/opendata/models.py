"""What is known of the files without making them."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class MeasuredFile(models.Model):
    """Size and number of things of a file when it was last looked at, and when its content was first seen so."""

    dataset = models.SlugField(_("dataset"), max_length=60)
    language = models.CharField(_("language"), max_length=12)
    form = models.CharField(_("format"), max_length=10)
    size = models.PositiveBigIntegerField(_("bytes"))
    things = models.PositiveIntegerField(_("number of things"))
    checksum = models.CharField(max_length=64)
    changed_at = models.DateTimeField(_("changed"))

    class Meta:
        verbose_name = _("file of open data")
        verbose_name_plural = _("files of open data")
        constraints = [models.UniqueConstraint(fields=["dataset", "language", "form"], name="measured_file_unique")]

    def __str__(self) -> str:
        return f"{self.dataset}.{self.form} ({self.language})"
