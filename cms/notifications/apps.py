from django.utils.translation import gettext_lazy as _

from cms.plugins import Manifest, PluginConfig


class NotificationsConfig(PluginConfig):
    """Who is told, about what, how often."""

    name = "cms.notifications"
    label = "notifications"
    verbose_name = _("Notifications")
    default = True
    manifest = Manifest(
        summary=_("Mail to people: templates, preferences, digest, bounces"),
        jobs="cms.notifications.jobs.PERIODIC",
        health="cms.notifications.jobs.health",
        privacy="cms.notifications.privacy.DATA",
        sealed="cms.notifications.sealed.SEALED",
    )
