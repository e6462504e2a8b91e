from django.utils.translation import gettext_lazy as _

from cms.plugins import Manifest, PluginConfig


class ApiConfig(PluginConfig):
    """The API: how resources are listed, shown and described."""

    name = "cms.api"
    label = "api"
    verbose_name = _("API")
    default = True
    manifest = Manifest(summary=_("Reads and writes for other systems"))
