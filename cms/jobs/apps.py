from django.utils.translation import gettext_lazy as _

from cms.plugins import Manifest, PluginConfig


class JobsConfig(PluginConfig):
    """Work that is done later, and again when it fails."""

    name = "cms.jobs"
    label = "jobs"
    verbose_name = _("Background work")
    default = True
    manifest = Manifest(
        summary=_("Jobs in the background: retries, periodic jobs, what was given up"),
        jobs="cms.jobs.periodic.PERIODIC",
        health="cms.jobs.health.problems",
        dashboard="cms.jobs.dashboard.tiles",
    )
