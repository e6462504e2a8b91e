"""Arithmetic over earlier answers: read with ``ast``, never run as Python.

``12000 + dogs * 6000``, ``sum(price * number)`` (over the rows of a group), ``count(dogs)``, ``days(first, last)``,
``min(a, b)``, ``max(age)``, ``round(a / 3, 2)``. Amounts of money are cents. A name that has no answer makes the value
absent; within sum, min and max it is left out.
"""

from __future__ import annotations

import ast
import decimal
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Protocol

from django.utils.translation import gettext_lazy as _

from .types.numbers import as_date
from .types.numbers import decimal as exact
from .wording import said

LONGEST = 500
#: Greater results are no answer; JSON numbers stay exact below.
GREATEST = Decimal(10) ** 15
#: Function -> least and greatest number of arguments.
FUNCTIONS = {"min": (1, 20), "max": (1, 20), "sum": (1, 1), "count": (1, 1), "days": (2, 2), "round": (1, 2)}
AGGREGATES = frozenset({"min", "max", "sum"})


class FormulaError(ValueError):
    """The text is no formula; ``message`` (lazy) says why."""

    def __init__(self, message: Any) -> None:
        super().__init__(str(message))
        self.message = message


class Scope(Protocol):
    """Where a formula finds answers."""

    def get(self, key: str) -> Any:
        """Return the answer, None when absent."""

    def rows(self, key: str) -> Sequence[Mapping[str, Any]] | None:
        """Return the rows of the group that ``key`` is or lies in; None outside a group, or inside this very row."""

    def within(self, row: Mapping[str, Any]) -> Scope:
        """Return the scope that sees this row's answers first."""


@dataclass(frozen=True)
class Formula:
    """A formula that was read."""

    text: str
    tree: ast.expr

    def names(self) -> frozenset[str]:
        """Return the keys of all fields in it."""
        return frozenset(_names(self.tree))

    def value(self, scope: Scope) -> Decimal | None:
        """Return the result; None when an answer is missing, for a division by 0, or beyond 10^15."""
        with decimal.localcontext(prec=40, traps=[]):
            found = _value(self.tree, scope)
            if found is None or not found.is_finite() or abs(found) > GREATEST:
                return None
            return found


def read(text: Any) -> Formula:
    """Return the formula. Raises FormulaError for what is none."""
    if not isinstance(text, str) or not text.strip():
        raise FormulaError(_("The formula is missing."))
    if len(text) > LONGEST:
        raise FormulaError(_("The formula is too long."))
    try:
        tree = ast.parse(text.strip().replace("\n", " "), mode="eval").body
        _check(tree)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        if isinstance(error, FormulaError):
            raise
        raise FormulaError(_("The formula can't be read.")) from error
    return Formula(text, tree)


def renamed(text: str, names: Mapping[str, str]) -> str:
    """Return the formula with other keys; what is no formula stays as it is."""
    try:
        tree = read(text).tree
    except FormulaError:
        return text
    functions = {id(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and node.id in names and id(node) not in functions:
            node.id = names[node.id]
    return ast.unparse(tree)


def _names(tree: ast.expr) -> Iterator[str]:
    if isinstance(tree, ast.Name):
        yield tree.id
    parts = tree.args if isinstance(tree, ast.Call) else ast.iter_child_nodes(tree)
    for part in parts:
        if isinstance(part, ast.expr):
            yield from _names(part)


def _check(node: ast.AST) -> None:
    match node:
        case ast.BinOp(op=ast.Add() | ast.Sub() | ast.Mult() | ast.Div()):
            _check(node.left)
            _check(node.right)
        case ast.UnaryOp(op=ast.USub() | ast.UAdd()):
            _check(node.operand)
        case ast.Constant() if exact(node.value) is not None and not isinstance(node.value, Decimal):
            pass
        case ast.Name():
            pass
        case ast.Call(func=ast.Name(id=name), keywords=[]) if name in FUNCTIONS:
            least, most = FUNCTIONS[name]
            if not least <= len(node.args) <= most:
                raise FormulaError(said(_("%(name)s takes another number of values."), {"name": name}))
            if name in {"count", "days"} and not all(isinstance(arg, ast.Name) for arg in node.args):
                raise FormulaError(said(_("%(name)s takes only keys of fields."), {"name": name}))
            if name == "round" and len(node.args) == 2 and not _places(node.args[1]):
                raise FormulaError(_("round takes 0 to 6 decimals."))
            for arg in node.args:
                _check(arg)
        case ast.Call(func=ast.Name(id=name)):
            raise FormulaError(said(_("There is no function “%(name)s”."), {"name": name}))
        case _:
            raise FormulaError(_("Only numbers, keys of fields, + - * / and functions are possible."))


def _places(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, int) and 0 <= node.value <= 6


def _value(node: ast.expr, scope: Scope) -> Decimal | None:
    if isinstance(node, ast.Constant):
        return exact(node.value)
    if isinstance(node, ast.Name):
        return exact(scope.get(node.id))
    if isinstance(node, ast.UnaryOp):
        inner = _value(node.operand, scope)
        return inner if inner is None or isinstance(node.op, ast.UAdd) else -inner
    if isinstance(node, ast.BinOp):
        return _operation(node.op, _value(node.left, scope), _value(node.right, scope))
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        return _call(node.func.id, node.args, scope)
    raise FormulaError(_("The formula can't be read."))  # _check() lets nothing else by


def _operation(op: ast.operator, left: Decimal | None, right: Decimal | None) -> Decimal | None:
    if left is None or right is None:
        return None
    if isinstance(op, ast.Add):
        return left + right
    if isinstance(op, ast.Sub):
        return left - right
    if isinstance(op, ast.Mult):
        return left * right
    return left / right if right else None


def _call(name: str, args: list[ast.expr], scope: Scope) -> Decimal | None:
    if name == "count":
        rows = scope.rows(_key(args[0]))
        return Decimal(len(rows)) if rows is not None else None
    if name == "days":
        first, last = (as_date(scope.get(_key(arg))) for arg in args)
        return Decimal((last - first).days) if first and last else None
    if name == "round":
        value = _value(args[0], scope)
        places = args[1].value if len(args) == 2 and isinstance(args[1], ast.Constant) else 0
        return None if value is None else value.quantize(Decimal(1).scaleb(-int(str(places))), decimal.ROUND_HALF_UP)
    found = [value for arg in args for value in _each(arg, scope) if value is not None]
    if name == "sum":
        return sum(found, Decimal(0))
    return (min if name == "min" else max)(found) if found else None


def _key(node: ast.expr) -> str:
    return node.id if isinstance(node, ast.Name) else ""


def _each(arg: ast.expr, scope: Scope) -> Iterator[Decimal | None]:
    """Yield the value of ``arg``: once, or for every row when it names fields of a group."""
    rows = next((rows for name in _names(arg) if (rows := scope.rows(name)) is not None), None)
    if rows is None:
        yield _value(arg, scope)
    else:
        for row in rows:
            yield _value(arg, scope.within(row))
