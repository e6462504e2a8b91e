from django.utils.translation import gettext_lazy as _

from cms.plugins import Manifest, PluginConfig


class ServicesConfig(PluginConfig):
    """The catalogue of public services."""

    name = "plugins.services"
    label = "services"
    verbose_name = _("Services")
    default = True
    manifest = Manifest(
        summary=_("Public services: who, where, when, for how much and with which papers"),
        provides={
            "wishes": "plugins.services.presentation.wishes",
            "situations": "plugins.services.presentation.situations",
            "demo_blocks": "plugins.services.demo.BLOCKS",
            "services_of_unit": "plugins.services.presentation.services_of_unit",
            "service_keys": "plugins.services.presentation.service_keys",
            "services_applied_elsewhere": "plugins.services.presentation.services_applied_elsewhere",
            "services_to_apply_for": "plugins.services.presentation.services_to_apply_for",
            "services_at_location": "plugins.services.presentation.services_at_location",
        },
        url_prefix=_("services/"),
        urls="plugins.services.urls",
        datasets="plugins.services.datasets.DATASETS",
        resources="plugins.services.api.RESOURCES",
        hooks="plugins.services.hooks.HOOKS",
        scopes="plugins.services.sources.SCOPES",
        search="plugins.services.search.DOCUMENTS",
        blocks="plugins.services.blocks.BLOCKS",
        menu="plugins.services.menu.items",
        tour="plugins.services.tour.steps",
        smoke="plugins.services.tour.smoke_paths",
        roles="plugins.services.roles.ROLES",
        uses="plugins.services.uses.uses",
        demo="plugins.services.demo.load",
    )
