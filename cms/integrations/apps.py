from django.utils.translation import gettext_lazy as _

from cms.plugins import Manifest, PluginConfig


class IntegrationsConfig(PluginConfig):
    """Which other systems work with ours, and what each may do."""

    name = "cms.integrations"
    label = "integrations"
    verbose_name = _("Integrations")
    default = True
    manifest = Manifest(
        summary=_("Other systems that read, write and are told, each with its own rights"),
        roles="cms.integrations.roles.ROLES",
        jobs="cms.integrations.jobs.PERIODIC",
        privacy="cms.integrations.privacy.DATA",
        unseen="cms.integrations.unseen.UNSEEN",
        demo="cms.integrations.demo.load",
    )
