"""System checks: every path of every manifest resolves and every requirement is met, or the start fails."""

from __future__ import annotations

from typing import Any

from django.core.checks import CheckMessage, Error, register
from django.utils.module_loading import import_string

from cms.contracts.api import Resource
from cms.contracts.datasets import Dataset
from cms.contracts.events import Subscriber
from cms.contracts.feeds import Feed
from cms.contracts.jobs import PeriodicJob
from cms.contracts.notifications import Topic
from cms.contracts.privacy import PersonalData
from cms.contracts.sealed import Sealed
from cms.contracts.search import SearchDocument
from cms.contracts.webhooks import Hook

from .config import CONTRACT, CONTRIBUTIONS, Manifest, PluginConfig
from .registry import contributing_apps


@register("plugins")
def check_manifests(app_configs: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """Check contract version, paths, contribution types and requirements of all manifests."""
    configs = contributing_apps()
    provided = {capability for config in configs if _has_manifest(config) for capability in config.manifest.provides}
    found: list[CheckMessage] = []
    for config in configs:
        found += _check(config, provided)
    return found


#: Kinds that are lists of one type; the others are callables, dicts and modules.
LISTS: dict[str, type] = {
    "sealed": Sealed,
    "events": Subscriber,
    "hooks": Hook,
    "jobs": PeriodicJob,
    "topics": Topic,
    "privacy": PersonalData,
    "resources": Resource,
    "search": SearchDocument,
    "feeds": Feed,
    "datasets": Dataset,
}
DICTS = ("roles", "scopes")
CALLABLES = ("menu", "tour", "smoke", "dashboard", "actions", "uses", "health", "demo")


def _types(config: PluginConfig) -> list[CheckMessage]:
    """Check that what a path leads to is what the kind asks for, and that names are used once."""
    found: list[CheckMessage] = []
    for kind in (*LISTS, *DICTS, *CALLABLES):
        try:
            contribution = config.contribution(kind)
        except ImportError:
            continue  # plugins.E003 says so
        if contribution is None:
            continue
        wrong, wanted = False, "a callable"
        if kind in LISTS:
            wanted = f"a list of {LISTS[kind].__name__}"
            wrong = not isinstance(contribution, list) or not all(
                isinstance(item, LISTS[kind]) for item in contribution
            )
            names = (
                [] if wrong else [getattr(item, "name", None) or getattr(item, "kind", None) for item in contribution]
            )
            if len(set(names)) != len(names):
                wrong, wanted = True, f"{wanted}, each with a name of its own"
        elif kind in DICTS:
            wanted = "a dict whose keys are words"
            wrong = not isinstance(contribution, dict) or not all(isinstance(name, str) for name in contribution)
        elif not callable(contribution):
            wrong = True
        if wrong:
            found.append(
                Error(f"{config.name}.apps: {kind} is not {wanted}.", hint="See docs/plugins.md.", id="plugins.E006")
            )
    return found


def _has_manifest(config: PluginConfig) -> bool:
    return isinstance(getattr(config, "manifest", None), Manifest)


def _check(config: PluginConfig, provided: set[str]) -> list[CheckMessage]:
    where = f"{config.name}.apps"
    if not _has_manifest(config):
        return [Error(f"{where} has no manifest.", hint="Set manifest = Manifest(summary=…).", id="plugins.E001")]
    manifest = config.manifest
    found: list[CheckMessage] = []
    if manifest.contract != CONTRACT:
        found.append(
            Error(
                f"{where} was written for contract {manifest.contract}; this version speaks contract {CONTRACT}.",
                hint="Install a version of the plugin made for this contract.",
                id="plugins.E002",
            )
        )
    found += _types(config)
    paths = {kind: getattr(manifest, kind) for kind in CONTRIBUTIONS if getattr(manifest, kind)}
    paths |= {f"provides[{name!r}]": path for name, path in manifest.provides.items()}
    for kind, path in paths.items():
        try:
            import_string(f"{path}.urlpatterns" if kind == "urls" else path)
        except ImportError as error:
            found.append(
                Error(
                    f"{where}: {kind} = {path!r} can't be resolved: {error}",
                    hint="Correct the path in the manifest.",
                    id="plugins.E003",
                )
            )
    found += [
        Error(
            f"{where} requires the capability {capability!r}, which no enabled plugin provides.",
            hint="Add a plugin that provides it to PLUGINS, or remove this one.",
            id="plugins.E004",
        )
        for capability in manifest.requires
        if capability not in provided
    ]
    if manifest.urls and not manifest.url_prefix and not config.name.startswith("cms.") and config.name != "search":
        found.append(Error(f"{where} has urls but no url_prefix.", hint='url_prefix=_("name/")', id="plugins.E005"))
    return found
