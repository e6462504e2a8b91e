from django.utils.translation import gettext_lazy as _

from cms.plugins import Manifest, PluginConfig


class FeedsConfig(PluginConfig):
    """News and calendars to subscribe to, and what pages tell machines about themselves."""

    name = "cms.feeds"
    label = "feeds"
    verbose_name = _("Feeds")
    default = True
    manifest = Manifest(
        summary=_("News and calendars to subscribe to: RSS, Atom, JSON Feed, iCalendar"),
        urls="cms.feeds.urls",
        smoke="cms.feeds.views.smoke_paths",
    )
