from django.utils.translation import gettext_lazy as _

from cms.plugins import Manifest, PluginConfig


class ReviewsConfig(PluginConfig):
    """Drafts before they are published: outside reviewers, approval with deputies, readable history, nothing lost."""

    name = "cms.reviews"
    label = "reviews"
    verbose_name = _("Reviews")
    default = True
    manifest = Manifest(
        summary=_("Readers without an account who review a draft; approval with deputies"),
        url_prefix=_("draft-review/"),
        urls="cms.reviews.urls",
        topics="cms.reviews.topics.TOPICS",
        jobs="cms.reviews.jobs.PERIODIC",
        privacy="cms.reviews.privacy.DATA",
        demo="cms.reviews.demo.load",
        unseen="cms.reviews.models.UNSEEN",
    )

    def ready(self) -> None:
        from . import receivers

        receivers.connect()
