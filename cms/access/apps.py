from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccessConfig(AppConfig):
    """Access rules: who may see what."""

    name = "cms.access"
    label = "access"
    verbose_name = _("Access")

    def ready(self) -> None:
        from . import receivers

        receivers.connect()
