from django.utils.translation import gettext_lazy as _

from cms.plugins import Manifest, PluginConfig


class EventsConfig(PluginConfig):
    """What happened, told to whoever subscribed."""

    name = "cms.events"
    label = "events"
    verbose_name = _("Events")
    default = True
    manifest = Manifest(
        summary=_("What happened, delivered to subscribers after the change is stored"),
        jobs="cms.events.jobs.PERIODIC",
        health="cms.events.jobs.health",
    )

    def ready(self) -> None:
        from . import receivers

        receivers.connect()
