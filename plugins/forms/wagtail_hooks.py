"""The forms in the Wagtail admin."""

from .handover import hooks as hand_overs

__all__ = ["hand_overs"]
