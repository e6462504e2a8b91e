from django.utils.translation import gettext_lazy as _

from cms.plugins import Manifest, PluginConfig


class LanguagesConfig(PluginConfig):
    """Translations of pages and their state, Leichte Sprache, sign language."""

    name = "cms.languages"
    label = "languages"
    verbose_name = _("Languages")
    default = True
    manifest = Manifest(
        summary=_("Translations of pages and their state, Leichte Sprache, sign language"),
        blocks="cms.languages.blocks.BLOCKS",
        dashboard="cms.languages.admin.tiles",
        demo="cms.languages.demo.load",
        roles="cms.languages.roles.ROLES",
    )

    def ready(self) -> None:
        from . import receivers

        receivers.connect()
