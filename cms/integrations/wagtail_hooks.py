"""Integrations in the Wagtail admin."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail import hooks


@hooks.register("register_log_actions")
def log_actions(actions: Any) -> None:
    """Name our entries of the log."""
    actions.register_action("integrations.write", _("Write by API"), _("Written by API"))
    actions.register_action("integrations.key", _("Create key"), _("Key created"))
    actions.register_action("integrations.rotate", _("Replace key"), _("Key replaced"))
    actions.register_action("integrations.revoke", _("Revoke key"), _("Key revoked"))
    actions.register_action("integrations.client", _("Create client"), _("Client created"))
    actions.register_action("integrations.client_removed", _("Remove client"), _("Client removed"))
