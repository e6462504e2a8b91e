"""Background work. ``job`` makes a task of a function; ``manage.py work`` runs what is due."""

from .policy import GiveUp, Policy, job

__all__ = ["GiveUp", "Policy", "job"]
