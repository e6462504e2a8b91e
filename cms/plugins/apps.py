from django.apps import AppConfig


class PluginsConfig(AppConfig):
    """The plugin framework itself."""

    name = "cms.plugins"
    label = "plugins"

    def ready(self) -> None:
        from . import checks  # noqa: F401  registers the system checks
