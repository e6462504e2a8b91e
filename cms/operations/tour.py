"""The five-minute tour: steps contributed by the apps that are on."""

from __future__ import annotations

from cms.contracts.navigation import TourStep
from cms.plugins.registry import collect


def tour_steps() -> list[TourStep]:
    """Return all steps in order."""
    return sorted((step for _config, steps in collect("tour") for step in steps()), key=lambda step: step.order)
