from django.utils.translation import gettext_lazy as _

from cms.plugins import Manifest, PluginConfig


class EditingConfig(PluginConfig):
    """What helps editors: checks, review dates, broken links, uses."""

    name = "cms.editing"
    label = "editing"
    verbose_name = _("Editing")
    default = True
    manifest = Manifest(
        summary=_("What helps editors: checks, review dates, broken links, uses"),
        events="cms.editing.jobs.SUBSCRIBERS",
        jobs="cms.editing.jobs.PERIODIC",
        topics="cms.editing.topics.TOPICS",
        privacy="cms.editing.privacy.PRIVACY",
        demo="cms.editing.demo.load",
        unseen="cms.editing.models.UNSEEN",
    )
