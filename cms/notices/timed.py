"""Notices begin and end without anybody saving anything."""

from cms.contracts.clock import TimedChange

from .serving import next_change

TIMED = [TimedChange(name="notices", next_at=next_change)]
