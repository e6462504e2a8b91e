"""Reads XML that came from outside: no entities, no network, every node with its line."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from xml.etree import ElementTree  # noqa: S405  # its classes; defusedxml reads

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser, ParseError
from django.utils.translation import gettext_lazy as _

from ..definition.wording import said
from .files import LARGEST, ExchangeError


class Node(ElementTree.Element):
    """An element that knows its line."""

    line = 0


class _Builder(ElementTree.TreeBuilder):
    """Builds nodes; ``reader`` is the parser that calls it."""

    reader: Any = None

    def start(self, tag: Any, attrs: Any) -> Any:
        node = super().start(tag, attrs)
        node.line = self.reader.parser.CurrentLineNumber
        return node


def read(content: bytes) -> Node:
    """Return the root. Raises ExchangeError with the line for what is no XML or declares a document type.

    Entities are how XML files attack, and data fields need none (OWASP XML External Entity Prevention).
    """
    if len(content) > LARGEST:
        raise ExchangeError(_("The file is too large."))
    builder = _Builder(element_factory=Node)
    parser = builder.reader = DefusedXMLParser(target=builder, forbid_dtd=True)
    try:
        parser.feed(content)
        return parser.close()
    except ParseError as error:
        raise ExchangeError(_("The file is no XML."), error.position[0]) from error
    except DefusedXmlException as error:
        line = parser.parser.CurrentLineNumber
        raise ExchangeError(_("The file declares a document type; that is not allowed."), line) from error
    except (LookupError, ValueError) as error:  # an encoding there is not, or another than it says
        raise ExchangeError(_("The file is no XML.")) from error


def name_of(node: Node) -> str:
    """Return the name without its namespace."""
    return node.tag.rpartition("}")[2]


def namespace_of(node: Node) -> str:
    """Return the namespace, "" for none."""
    return node.tag.rpartition("}")[0].lstrip("{")


def children(node: Node) -> Iterator[Node]:
    """Yield the elements in a node."""
    return iter(node)  # type: ignore[arg-type]  # the parser makes nodes of all


def content_of(node: Node | None) -> str:
    """Return the text of a node in one piece, with its line breaks; "" for none."""
    return "\n".join(line.strip() for line in (node.text or "").strip().splitlines()) if node is not None else ""


def only(node: Node, name: str) -> Node | None:
    """Return the one child of that name, None for none. Raises ExchangeError when it stands twice with a meaning."""
    found = [child for child in children(node) if name_of(child) == name]
    filled = [child for child in found if content_of(child) or len(child)]
    if len(found) > 1 and len(filled) != 1:
        values: dict[str, Any] = {"name": name}
        raise ExchangeError(said(_("“%(name)s” stands twice."), values), found[1].line)
    return (filled or found or [None])[0]


def needed(node: Node, name: str) -> Node:
    """Return the one child of that name. Raises ExchangeError when it is missing, empty or stands twice."""
    found = only(node, name)
    if found is None or not (content_of(found) or len(found)):
        line = (node if found is None else found).line
        raise ExchangeError(said(_("“%(name)s” is missing."), {"name": name}), line)
    return found
