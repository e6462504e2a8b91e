"""What surveys say, counted in the background."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from .forms import Form


class SurveyResult(models.Model):
    """The answers to a survey as numbers: nothing in it is about one person, and small numbers are left out."""

    form = models.OneToOneField(Form, models.CASCADE, related_name="survey_result")
    #: So many answers were counted, the newest with this key: whether there is something new to count.
    answers = models.PositiveIntegerField(default=0)
    newest = models.BigIntegerField(default=0)
    #: Key of the question -> what building/results.py has made of its answers.
    data = models.JSONField(default=dict)
    counted_at = models.DateTimeField(_("counted"))

    class Meta:
        verbose_name = _("result of a survey")
        verbose_name_plural = _("results of surveys")
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.form_id)
