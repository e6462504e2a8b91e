"""The forms in the Wagtail admin."""

from .fit_connect import hooks as fit_connect
from .handover import hooks as hand_overs

__all__ = ["fit_connect", "hand_overs"]
