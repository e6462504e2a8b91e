from django.utils.translation import gettext_lazy as _

from cms.plugins import Manifest, PluginConfig


class PrivacyConfig(PluginConfig):
    """Requests of persons about their data."""

    name = "cms.privacy"
    label = "privacy"
    verbose_name = _("Requests about personal data")
    default = True
    manifest = Manifest(
        summary=_("Find what is kept about a person, hand it out, erase it"),
        roles="cms.privacy.roles.ROLES",
        jobs="cms.privacy.jobs.PERIODIC",
        sealed="cms.privacy.sealed.SEALED",
        unseen="cms.privacy.sealed.UNSEEN",
    )
