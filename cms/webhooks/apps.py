from django.utils.translation import gettext_lazy as _

from cms.plugins import Manifest, PluginConfig


class WebhooksConfig(PluginConfig):
    """Other systems are told what happened here."""

    name = "cms.webhooks"
    label = "webhooks"
    verbose_name = _("Webhooks")
    default = True
    manifest = Manifest(
        summary=_("Tells other systems what happened here"),
        events="cms.webhooks.telling.SUBSCRIBERS",
        jobs="cms.webhooks.jobs.PERIODIC",
        health="cms.webhooks.jobs.health",
        roles="cms.webhooks.roles.ROLES",
        topics="cms.webhooks.topics.TOPICS",
        dashboard="cms.webhooks.dashboard.tiles",
        sealed="cms.webhooks.sealed.SEALED",
        unseen="cms.webhooks.unseen.UNSEEN",
    )
