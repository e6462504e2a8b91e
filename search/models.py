"""The projection of everything findable, its inverted index, and what still has to be projected."""

from __future__ import annotations

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from cms.access.models import AccessRule


class SearchEntry(models.Model):
    """One findable thing in one language: source of the embedded index and of every rebuild."""

    kind = models.CharField(max_length=40)
    object_id = models.CharField(max_length=64)
    language = models.CharField(max_length=12)
    part = models.CharField(max_length=40, blank=True)
    title = models.CharField(max_length=500)
    alternative_titles = models.JSONField(default=list)
    keywords = models.JSONField(default=list)
    summary = models.TextField(blank=True)
    body = models.TextField(blank=True)
    staff_text = models.TextField(blank=True)
    agent_text = models.TextField(blank=True)
    url = models.CharField(max_length=1000)
    rule = models.ForeignKey(AccessRule, on_delete=models.PROTECT, related_name="+")
    #: Tree path of a page, blank for records; with ``is_live`` and ``rule`` it changes inside the changing transaction.
    page_path = models.CharField(max_length=255, blank=True, db_index=True)
    is_live = models.BooleanField(default=True)
    topics = models.JSONField(default=list)
    unit_id = models.BigIntegerField(null=True)
    district = models.CharField(max_length=100, blank=True, db_index=True)
    date = models.DateField(null=True)
    latitude = models.FloatField(null=True)
    longitude = models.FloatField(null=True)
    boost = models.FloatField(default=1.0)
    publish_from = models.DateTimeField(null=True)
    publish_until = models.DateTimeField(null=True)
    content_hash = models.CharField(max_length=64)
    version = models.PositiveBigIntegerField(default=1)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "object_id", "language", "part"], name="search_entry_unique")
        ]
        indexes = [models.Index(fields=["kind", "object_id"], name="search_entry_object")]

    def __str__(self) -> str:
        return f"{self.kind} {self.object_id} {self.language} {self.title}"


class Level(models.IntegerChoices):
    """Which readers may search a text."""

    PUBLIC = 0
    STAFF = 1
    AGENT = 2


class SearchPosting(models.Model):
    """One token of one entry with the rounded weight it has there (search/analysis/analyzer.py)."""

    entry = models.ForeignKey(SearchEntry, on_delete=models.CASCADE, related_name="postings")
    level = models.PositiveSmallIntegerField(choices=Level, default=Level.PUBLIC)
    token = models.CharField(max_length=100)
    weight = models.PositiveSmallIntegerField(default=0)

    class Meta:
        indexes = [models.Index(fields=["token", "level"], name="search_posting_token")]

    def __str__(self) -> str:
        return self.token


class PendingObject(models.Model):
    """An object whose entries must be built again; written in the transaction that changed it."""

    kind = models.CharField(max_length=40)
    object_id = models.CharField(max_length=64)
    marked_at = models.DateTimeField(auto_now=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    last_error = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "object_id"], name="search_pending_unique")]

    def __str__(self) -> str:
        return f"{self.kind} {self.object_id}"


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
    language = models.CharField(_("language"), max_length=10, choices=settings.LANGUAGES, default="de")
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
        if len(found) < 2:
            raise ValidationError({"words": _("Enter at least two words, separated by commas.")})
        if any(len(phrase.split()) > 3 for phrase in found):
            raise ValidationError({"words": _("A part may have three words at most.")})

    def phrases(self) -> list[str]:
        """Return the words, each once."""
        return list(dict.fromkeys(part.strip() for part in self.words.replace("\n", ",").split(",") if part.strip()))
