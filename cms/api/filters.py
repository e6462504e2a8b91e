"""Filters that resources share."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import django_filters
from django.core.exceptions import ValidationError
from django_filters.fields import IsoDateTimeField


class MomentFormField(IsoDateTimeField):
    """A time in UTC: PostgreSQL refuses offsets of 16 hours and more, which RFC 3339 allows."""

    def to_python(self, value: Any) -> datetime | None:
        """Return the time. Raises ValidationError."""
        moment = super().to_python(value)
        try:
            return moment and moment.astimezone(UTC)
        except OverflowError as error:
            raise ValidationError(self.error_messages["invalid"], code="invalid") from error


class MomentFilter(django_filters.IsoDateTimeFilter):
    """Compares with a time (RFC 3339)."""

    field_class = MomentFormField
