"""Small forms for tests, written short."""

from typing import Any

from plugins.forms.definition.structure import Definition, Field, from_json


def ask(key: str, kind: str = "text", **more: Any) -> dict[str, Any]:
    """Return a field; ``options`` as words."""
    if "options" in more:
        more["options"] = [{"value": value, "label": {"de": value}} for value in more["options"]]
    return {"key": key, "type": kind, "label": {"de": key}, **more}


def field(kind: str, **more: Any) -> Field:
    """Return one field of a type."""
    return form([ask("field", kind, **more)]).field("field")


def when(key: str, *tests: tuple[Any, ...], then: list[dict[str, Any]], match: str = "all") -> dict[str, Any]:
    """Return a rule; a test is (field, operator) or (field, operator, value)."""
    asked = [dict(zip(("field", "op", "value"), test, strict=False)) for test in tests]
    return {"key": key, "tests": asked, "effects": then, "match": match}


def do(what: str, target: str = "", **more: Any) -> dict[str, Any]:
    """Return an effect."""
    return {"do": what, "target": target, **more}


def form(*pages: list[dict[str, Any]], rules: tuple[dict[str, Any], ...] = ()) -> Definition:
    """Return a form of pages p0, p1 ..."""
    steps = [{"key": f"p{n}", "title": {"de": f"Seite {n}"}, "fields": fields} for n, fields in enumerate(pages)]
    return from_json({"format": 1, "languages": ["de"], "steps": steps, "rules": list(rules)})
