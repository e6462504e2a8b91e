"""The copies in Elasticsearch: which there are, and what each still has to be told."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection, models
from django.db.models import F, Value
from django.dispatch import Signal
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

#: Sent inside the transaction that noted shipments.
entries_noted = Signal()
#: Tries after which a shipment that Elasticsearch refuses waits for a person.
MAX_ATTEMPTS = 8


class SearchIndex(models.Model):
    """One index in Elasticsearch. Every index that is not retired is told every change."""

    class State(models.TextChoices):
        """``joining``: complete, about to take over; from then on what it misses is kept from readers."""

        BUILDING = "building", _("being built")
        JOINING = "joining", _("taking over")
        LIVE = "live", _("in use")

    name = models.CharField(_("name"), max_length=120, unique=True)
    schema = models.CharField(_("schema"), max_length=16, db_index=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.BUILDING)
    created_at = models.DateTimeField(_("begun"), default=timezone.now)
    live_since = models.DateTimeField(_("in use since"), null=True)
    #: Entries up to this primary key are copied; a rebuild that was interrupted goes on from here.
    cursor = models.BigIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    #: Who builds it now, and until when nobody else may.
    builder = models.CharField(max_length=80, blank=True)
    leased_until = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("search index")
        verbose_name_plural = _("search indexes")
        permissions = [("operate_search", _("Can rebuild the search and retry what failed"))]

    def __str__(self) -> str:
        return self.name

    @property
    def percent(self) -> int:
        """Return how much of the first copy is done, 0 to 100."""
        return min(100, self.done * 100 // self.total) if self.total else 0


class ShipmentManager(models.Manager["Shipment"]):
    """Notes what the copies miss."""

    def note(self, entries: models.QuerySet[Any], *, grown: bool = False) -> None:
        """Note for every index that these entries changed. ``grown``: their version is about to grow by one.

        One statement over a set; without an index in Elasticsearch it writes nothing.
        """
        rows = entries.order_by().values_list("pk", F("version") + Value(1 if grown else 0))
        try:
            changed, parameters = rows.query.sql_with_params()
        except EmptyResultSet:
            return
        now = timezone.now()
        table, index = Shipment._meta.db_table, SearchIndex._meta.db_table
        with connection.cursor() as cursor:
            cursor.execute(
                f"""INSERT INTO {table} (index_id, entry_id, version, generation, noted_at, due_at, attempts, error)
                WITH changed(pk, version) AS ({changed})
                SELECT {index}.id, changed.pk, changed.version, 1, %s, %s, 0, '' FROM {index} CROSS JOIN changed WHERE TRUE
                ON CONFLICT (index_id, entry_id) DO UPDATE SET version = excluded.version, due_at = excluded.due_at,
                generation = {table}.generation + 1, attempts = 0, error = ''""",  # noqa: S608  names of our tables
                [*parameters, now, now],
            )
            changed_something = cursor.rowcount > 0
        if changed_something:
            entries_noted.send(sender=Shipment)


class Shipment(models.Model):
    """An entry whose copy in one index is behind. Gone once Elasticsearch confirmed the newest version.

    ``entry_id`` is no foreign key: when the entry is deleted, this is what remembers to delete the copy.
    """

    index = models.ForeignKey(SearchIndex, on_delete=models.CASCADE, related_name="shipments")
    entry_id = models.BigIntegerField()
    version = models.PositiveBigIntegerField()
    #: Grows with every change; a confirmation counts only for the generation that was sent.
    generation = models.PositiveBigIntegerField(default=1)
    noted_at = models.DateTimeField(default=timezone.now)
    due_at = models.DateTimeField(default=timezone.now)
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(max_length=500, blank=True)

    objects = ShipmentManager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["index", "entry_id"], name="search_shipment_unique")]
        indexes = [models.Index(fields=["index", "due_at"], name="search_shipment_due")]

    def __str__(self) -> str:
        return f"{self.index_id} {self.entry_id}"

    def wait(self) -> timedelta:
        """Return how long to wait after the last failure: 5 s, doubled each time."""
        return timedelta(seconds=5 * 2 ** max(0, self.attempts - 1))
