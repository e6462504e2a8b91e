from django.utils.translation import gettext_lazy as _

from cms.plugins import Manifest, PluginConfig


class DummyConfig(PluginConfig):
    """Uses every kind of contribution there is: the living documentation of the contract."""

    name = "tests.plugins.dummy"
    label = "dummy"
    verbose_name = "Notizen"
    default = True
    manifest = Manifest(
        summary="Notizen, die nichts tun, als jede Art von Beitrag zu benutzen",
        provides={"dummy_notes": "tests.plugins.dummy.presentation.notes_for"},
        requires=("dummy_greeting",),
        url_prefix=_("dummy/"),
        urls="tests.plugins.dummy.urls",
        api="tests.plugins.dummy.api.urlpatterns",
        resources="tests.plugins.dummy.api.RESOURCES",
        scopes="tests.plugins.dummy.api.SCOPES",
        hooks="tests.plugins.dummy.hooks.HOOKS",
        search="tests.plugins.dummy.search.DOCUMENTS",
        blocks="tests.plugins.dummy.blocks.BLOCKS",
        menu="tests.plugins.dummy.presentation.menu",
        tour="tests.plugins.dummy.presentation.tour",
        smoke="tests.plugins.dummy.presentation.smoke",
        roles="tests.plugins.dummy.presentation.ROLES",
        dashboard="tests.plugins.dummy.presentation.tiles",
        actions="tests.plugins.dummy.presentation.actions",
        events="tests.plugins.dummy.work.SUBSCRIBERS",
        jobs="tests.plugins.dummy.work.PERIODIC",
        topics="tests.plugins.dummy.work.TOPICS",
        privacy="tests.plugins.dummy.privacy.DATA",
        uses="tests.plugins.dummy.presentation.uses",
        health="tests.plugins.dummy.work.health",
        feeds="tests.plugins.dummy.feeds.FEEDS",
        datasets="tests.plugins.dummy.feeds.DATASETS",
        timed="tests.plugins.dummy.work.TIMED",
        unseen="tests.plugins.dummy.work.UNSEEN",
        sealed="tests.plugins.dummy.work.SEALED",
        demo="tests.plugins.dummy.presentation.load",
    )
