"""What editors decide about results: what comes first for a query, what is not shown, what is expected."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class BestBet(models.Model):
    """A record that comes first, or is not shown, for certain queries. It counts at once, on every engine."""

    class Effect(models.TextChoices):
        FIRST = "first", _("show first")
        HIDE = "hide", _("do not show")

    words = models.TextField(
        _("queries"), help_text=_("Separated by commas. Endings and spelling don't matter: “Sperrmüll, Sperrgut”.")
    )
    effect = models.CharField(_("effect"), max_length=10, choices=Effect, default=Effect.FIRST)
    kind = models.CharField(max_length=40)
    object_id = models.CharField(max_length=64)
    title = models.CharField(_("result"), max_length=500)
    position = models.PositiveSmallIntegerField(
        _("order"), default=1, help_text=_("Of several results for the same query the smallest number comes first.")
    )
    language = models.CharField(_("language"), max_length=10, choices=settings.TEXT_LANGUAGES, default="de")
    starts = models.DateField(_("from"), null=True, blank=True)
    ends = models.DateField(_("until"), null=True, blank=True)
    note = models.CharField(_("why"), max_length=300, blank=True)
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("best bet")
        verbose_name_plural = _("best bets and exclusions")
        ordering = ["words", "position", "pk"]

    def __str__(self) -> str:
        return f"{self.words}: {self.title}"

    def clean(self) -> None:
        """Refuse a time that ends before it begins, and no query at all. Raises ValidationError."""
        if self.starts and self.ends and self.ends < self.starts:
            raise ValidationError({"ends": _("The end lies before the beginning.")})
        if not self.phrases():
            raise ValidationError({"words": _("Enter at least one query.")})

    def phrases(self) -> list[str]:
        """Return the queries, each once."""
        return list(dict.fromkeys(part.strip() for part in self.words.replace("\n", ",").split(",") if part.strip()))


class JudgedQuery(models.Model):
    """A query with the results that are right for it, by a person's judgement. The measure of every change."""

    text = models.CharField(_("query"), max_length=200)
    language = models.CharField(_("language"), max_length=10, choices=settings.TEXT_LANGUAGES, default="de")
    #: [{"kind": …, "id": …, "title": …}], the best first.
    expected = models.JSONField(_("expected results"), default=list)
    note = models.CharField(_("note"), max_length=300, blank=True)
    is_active = models.BooleanField(_("in use"), default=True)
    #: Place of the first expected result when it was last measured, 0: not among the first ten.
    rank = models.PositiveSmallIntegerField(_("rank"), null=True, editable=False)
    rank_before = models.PositiveSmallIntegerField(null=True, editable=False)
    measured_at = models.DateTimeField(_("measured"), null=True, editable=False)

    class Meta:
        verbose_name = _("judged query")
        verbose_name_plural = _("judged queries")
        ordering = ["text"]
        constraints = [models.UniqueConstraint(fields=["text", "language"], name="search_judged_unique")]

    def __str__(self) -> str:
        return self.text

    def pairs(self) -> list[tuple[str, str]]:
        """Return (kind, id) of the expected results."""
        return [(item["kind"], str(item["id"])) for item in self.expected]

    def measured(self, rank: int) -> None:
        """Note where the first expected result came out."""
        if self.rank is not None and self.rank != rank:
            self.rank_before = self.rank
        self.rank, self.measured_at = rank, timezone.now()
        self.save(update_fields=["rank", "rank_before", "measured_at"])


def names(rows: list[dict[str, Any]]) -> str:
    """Return the titles of expected results, each once, one a line."""
    return "\n".join(dict.fromkeys(row["title"] for row in rows))
