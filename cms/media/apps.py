from django.utils.translation import gettext_lazy as _

from cms.plugins import Manifest, PluginConfig


class MediaConfig(PluginConfig):
    """Images with rights, focal point and expiry."""

    name = "cms.media"
    label = "media"
    verbose_name = _("Media")
    default = True
    manifest = Manifest(summary=_("Images with rights, focal point and expiry"))
