from django.utils.translation import gettext_lazy as _

from cms.plugins import Manifest, PluginConfig


class MediaConfig(PluginConfig):
    """Images with rights, focal point and expiry."""

    name = "cms.media"
    label = "media"
    verbose_name = _("Media")
    default = True
    manifest = Manifest(
        summary=_("Images with rights, focal point and expiry; versions of documents"),
        resources="cms.media.api.RESOURCES",
        demo="cms.media.demo.load",
        health="cms.media.jobs.health",
        jobs="cms.media.jobs.PERIODIC",
        roles="cms.media.roles.ROLES",
        topics="cms.media.topics.TOPICS",
        unseen="cms.media.models.UNSEEN",
    )

    def ready(self) -> None:
        from django.db.models.signals import post_delete, post_migrate, post_save

        from cms.content.models import CityDocument

        from .models import DocumentVersion
        from .receivers import document_saved, migrated, version_deleted

        post_save.connect(document_saved, sender=CityDocument, dispatch_uid="media.document_saved")
        post_delete.connect(version_deleted, sender=DocumentVersion, dispatch_uid="media.version_deleted")
        post_migrate.connect(migrated, dispatch_uid="media.migrated")
