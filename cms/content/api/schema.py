"""The blocks of pages in the description of the API."""

from __future__ import annotations

from typing import Any

from .pages import body_schemas


def with_blocks(result: dict[str, Any], generator: Any, request: Any, public: bool) -> dict[str, Any]:
    """Add the components "Blocks" and what they consist of. A postprocessing hook of drf-spectacular."""
    schemas = result["components"]["schemas"]
    schemas["LocationWithHours"] = _without(schemas["LocationDetail"], "units")
    schemas |= body_schemas()
    return result


def _without(schema: dict[str, Any], name: str) -> dict[str, Any]:
    """Return an object's schema without a property. Nothing is required of answers whose fields can be chosen."""
    properties = {key: value for key, value in schema["properties"].items() if key != name}
    required = [key for key in schema.get("required", ()) if key != name]
    return {**schema, "properties": properties, **({"required": required} if required else {})}
