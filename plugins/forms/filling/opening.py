"""Whether a form can be filled in now, and by whom."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from typing import Any

from django.db import transaction

from ..definition.structure import Definition, from_json
from ..models import Form, FormVersion, Submission
from ..models.forms import OPEN, OVER
from ..search import mark_forms

NONE, TEST = "none", "test"


class NotOpen(Exception):
    """The form can't be filled in now. ``reason``: NONE, EARLY, OVER, FULL or TEST."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def definition_of(version: FormVersion) -> Definition:
    """Return what a version asks; those that no longer change are read once a process."""
    if version.state == FormVersion.State.DRAFT:
        return version.definition
    return _kept(version.pk, version.changed_at, _Source(version))


class _Source:
    """The version, read only when the cache has nothing: it must not compare it."""

    def __init__(self, version: FormVersion) -> None:
        self.version = version

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Source)

    def __hash__(self) -> int:
        return 0


@lru_cache(maxsize=64)
def _kept(_number: int, _changed: datetime, source: _Source) -> Definition:
    return from_json(source.version.data)


def state_of(form: Form, *, version: FormVersion | None, account: Any = None) -> str:
    """Return OPEN, or why the form can't be begun or sent: see NotOpen. ``account``: who asks."""
    if form.kind != Form.Kind.OWN or version is None:
        return NONE
    if not form.is_active:
        return OVER
    if form.test_mode:
        return OPEN if account is not None and account.has_perm("forms.change_form") else TEST
    return form.offer()


def all_taken(form: Form) -> bool:
    """Count whether as many have been sent as the form takes."""
    most = form.max_submissions
    return most is not None and Submission.objects.filter(version__form=form, test=False).count() >= most


@transaction.atomic
def note_full(form: Form) -> None:
    """Note whether as many have been sent as the form takes. What is erased later frees no place by itself."""
    locked = Form.objects.select_for_update().get(pk=form.pk)
    full = all_taken(locked)
    if full != locked.is_full:
        Form.objects.filter(pk=locked.pk).update(is_full=full)
        mark_forms([locked])
