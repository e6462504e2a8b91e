from django.utils.translation import gettext_lazy as _

from cms.plugins import Manifest, PluginConfig


class NoticesConfig(PluginConfig):
    """Notices that must be seen at once, and the emergency publisher."""

    name = "cms.notices"
    label = "notices"
    verbose_name = _("Notices")
    default = True
    manifest = Manifest(
        summary=_("Notices that must be seen at once, and the emergency publisher"),
        resources="cms.notices.api.RESOURCES",
        scopes="cms.notices.api.SCOPES",
        hooks="cms.notices.hooks.HOOKS",
        roles="cms.notices.roles.ROLES",
        topics="cms.notices.topics.TOPICS",
        dashboard="cms.notices.dashboard.tiles",
        actions="cms.notices.dashboard.actions",
        urls="cms.notices.urls",
        smoke="cms.notices.views.smoke_paths",
        feeds="cms.notices.feeds.FEEDS",
        timed="cms.notices.timed.TIMED",
        uses="cms.notices.uses.uses",
        demo="cms.notices.demo.load",
    )

    def ready(self) -> None:
        from .receivers import connect

        connect()
