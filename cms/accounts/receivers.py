"""Roles follow from the directory as well: who is absent, who stands in, whose account is whose."""

from __future__ import annotations

from typing import Any

import structlog
from allauth.account import signals as account_signals
from allauth.account.models import EmailAddress
from allauth.mfa import signals as mfa_signals
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.db.models.signals import post_delete, post_save

from cms.directory.models import Absence, Person

from .models import RoleSettings
from .rights import derive, derive_for_deputies

logger = structlog.get_logger(__name__)
#: What is written to the log about accounts: signal -> event. Who is the number of the account, never the name.
LOGGED = {
    user_logged_in: "signed_in",
    user_logged_out: "signed_out",
    user_login_failed: "sign_in_failed",
    account_signals.password_changed: "password_changed",
    account_signals.password_set: "password_set",
    account_signals.password_reset: "password_reset",
    account_signals.email_changed: "address_changed",
    mfa_signals.authenticator_added: "second_factor_added",
    mfa_signals.authenticator_removed: "second_factor_removed",
}


def connect() -> None:
    """Connect the receivers; called once by the app's ``ready``."""
    for signal in (post_save, post_delete):
        signal.connect(_absences_changed, sender=Absence, dispatch_uid=f"accounts.absence.{id(signal)}")
        signal.connect(_absences_changed, sender=RoleSettings, dispatch_uid=f"accounts.role.{id(signal)}")
    for signal, event in LOGGED.items():
        signal.connect(_logger_of(event), weak=False, dispatch_uid=f"accounts.log.{event}")
    account_signals.password_reset.connect(_address_proven, dispatch_uid="accounts.address_proven")
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


def _logger_of(event: str) -> Any:
    def write(sender: Any, user: Any = None, request: Any = None, **kwargs: Any) -> None:
        method = ""
        if request is not None and hasattr(request, "session"):
            records = request.session.get("account_authentication_methods") or [{}]
            method = records[-1].get("method", "")
        write_line = logger.warning if event == "sign_in_failed" else logger.info
        write_line(event, account=getattr(user, "pk", None), method=method)

    return write


def _address_proven(sender: Any, user: Any, **kwargs: Any) -> None:
    """Who chose a new password by a mailed key has shown that the address is theirs, unless there are several."""
    addresses = EmailAddress.objects.filter(user=user)
    if addresses.count() == 1:
        addresses.filter(email__iexact=user.email).update(verified=True)
