"""Distances between points of the city."""

from __future__ import annotations

import math
from dataclasses import dataclass

EARTH_KM = 6371.0


@dataclass(frozen=True)
class Near:
    """A point and how far around it to look, in kilometres."""

    latitude: float
    longitude: float
    km: int = 2

    def distance(self, latitude: float, longitude: float) -> float:
        """Return the distance in kilometres (haversine)."""
        one, two = math.radians(self.latitude), math.radians(latitude)
        across = math.sin(math.radians(longitude - self.longitude) / 2) ** 2 * math.cos(one) * math.cos(two)
        return 2 * EARTH_KM * math.asin(math.sqrt(math.sin((two - one) / 2) ** 2 + across))

    def box(self) -> dict[str, float]:
        """Return look-ups of a rectangle that holds the circle."""
        up = math.degrees(self.km / EARTH_KM)
        aside = up / max(0.01, math.cos(math.radians(self.latitude)))
        return {
            "latitude__gte": self.latitude - up,
            "latitude__lte": self.latitude + up,
            "longitude__gte": self.longitude - aside,
            "longitude__lte": self.longitude + aside,
        }
