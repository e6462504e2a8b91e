"""Filters that lists of several resources have."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import django_filters
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django_filters.fields import IsoDateTimeField


class MomentField(IsoDateTimeField):
    """A time with zone (RFC 3339), as the same moment in UTC: databases know fewer zones than people write."""

    def clean(self, value: Any) -> datetime | None:
        """Return the moment, None for none. Raises ValidationError for what is no time, or beyond the calendar."""
        moment = super().clean(value)
        try:
            return moment.astimezone(UTC) if moment else None
        except OverflowError as error:
            raise ValidationError(_("Enter a valid date/time.")) from error


class MomentFilter(django_filters.IsoDateTimeFilter):
    """Filters by a moment."""

    field_class = MomentField
