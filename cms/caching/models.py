"""That something changed: the version of everything public pages show."""

from __future__ import annotations

from django.db import models


class Change(models.Model):
    """A transaction changed something that a public page may show. The set of all rows is the version.

    Rows are added in the changing transaction, so version and change are seen together. Not a counter: transactions
    would wait for each other at its row, and a sequence commits out of order.
    """

    token = models.BigIntegerField()
    at = models.DateTimeField(auto_now_add=True, db_index=True)
