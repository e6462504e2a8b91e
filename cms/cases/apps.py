from django.utils.translation import gettext_lazy as _

from cms.plugins import Manifest, PluginConfig


class CasesConfig(PluginConfig):
    """What people have applied for, and where it stands."""

    name = "cms.cases"
    label = "cases"
    verbose_name = _("Cases")
    default = True
    manifest = Manifest(
        summary=_("What people have applied for, and where it stands"),
        url_prefix=_("case/"),
        urls="cms.cases.urls",
        smoke="cms.cases.views.smoke_paths",
        topics="cms.cases.topics.TOPICS",
        privacy="cms.cases.privacy.DATA",
        sealed="cms.cases.sealed.SEALED",
        unseen="cms.cases.sealed.UNSEEN",
    )
