from django.utils.translation import gettext_lazy as _

from cms.plugins import Manifest, PluginConfig


class ReviewsConfig(PluginConfig):
    """Readers without an account who review a draft."""

    name = "cms.reviews"
    label = "reviews"
    verbose_name = _("Reviews")
    default = True
    manifest = Manifest(summary=_("Readers without an account who review a draft"))
