from django.utils.translation import gettext_lazy as _

from cms.plugins import Manifest, PluginConfig


class AccessConfig(PluginConfig):
    """Access rules: who may see what."""

    name = "cms.access"
    label = "access"
    verbose_name = _("Access")
    default = True
    manifest = Manifest(summary=_("Who may see what"), timed="cms.access.rules.TIMED")

    def ready(self) -> None:
        from . import receivers

        receivers.connect()
