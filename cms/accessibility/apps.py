from django.utils.translation import gettext_lazy as _

from cms.plugins import Manifest, PluginConfig


class AccessibilityConfig(PluginConfig):
    """Barriers people report, and the accessibility statement."""

    name = "cms.accessibility"
    label = "accessibility"
    verbose_name = _("Accessibility")
    default = True
    manifest = Manifest(summary=_("Barriers people report, and the accessibility statement"))
