"""The projection of everything findable, its inverted index, and what still has to be projected.

Every way to change an entry notes, in the same transaction, that the copies in Elasticsearch are behind.
"""

from __future__ import annotations

from typing import Any

from django.db import models, transaction
from django.db.models import F

from cms.access.models import AccessRule

from .shipping import Shipment


class EntryQuerySet(models.QuerySet["SearchEntry"]):
    """Sets of entries whose changes reach the copies in Elasticsearch."""

    def update(self, **values: Any) -> int:
        """Change the entries in one statement; their version grows, their copies count as behind."""
        with transaction.atomic():
            Shipment.objects.note(self, grown=True)
            return super().update(**values, version=F("version") + 1)

    update.alters_data = True  # type: ignore[attr-defined]

    def delete(self) -> tuple[int, dict[str, int]]:
        """Delete the entries; what is noted stays behind as order to delete the copies."""
        with transaction.atomic():
            Shipment.objects.note(self, grown=True)
            return super().delete()

    delete.alters_data = True  # type: ignore[attr-defined]
    delete.queryset_only = True  # type: ignore[attr-defined]


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
    #: What a result shows besides title and text (cms.contracts.search.Card), without what is empty.
    card = models.JSONField(default=dict)
    #: What entries have in common that say the same: pages of a document, a page in several languages.
    fold_key = models.CharField(max_length=110, blank=True, db_index=True)
    #: JSON object with the tokens of each searched field, as they are sent to Elasticsearch.
    analysed = models.TextField(default="{}")
    content_hash = models.CharField(max_length=64)
    version = models.PositiveBigIntegerField(default=1)
    updated_at = models.DateTimeField(auto_now=True)

    objects = EntryQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "object_id", "language", "part"], name="search_entry_unique")
        ]
        indexes = [models.Index(fields=["kind", "object_id"], name="search_entry_object")]

    def __str__(self) -> str:
        return f"{self.kind} {self.object_id} {self.language} {self.title}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save, and note that the copies are behind. ``version`` is the caller's to raise."""
        with transaction.atomic():
            super().save(*args, **kwargs)
            Shipment.objects.note(SearchEntry.objects.filter(pk=self.pk))

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Delete, and leave the order to delete the copies."""
        return SearchEntry.objects.filter(pk=self.pk).delete()


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
