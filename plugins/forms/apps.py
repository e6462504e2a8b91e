from django.utils.translation import gettext_lazy as _

from cms.plugins import Manifest, PluginConfig


class FormsConfig(PluginConfig):
    """Forms: apply online without a media break."""

    name = "plugins.forms"
    label = "forms"
    verbose_name = _("Forms")
    default = True
    manifest = Manifest(
        summary=_("Forms of the city: build, fill in, hand over"),
        provides={
            "all_forms": "plugins.forms.presentation.all_forms",
            "courier": "plugins.forms.handover.courier.HandOverCourier",
            "forms_of_service": "plugins.forms.presentation.forms_of_service",
            "demo_blocks": "plugins.forms.demo.BLOCKS",
            "services_with_form": "plugins.forms.presentation.services_with_form",
            "form_back_ends": "plugins.forms.handover.back_ends.BACK_ENDS",
        },
        url_prefix=_("forms/"),
        urls="plugins.forms.urls",
        resources="plugins.forms.api.RESOURCES",
        search="plugins.forms.search.DOCUMENTS",
        tour="plugins.forms.presentation.tour",
        smoke="plugins.forms.presentation.smoke_paths",
        blocks="plugins.forms.blocks.BLOCKS",
        demo="plugins.forms.demo.load",
        jobs="plugins.forms.jobs.PERIODIC",
        roles="plugins.forms.roles.ROLES",
        health="plugins.forms.jobs.health",
        topics="plugins.forms.topics.TOPICS",
        sealed="plugins.forms.sealed.SEALED",
        privacy="plugins.forms.privacy.PRIVACY",
        timed="plugins.forms.timed.TIMED",
        unseen="plugins.forms.unseen.UNSEEN",
    )

    def ready(self) -> None:
        """Have the settings of FIT-Connect checked at start."""
        from .fit_connect import access  # noqa: F401  registers the check
