from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OperationsConfig(AppConfig):
    """Running the installation: health, demo, dump and restore."""

    name = "cms.operations"
    label = "operations"
    verbose_name = _("Operations")

    def ready(self) -> None:
        from . import checks  # noqa: F401  registers them
