"""Seal everything that apps keep sealed with the newest key."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import Model

from cms.contracts.sealed import Sealed
from cms.plugins.registry import collect
from cms.sealing import Unreadable, is_newest, seal_bytes, unseal_bytes

PORTION = 200


@dataclass
class Resealed:
    """What came of one model: values sealed anew, values that no known key opens."""

    label: str
    changed: int = 0
    unreadable: int = 0


def declared() -> list[Sealed]:
    """Return what all apps keep sealed, those that are switched off too."""
    return [item for _config, items in collect("sealed", also_off=True) for item in items]


def reseal(sealed: Sealed) -> Resealed:
    """Seal the columns and files of one model with the newest key; return what came of it.

    In portions, each in a transaction of its own, and only what another key sealed: after a crash the next call goes on.
    A value that somebody changes meanwhile is left alone, it has the newest key by then.
    """
    result = Resealed(sealed.model)
    model = apps.get_model(sealed.model)
    for rows in _portions(model, [*sealed.columns, *sealed.files]):
        for row in rows:
            for column, purpose in sealed.columns.items():
                _reseal_column(row, column, purpose, result)
            for name, purpose in sealed.files.items():
                _reseal_file(row, name, purpose, result)
    return result


def _portions(model: type[Model], columns: list[str]) -> Iterator[list[Any]]:
    """Yield the rows in the order of their keys."""
    last: Any = None
    while True:
        rows = model._base_manager.order_by("pk").only("pk", *columns)
        portion = list((rows if last is None else rows.filter(pk__gt=last))[:PORTION])
        if not portion:
            return
        yield portion
        last = portion[-1].pk


def _reseal_column(row: Any, column: str, purpose: str, result: Resealed) -> None:
    old = getattr(row, column)
    new = _again(old.encode(), purpose, result) if old else None
    if new is not None:
        same = type(row)._base_manager.filter(pk=row.pk, **{column: old})
        result.changed += same.update(**{column: new.decode()})


def _reseal_file(row: Any, name: str, purpose: str, result: Resealed) -> None:
    """Write the file anew beside the old one, which goes when the row names the new one."""
    old = getattr(row, name)
    if not old:
        return
    storage, old_name = old.storage, old.name
    try:
        with storage.open(old_name) as file:
            new = _again(file.read(), purpose, result)
    except FileNotFoundError:
        result.unreadable += 1
        return
    if new is None:
        return
    new_name = storage.save(old_name, ContentFile(new))
    same = type(row)._base_manager.filter(pk=row.pk, **{name: old_name})
    if same.update(**{name: new_name}):
        transaction.on_commit(lambda: storage.delete(old_name))
        result.changed += 1
    else:
        storage.delete(new_name)


def _again(sealed: bytes, purpose: str, result: Resealed) -> bytes | None:
    """Return it sealed with the newest key, None when it is or nobody can read it."""
    if is_newest(sealed, purpose):
        return None
    try:
        return seal_bytes(unseal_bytes(sealed, purpose), purpose)
    except Unreadable:
        result.unreadable += 1
        return None
