"""The blocks of pages in the description of the API."""

from __future__ import annotations

from typing import Any

from .pages import body_schema


def with_blocks(result: dict[str, Any], generator: Any, request: Any, public: bool) -> dict[str, Any]:
    """Add the component "Blocks". A postprocessing hook of drf-spectacular."""
    result["components"]["schemas"]["Blocks"] = body_schema()
    return result
