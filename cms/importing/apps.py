from django.utils.translation import gettext_lazy as _

from cms.plugins import Manifest, PluginConfig


class ImportingConfig(PluginConfig):
    """Pages of an existing site become drafts."""

    name = "cms.importing"
    label = "importing"
    verbose_name = _("Moving in")
    default = True
    manifest = Manifest(
        summary=_("Pages of an existing site become drafts"),
        roles="cms.importing.roles.ROLES",
        events="cms.importing.subscribers.SUBSCRIBERS",
        unseen="cms.importing.models.UNSEEN",
    )
