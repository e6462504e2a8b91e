from django.utils.translation import gettext_lazy as _

from cms.plugins import Manifest, PluginConfig


class VisitsConfig(PluginConfig):
    """How often pages are read, counted without cookies."""

    name = "cms.visits"
    label = "visits"
    verbose_name = _("Visits")
    default = True
    manifest = Manifest(
        summary=_("How often pages are read, counted without cookies"),
        url_prefix=_("found-it/"),
        urls="cms.visits.urls",
        jobs="cms.visits.jobs.PERIODIC",
        unseen="cms.visits.models.UNSEEN",
    )
