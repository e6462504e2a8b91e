"""The plugin API. Import its public face from here: ``from cms.plugins import Manifest, PluginConfig``.

``collect``, ``providers`` and ``enabled_plugins`` need the app registry; they live in ``cms.plugins.registry``.
"""

from .config import CONTRACT, CONTRIBUTIONS, Manifest, PluginConfig

__all__ = ["CONTRACT", "CONTRIBUTIONS", "Manifest", "PluginConfig"]
