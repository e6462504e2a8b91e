from django.utils.translation import gettext_lazy as _

from cms.plugins import Manifest, PluginConfig


class DirectoryConfig(PluginConfig):
    """Who and where: organisation units, people, locations, opening hours."""

    name = "cms.directory"
    label = "directory"
    verbose_name = _("Directory")
    default = True
    manifest = Manifest(
        summary=_("Offices, people, locations and opening hours"),
        urls="cms.directory.urls",
        resources="cms.directory.api.RESOURCES",
        hooks="cms.directory.hooks.HOOKS",
        scopes="cms.directory.sources.SCOPES",
        search="cms.directory.search.DOCUMENTS",
        menu="cms.directory.menu.items",
        tour="cms.directory.tour.steps",
        smoke="cms.directory.tour.smoke_paths",
        roles="cms.directory.roles.ROLES",
        demo="cms.directory.demo.load",
        datasets="cms.directory.datasets.DATASETS",
        feeds="cms.directory.feeds.FEEDS",
        timed="cms.directory.timed.TIMED",
    )
