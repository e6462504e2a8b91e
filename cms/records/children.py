"""Read the child rows of records, of all kinds at once: a page of one service shows rows of eight tables."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, Self

from django.db.models import F, JSONField, Model, QuerySet, Value
from django.db.models.functions import JSONObject
from django.db.models.query import ModelIterable

#: Rows of a queryset that is read in parts (``iterator``).
PART = 500


class ChildrenQuerySet(QuerySet):
    """Adds ``with_children``, which is to ``prefetch_related`` as one query is to one for each relation."""

    _child_relations: tuple[str, ...] = ()

    def with_children(self, *relations: str) -> Self:
        """Read the child rows of ``relations`` (names of reverse foreign keys) with the records. Adds to earlier ones."""
        clone = self._chain()
        clone._child_relations = (*self._child_relations, *relations)
        return clone

    def iterator(self, chunk_size: int | None = None) -> Iterator[Any]:
        """Yield the records part by part, each with its child rows."""
        rows = super().iterator(chunk_size)
        if not self._child_relations:
            yield from rows
            return
        while part := list(islice(rows, chunk_size or PART)):
            read_children(part, *self._child_relations)
            yield from part

    def _clone(self) -> Self:
        clone = super()._clone()
        clone._child_relations = self._child_relations
        return clone

    def _fetch_all(self) -> None:
        is_first_time = self._result_cache is None
        super()._fetch_all()
        if is_first_time and self._child_relations and issubclass(self._iterable_class, ModelIterable):
            read_children(self._result_cache, *self._child_relations)


def read_children(records: Iterable[Model], *relations: str) -> None:
    """Give ``records`` of one model the child rows of ``relations``, as if prefetched, in one query.

    Columns come as JSON and are turned back by their fields, so rows may have numbers, texts, flags, dates, times and
    JSON. Raises FieldDoesNotExist for a name that is no relation.
    """
    read_all_children([(list(records), relations)])


def read_all_children(groups: Iterable[tuple[list[Any], Sequence[str]]]) -> None:
    """As :func:`read_children` for records of several models, (records of one model, its relations), in one query."""
    found = [(records, relations) for records, relations in groups if records and relations]
    if not found:
        return
    fields = {
        f"{number} {name}": type(records[0])._meta.get_field(name).field
        for number, (records, relations) in enumerate(found)
        for name in relations
    }
    keys = {number: [record.pk for record in records] for number, (records, _relations) in enumerate(found)}
    parts = [_rows(key, field, keys[int(key.partition(" ")[0])]) for key, field in fields.items()]
    children: dict[tuple[str, Any], list[Model]] = defaultdict(list)
    for key, parent, columns in parts[0].union(*parts[1:], all=True):
        children[key, parent].append(_restored(fields[key].model, columns))
    for number, (records, relations) in enumerate(found):
        for record in records:
            cache = record.__dict__.setdefault("_prefetched_objects_cache", {})
            for name in relations:
                field = fields[f"{number} {name}"]
                rows = field.model._default_manager.all()
                rows._result_cache = _sorted(children[f"{number} {name}", record.pk], field.model._meta.ordering)
                rows._prefetch_done = True
                for row in rows._result_cache:
                    setattr(row, field.name, record)
                cache[name] = rows


def _rows(name: str, field: Any, parents: list[Any]) -> Any:
    # Without an order: parts of a union can't have one.
    columns = JSONObject(**{column.attname: F(column.attname) for column in field.model._meta.concrete_fields})
    return (
        field.model._base_manager.filter(**{f"{field.name}__in": parents})
        .order_by()
        .values_list(Value(name), field.attname, columns)
    )


def _restored(model: type[Model], columns: Any) -> Model:
    values = json.loads(columns) if isinstance(columns, str) else columns
    return model(**{field.attname: _value(field, values[field.attname]) for field in model._meta.concrete_fields})


def _value(field: Any, value: Any) -> Any:
    if isinstance(field, JSONField):  # SQLite gives a JSON column in a JSON object as text
        return json.loads(value) if isinstance(value, str) else value
    return field.to_python(value)


def _sorted(rows: list[Model], ordering: Sequence[Any]) -> list[Model]:
    """Sort as the model's ``ordering`` says, rows without a value last."""
    for name in reversed([*ordering, "pk"] if ordering else ["pk"]):
        key = str(name).removeprefix("-")
        rows.sort(key=lambda row: ((value := getattr(row, key)) is None, value), reverse=str(name).startswith("-"))
    return rows
