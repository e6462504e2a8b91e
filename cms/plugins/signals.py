"""Signals of the plugins, sent inside the changing transaction."""

from django.dispatch import Signal

#: A plugin was switched; ``config``: its app config, ``off``: whether it is off now.
plugin_switched = Signal()
