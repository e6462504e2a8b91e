from django.utils.translation import gettext_lazy as _

from cms.plugins import Manifest, PluginConfig


class AccessibilityConfig(PluginConfig):
    """Barriers people report, and the accessibility statement."""

    name = "cms.accessibility"
    label = "accessibility"
    verbose_name = _("Accessibility")
    default = True
    manifest = Manifest(
        summary=_("Barriers people report, and the accessibility statement"),
        provides={"accessibility_statement": "cms.accessibility.statement.accessibility_statement"},
        urls="cms.accessibility.urls",
        smoke="cms.accessibility.smoke.paths",
        roles="cms.accessibility.roles.ROLES",
        dashboard="cms.accessibility.dashboard.tiles",
        jobs="cms.accessibility.jobs.PERIODIC",
        topics="cms.accessibility.topics.TOPICS",
        privacy="cms.accessibility.privacy.DATA",
        demo="cms.accessibility.demo.load",
    )
