"""Roles follow from the directory as well: who is absent, who stands in, whose account is whose."""

from __future__ import annotations

from typing import Any

from django.db.models.signals import post_delete, post_save

from cms.directory.models import Absence, Person

from .models import RoleSettings
from .rights import derive, derive_for_deputies


def connect() -> None:
    """Connect the receivers; called once by the app's ``ready``."""
    for signal in (post_save, post_delete):
        signal.connect(_absences_changed, sender=Absence, dispatch_uid=f"accounts.absence.{id(signal)}")
        signal.connect(_absences_changed, sender=RoleSettings, dispatch_uid=f"accounts.role.{id(signal)}")
    post_save.connect(_person_changed, sender=Person, dispatch_uid="accounts.person")


def _absences_changed(sender: type, instance: Any, raw: bool = False, **kwargs: Any) -> None:
    if not raw:
        derive_for_deputies()
        account = getattr(getattr(instance, "deputy", None), "account", None)
        if account is not None:
            derive(account)


def _person_changed(sender: type, instance: Person, raw: bool = False, created: bool = False, **kwargs: Any) -> None:
    if not raw and instance.account_id and not created:
        derive(instance.account)
