from django.utils.translation import gettext_lazy as _

from cms.plugins import Manifest, PluginConfig


class OpenDataConfig(PluginConfig):
    """The city's own open data: a page for people, files, and a catalogue for portals."""

    name = "cms.opendata"
    label = "opendata"
    verbose_name = _("Open data")
    default = True
    manifest = Manifest(
        summary=_("The city's own open data: page, files and catalogue (DCAT-AP.de)"),
        urls="cms.opendata.urls",
        smoke="cms.opendata.views.smoke_paths",
        jobs="cms.opendata.jobs.PERIODIC",
        demo="cms.opendata.jobs.load_demo",
    )
