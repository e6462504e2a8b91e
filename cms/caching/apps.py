from django.utils.translation import gettext_lazy as _

from cms.plugins import Manifest, PluginConfig


class CachingConfig(PluginConfig):
    """Pages of the public, kept until something on them changes."""

    name = "cms.caching"
    label = "caching"
    verbose_name = _("Page cache")
    default = True
    manifest = Manifest(summary=_("Pages of the public, kept until something on them changes"))
