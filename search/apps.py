from django.utils.translation import gettext_lazy as _

from cms.plugins import Manifest, PluginConfig


class SearchConfig(PluginConfig):
    """What is findable, and for whom."""

    name = "search"
    label = "search"
    verbose_name = _("Search")
    default = True
    manifest = Manifest(
        summary=_("One search over everything, filtered by what the reader may see"),
        urls="search.urls",
        api="search.api.urlpatterns",
        tour="search.tour.steps",
        smoke="search.tour.smoke_paths",
        roles="search.roles.ROLES",
        demo="search.demo.load",
        jobs="search.tasks.JOBS",
        dashboard="search.dashboard.tiles",
        topics="search.learning.topics.TOPICS",
        health="search.health.problems",
        unseen="search.models.UNSEEN",
    )

    def ready(self) -> None:
        from . import checks, receivers  # noqa: F401

        receivers.connect()
