"""Switch plugins off and on while the site runs. Content stays; the app stays installed."""

from __future__ import annotations

import time
from typing import Any

from django.apps import apps
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from .config import PluginConfig
from .signals import plugin_switched

#: Seconds after which the other processes have noticed a switch. Here it counts at once.
NOTICED_AFTER = 5


class SwitchRefused(Exception):
    """The plugin can't be switched; the message says why."""


class _Memory:
    def __init__(self) -> None:
        self.forget()

    def forget(self) -> None:
        self.labels: frozenset[str] = frozenset()
        self.until = 0.0


_memory = _Memory()


def forget() -> None:
    """Make the next question go to the database."""
    _memory.forget()


def confirm() -> None:
    """Note that nothing of the database has changed since it was last asked: whoever knows that saves the question."""
    if _memory.until:
        _memory.until = time.monotonic() + NOTICED_AFTER


def switched_off() -> frozenset[str]:
    """Return the labels of the plugins that are off; at most one query every few seconds."""
    if time.monotonic() >= _memory.until:
        from .models import PluginSwitch

        _memory.labels = frozenset(PluginSwitch.objects.values_list("label", flat=True))
        _memory.until = time.monotonic() + NOTICED_AFTER
    return _memory.labels


def is_off(label: str) -> bool:
    """Return whether the plugin ``label`` is switched off."""
    return label in switched_off()


def needed_by(config: PluginConfig) -> list[PluginConfig]:
    """Return the plugins that are on and require a capability which only ``config`` provides."""
    from .registry import contributing_apps

    others = [other for other in contributing_apps() if other is not config and not is_off(other.label)]
    elsewhere = {capability for other in others for capability in other.manifest.provides}
    only_here = set(config.manifest.provides) - elsewhere
    return [other for other in others if only_here & set(other.manifest.requires)]


@transaction.atomic
def switch(*, label: str, off: bool, by: Any = None) -> None:
    """Switch the plugin ``label`` off or on.

    ``by``: the user who asks, or None for the command line. Raises PermissionDenied without the right to change
    switches, SwitchRefused for something that is no plugin or that another plugin needs.
    """
    from .models import PluginSwitch
    from .registry import enabled_plugins

    if by is not None and not by.has_perm("plugins.change_pluginswitch"):
        raise PermissionDenied
    config = next((config for config in enabled_plugins() if config.label == label), None)
    if config is None:
        raise SwitchRefused(_("There is no plugin “%(label)s”.") % {"label": label})
    if off and (others := needed_by(config)):
        names = ", ".join(str(other.verbose_name) for other in others)
        raise SwitchRefused(_("Still needed by: %(names)s.") % {"names": names})
    if off:
        PluginSwitch.objects.get_or_create(label=label, defaults={"switched_by": by})
    else:
        PluginSwitch.objects.filter(label=label).delete()
    _memory.forget()
    plugin_switched.send(sender=type(config), config=config, off=off)
    transaction.on_commit(_memory.forget)  # another thread may have read the old state meanwhile


def app_of(thing: Any) -> str:
    """Return the label of the app a view, class or module path belongs to, "" when of none."""
    name = thing if isinstance(thing, str) else getattr(thing, "__module__", "")
    config = apps.get_containing_app_config(name)
    return config.label if config else ""
