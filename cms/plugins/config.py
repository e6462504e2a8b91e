"""The manifest of a plugin and the app config that carries it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from django.apps import AppConfig
from django.utils.module_loading import import_string

CONTRACT = 1


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """What a plugin is and contributes. Contributions are lazy dotted paths, ``module.attribute``.

    ``provides`` maps a capability to the path of its implementation; ``requires`` names capabilities,
    never plugins. Contribution kinds and what their path leads to (docs/plugins.md):

    - ``urls``: module with ``urlpatterns``, mounted below ``url_prefix``
    - ``api``: list of URL patterns mounted below ``/api/v1/``
    - ``resources``: list of ``cms.contracts.api.Resource``, what the API lists and shows
    - ``scopes``: dict "notices:write" -> description, what keys of integrations can be given
    - ``hooks``: list of ``cms.contracts.webhooks.Hook``, what other systems can be told of
    - ``search``: list of ``cms.contracts.search.SearchDocument`` instances
    - ``blocks``: list of (name, StreamField block), offered on pages beside the core's blocks
    - ``menu``: callable(request) -> list of ``cms.contracts.navigation.MenuItem``
    - ``tour``: callable() -> list of ``cms.contracts.navigation.TourStep``
    - ``smoke``: callable() -> list of paths that must answer 200 for an anonymous visitor
    - ``roles``: dict role name -> list of permissions ``app_label.codename``
    - ``dashboard``: callable(request) -> list of ``cms.contracts.portal.Tile``, on the admin's start page
    - ``actions``: callable(request) -> list of ``cms.contracts.portal.Action``: what the reader can begin
    - ``events``: list of ``cms.contracts.events.Subscriber``
    - ``jobs``: list of ``cms.contracts.jobs.PeriodicJob``
    - ``topics``: list of ``cms.contracts.notifications.Topic``, what people can be told by mail
    - ``privacy``: list of ``cms.contracts.privacy.PersonalData``
    - ``uses``: callable(kind, object_id) -> list of ``cms.contracts.references.Use``
    - ``health``: callable() -> list of ``cms.contracts.health.Problem``
    - ``feeds``: list of ``cms.contracts.feeds.Feed``, news and calendars beside a page
    - ``datasets``: list of ``cms.contracts.datasets.Dataset``, open data for everybody to use
    - ``timed``: list of ``cms.contracts.clock.TimedChange``, what readers see change by itself at a time
    - ``unseen``: list of names of models ("label.Model", or "label" for all) that no public page shows, or of fields
      ("label.Model.field"): writing them leaves the page cache as it is
    - ``sealed``: list of ``cms.contracts.sealed.Sealed``, what lies encrypted and is sealed anew when keys change
    - ``demo``: callable(data, report) that loads the plugin's file in ``fixtures/``
    """

    summary: Any
    contract: int = CONTRACT
    provides: Mapping[str, str] = field(default_factory=dict)
    requires: tuple[str, ...] = ()
    url_prefix: Any = ""
    urls: str = ""
    api: str = ""
    resources: str = ""
    scopes: str = ""
    hooks: str = ""
    search: str = ""
    blocks: str = ""
    menu: str = ""
    tour: str = ""
    smoke: str = ""
    roles: str = ""
    dashboard: str = ""
    actions: str = ""
    events: str = ""
    jobs: str = ""
    topics: str = ""
    privacy: str = ""
    uses: str = ""
    health: str = ""
    feeds: str = ""
    datasets: str = ""
    timed: str = ""
    unseen: str = ""
    sealed: str = ""
    demo: str = ""


CONTRIBUTIONS = tuple(
    item.name
    for item in fields(Manifest)
    if item.name not in {"summary", "contract", "provides", "requires", "url_prefix"}
)


class PluginConfig(AppConfig):
    """App config of a plugin or of a core app that contributes like one. ``apps.py`` is its table of contents."""

    default = False  # or Django would see two configs in every apps.py that imports this one
    manifest: Manifest

    def contribution(self, kind: str) -> Any:
        """Return the object behind the contribution ``kind``, or None when the plugin has none.

        Raises ImportError for a wrong path: a broken plugin must be seen, not skipped.
        """
        path = getattr(self.manifest, kind)
        return import_string(path) if path and kind != "urls" else (path or None)
