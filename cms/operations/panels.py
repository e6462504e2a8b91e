"""The start page of the admin: what to begin, what concerns the reader."""

from __future__ import annotations

from typing import Any

from wagtail.admin.ui.components import Component

from cms.plugins.registry import collect


class ContributedPanel(Component):
    """Actions and tiles that apps contribute, for the reader of the page."""

    name = "contributed"
    order = 50
    template_name = "operations/panel.html"

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        """Return actions and tiles, in order."""
        request = parent_context["request"]
        return {
            "actions": sorted(_all("actions", request), key=lambda item: item.order),
            "tiles": sorted(_all("dashboard", request), key=lambda item: item.order),
        }


def _all(kind: str, request: Any) -> list[Any]:
    return [item for _config, ask in collect(kind) for item in ask(request)]
