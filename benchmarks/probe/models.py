"""What the probe was told, in that order."""

from django.db import models


class Seen(models.Model):
    """One event as it arrived; ``id`` is the order."""

    object_id = models.CharField(max_length=64)
    version = models.PositiveBigIntegerField()

    class Meta:
        indexes = [models.Index(fields=["object_id"], name="probe_object")]

    def __str__(self) -> str:
        return f"{self.object_id} {self.version}"
