from django.utils.translation import gettext_lazy as _

from cms.plugins import Manifest, PluginConfig


class CachingConfig(PluginConfig):
    """Pages of the public, kept until something on them changes."""

    name = "cms.caching"
    label = "caching"
    verbose_name = _("Page cache")
    default = True
    manifest = Manifest(
        summary=_("Pages of the public, kept until something on them changes"),
        jobs="cms.caching.jobs.PERIODIC",
    )

    def ready(self) -> None:
        from django.db.backends.signals import connection_created
        from wagtail.models import Site

        from cms.plugins import switches

        from .versions import version_changed
        from .watching import watch

        connection_created.connect(watch, dispatch_uid="caching.watch")
        # What a process remembers of the database for a while must not get into pages of a newer version.
        version_changed.connect(lambda **_kwargs: switches.forget(), weak=False, dispatch_uid="caching.switches")
        version_changed.connect(
            lambda **_kwargs: Site.clear_site_root_paths_cache(), weak=False, dispatch_uid="caching.site_roots"
        )
