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
        from wagtail.signals import page_slug_changed, post_page_move

        from . import checks  # noqa: F401
        from .documents import document_saved
        from .models import CityDocument
        from .old_addresses import page_moved, slug_changed

        post_save.connect(document_saved, sender=CityDocument, dispatch_uid="content.document_saved")
        post_page_move.connect(page_moved, dispatch_uid="content.page_moved")
        page_slug_changed.connect(slug_changed, dispatch_uid="content.slug_changed")
