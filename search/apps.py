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
        provides={
            "entries_about": "search.listing.about",
            "entries_by_letter": "search.listing.beginning_with",
            "entries_nearest": "search.listing.nearest",
            "kind_names": "search.teasers.kind_names",
            "letters": "search.listing.letters",
            "public_addresses": "search.listing.public_addresses",
            "readable_address": "search.listing.is_readable",
            "record_address": "search.teasers.address_of",
            "record_cards": "search.teasers.cards",
            "record_key": "search.teasers.key_of",
            "record_at": "search.teasers.record_at",
            "record_reference": "search.teasers.reference_of",
            "records_listed": "search.teasers.listed",
            "topic_names": "search.teasers.topic_names",
        },
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
