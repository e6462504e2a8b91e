"""Formulas as terms of z3: (when the value is there, value), as formula.py works it out."""

from __future__ import annotations

import ast
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import z3

from ..definition.formula import GREATEST
from ..definition.types import TYPES
from ..definition.types.numbers import decimal as exact

if TYPE_CHECKING:
    from .encoding import Encoding, Place

Term = tuple[z3.BoolRef, z3.ArithRef]
NOTHING: Term = (z3.BoolVal(False), z3.IntVal(0))


def number_of(value: Decimal | int) -> z3.ArithRef:
    """Return the constant, as integer when it is one."""
    exactly = Fraction(value)
    return z3.IntVal(exactly.numerator) if exactly.denominator == 1 else z3.Q(exactly.numerator, exactly.denominator)


class Arithmetic:
    """Formulas seen from one place."""

    def __init__(self, encoding: Encoding, place: Place) -> None:
        self.encoding, self.place = encoding, place

    def rounded(self, tree: ast.expr, places: int) -> Term:
        """Return the value of a calculated field: rounded half up, absent beyond 10^15."""
        there, value = self.term(tree)
        limit = z3.IntVal(int(GREATEST))
        there = z3.And(there, value <= limit, value >= -limit)
        return there, self._round(value, places)

    @staticmethod
    def _round(value: z3.ArithRef, places: int) -> z3.ArithRef:
        if z3.is_int(value):
            return value
        by = 10**places
        half = z3.Q(1, 2)
        scaled = value * by
        found = z3.If(scaled >= 0, z3.ToInt(scaled + half), -z3.ToInt(half - scaled))
        return found if places == 0 else z3.ToReal(found) / by

    def term(self, node: ast.expr, row: Any = None) -> Term:
        """Return (when it is there, value) of a part of a formula; ``row``: that an aggregate runs over."""
        if isinstance(node, ast.Constant):
            constant = exact(node.value)
            return NOTHING if constant is None else (z3.BoolVal(True), number_of(constant))
        if isinstance(node, ast.Name):
            return self._named(node.id, row)
        if isinstance(node, ast.UnaryOp):
            there, value = self.term(node.operand, row)
            return (there, value) if isinstance(node.op, ast.UAdd) else (there, -value)
        if isinstance(node, ast.BinOp):
            return self._operation(node.op, self.term(node.left, row), self.term(node.right, row))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            return self._call(node.func.id, node.args, row)
        return NOTHING

    def _taken(self, key: str, row: Any) -> Any:
        return row[key] if row is not None and key in row else self.encoding.get(key, self.place)

    def _named(self, key: str, row: Any) -> Term:
        taken = self._taken(key, row)
        if taken is None or taken.item.repeats:
            return NOTHING
        return taken.number() or NOTHING

    @staticmethod
    def _operation(op: ast.operator, left: Term, right: Term) -> Term:
        there = z3.And(left[0], right[0])
        if isinstance(op, ast.Add):
            return there, left[1] + right[1]
        if isinstance(op, ast.Sub):
            return there, left[1] - right[1]
        if isinstance(op, ast.Mult):
            return there, left[1] * right[1]
        divisor = z3.ToReal(right[1]) if z3.is_int(right[1]) else right[1]
        number = z3.ToReal(left[1]) if z3.is_int(left[1]) else left[1]
        return z3.And(there, divisor != 0), number / divisor

    def _call(self, name: str, args: list[ast.expr], row: Any) -> Term:
        keys = [arg.id if isinstance(arg, ast.Name) else "" for arg in args]
        if name == "count":
            return self._count(keys[0])
        if name == "days":
            days = [taken.day() if (taken := self._taken(key, row)) else None for key in keys]
            if days[0] is None or days[1] is None:
                return NOTHING
            return z3.And(days[0][0], days[1][0]), days[1][1] - days[0][1]
        if name == "round":
            there, value = self.term(args[0], row)
            places = args[1].value if len(args) == 2 and isinstance(args[1], ast.Constant) else 0
            return there, self._round(value, int(str(places)))
        terms = [term for arg in args for term in self._each(arg, row, copies=name == "sum")]
        if name == "sum":
            return z3.BoolVal(True), z3.Sum([z3.If(there, value, 0) for there, value in terms] or [z3.IntVal(0)])
        found = NOTHING
        for there, value in terms:
            better = value < found[1] if name == "min" else value > found[1]
            found = z3.Or(found[0], there), z3.If(z3.And(there, z3.Or(z3.Not(found[0]), better)), value, found[1])
        return found

    def _group(self, key: str) -> str:
        item = self.encoding.index.fields.get(key)
        group = key if item and item.repeats else self.encoding.index.group.get(key, "")
        return "" if group == self.place.group and group != key else group

    def _count(self, key: str) -> Term:
        group = self._group(key)
        if not group:
            return NOTHING
        known = self.encoding.groups.get(group)
        return z3.BoolVal(True), known.number if known else z3.IntVal(0)

    def _each(self, arg: ast.expr, row: Any, *, copies: bool) -> list[Term]:
        """Return the term once, or for every row; with ``copies`` the last row counts as often as there are copies."""
        names = [node.id for node in ast.walk(arg) if isinstance(node, ast.Name)]
        group = next((found for name in names if (found := self._group(name))), "") if row is None else ""
        if not group:
            return [self.term(arg, row)]
        known = self.encoding.groups.get(group)
        if known is None:
            return []
        terms = []
        last = len(known.rows) - 1
        for at, (exists, inner) in enumerate(zip(known.exists, known.rows, strict=True)):
            there, value = self.term(arg, inner)
            if copies and at == last:
                # One case per number of rows: a product of two unknowns would be beyond linear arithmetic.
                once = value
                for times in range(2, TYPES["group"].limits(known.item)[1] - last + 1):
                    value = z3.If(known.number - last == times, once * times, value)
            terms.append((z3.And(exists, there), value))
        return terms
