from django.utils.translation import gettext_lazy as _

from cms.plugins import Manifest, PluginConfig


class ContentConfig(PluginConfig):
    """Pages, blocks, navigation, documents."""

    name = "cms.content"
    label = "content"
    verbose_name = _("Content")
    default = True
    manifest = Manifest(
        summary=_("Pages, documents and navigation"),
        api="cms.content.api.urlpatterns",
        resources="cms.content.api.RESOURCES",
        hooks="cms.content.hooks.HOOKS",
        search="cms.content.search.DOCUMENTS",
        tour="cms.content.tour.steps",
        smoke="cms.content.tour.smoke_paths",
        roles="cms.content.roles.ROLES",
        demo="cms.content.demo.load",
        topics="cms.content.mail_topics.TOPICS",
        feeds="cms.content.feeds.FEEDS",
        timed="cms.content.scheduling.TIMED",
    )

    def ready(self) -> None:
        from django.db.models.signals import post_save

        from . import checks  # noqa: F401
        from .documents import document_saved
        from .models import CityDocument

        post_save.connect(document_saved, sender=CityDocument, dispatch_uid="content.document_saved")
