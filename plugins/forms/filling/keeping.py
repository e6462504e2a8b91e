"""How long what people sent is kept, and the log of what was erased (Art. 5 (1) e DSGVO)."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from cms.cases.models import Case
from cms.jobs import job
from cms.sealing import seal

from ..definition.structure import Definition
from ..models import Deletion, Filling, FillingFile, Form, HandOver, Submission
from ..models.fillings import SUBMISSION
from .files import delete_later
from .opening import definition_of
from .scanning import SCANNED

#: Rows a job erases in one transaction.
PORTION = 200
Reason = Deletion.Reason
#: Where the sealed files lie, and how old one must be before it counts as left over.
FOLDER, LEFT_ALONE = "forms", timedelta(days=2)


@job(atomic=False)
def erase_due() -> int:
    """Erase what was never sent, what has been kept long enough, and files nobody has; return how many."""
    return erase_expired() + erase_kept() + erase_fields() + erase_orphans()


def erase_expired() -> int:
    """Erase fillings that were not sent in time."""
    total = 0
    while rows := list(Filling.objects.over().select_related("version").order_by("pk")[:PORTION]):
        erase_fillings(rows, reason=Reason.EXPIRED)
        total += len(rows)
    return total


def erase_kept() -> int:
    """Erase submissions whose form keeps them no longer."""
    total = 0
    for form in Form.objects.filter(kind=Form.Kind.OWN):
        due = Submission.objects.filter(_over(form), version__form=form).order_by("pk")
        # What is still on its way must arrive first; what was given up has been seen for days.
        due = due.exclude(deliveries__state__in=HandOver.UNFINISHED)
        while rows := list(due.select_related("filling__version", "version")[:PORTION]):
            erase_submissions(rows, reason=Reason.RETENTION)
            total += len(rows)
    return total


def _over(form: Form) -> Q:
    """Return which submissions are kept long enough: by the outcome of their case where the form says so, else by age."""
    now = timezone.now()
    outcomes = {
        Case.State.DONE: form.retention_done_days,
        Case.State.WITHDRAWN: form.retention_withdrawn_days,
    }
    stated = {state: days for state, days in outcomes.items() if days is not None}
    by_age = Q(submitted_at__lte=now - timedelta(days=form.retention_days))
    over = by_age & (Q(case=None) | ~Q(case__state__in=list(stated)))
    for state, days in stated.items():
        over |= Q(case__state=state, case__changed_at__lte=now - timedelta(days=days))
    return over


@transaction.atomic
def erase_fillings(rows: Iterable[Filling], *, reason: str) -> None:
    """Erase fillings with their files, and what was sent of them; log how many."""
    rows = list(rows)
    numbers = [row.pk for row in rows]
    files = list(FillingFile.objects.filter(filling__in=numbers).values_list("filling_id", "content"))
    sent = set(Submission.objects.filter(filling__in=numbers).values_list("filling_id", flat=True))
    forms = {row.pk: row.version.form_id for row in rows}
    Filling.objects.filter(pk__in=numbers).delete()
    _log(
        reason,
        fillings=Counter(forms.values()),
        submissions=Counter(forms[number] for number in sent),
        files=Counter(forms[number] for number, _name in files),
    )
    delete_later([name for _number, name in files])


@transaction.atomic
def erase_submissions(rows: Iterable[Submission], *, reason: str) -> None:
    """Erase what was sent, with the filling and its files; log how many."""
    rows = list(rows)
    erase_fillings([row.filling for row in rows if row.filling], reason=reason)
    anonymous = [row for row in rows if row.filling_id is None]
    if anonymous:
        Submission.objects.filter(pk__in=[row.pk for row in anonymous]).delete()
        _log(reason, submissions=Counter(row.version.form_id for row in anonymous))


def erase_orphans() -> int:
    """Delete sealed files that no row names: a worker was killed, or a transaction undone, between file and row."""
    try:
        stored = default_storage.listdir(FOLDER)[1]
    except FileNotFoundError:
        return 0
    known = {name for model in SCANNED for name in model.objects.values_list("content", flat=True).iterator()}
    before, names = timezone.now() - LEFT_ALONE, []
    for one in stored:
        name = f"{FOLDER}/{one}"
        if name not in known and default_storage.get_modified_time(name) <= before:
            names.append(name)
    for name in names:
        default_storage.delete(name)
    if names:
        Deletion.objects.create(reason=Reason.ORPHAN, files=len(names))
    return len(names)


def _log(reason: str, **counts: Counter[int]) -> None:
    forms = set().union(*counts.values())
    Deletion.objects.bulk_create(
        Deletion(form_id=form, reason=reason, **{name: counted[form] for name, counted in counts.items()})
        for form in sorted(forms)
    )


def erase_fields() -> int:
    """Erase the answers to questions that are kept for a shorter time than the form; return of how many submissions."""
    total = 0
    for form in Form.objects.filter(kind=Form.Kind.OWN).prefetch_related("versions"):
        for version in form.versions.all():
            for days, keys in _shorter(definition_of(version), form.retention_days).items():
                total += _erase_keys(version.pk, form.pk, days, keys)
    return total


def _shorter(definition: Definition, days: int) -> dict[int, set[str]]:
    found: dict[int, set[str]] = {}
    for _step, field in definition.walk():
        if field.retention_days is not None and field.retention_days < days:
            found.setdefault(field.retention_days, set()).add(field.key)
    return found


def _erase_keys(version: int, form: int, days: int, keys: set[str]) -> int:
    before = timezone.now() - timedelta(days=days)
    count = 0
    rows = Submission.objects.filter(version=version, submitted_at__lte=before)
    for row in rows.order_by("pk").iterator(chunk_size=PORTION):
        left = keys - set(row.erased)
        if not left:
            continue
        with transaction.atomic():
            _erase_answers(row, left)
        count += 1
    if count:
        Deletion.objects.create(form_id=form, reason=Reason.FIELD, submissions=count)
    return count


def _erase_answers(row: Submission, keys: set[str]) -> None:
    """Take answers out of one submission, with their files."""
    answers = _without(row.answers, keys)
    row.sealed = seal(json.dumps(answers, ensure_ascii=False), SUBMISSION)
    row.erased = sorted({*row.erased, *keys})
    row.save(update_fields=["sealed", "erased"])
    gone = [one for one in FillingFile.objects.filter(filling=row.filling_id) if one.field.split(".")[-1] in keys]
    FillingFile.objects.filter(pk__in=[one.pk for one in gone]).delete()
    delete_later([one.content.name for one in gone])


def _without(answers: dict[str, Any], keys: set[str]) -> dict[str, Any]:
    return {
        key: [_without(row, keys) if isinstance(row, dict) else row for row in value]
        if isinstance(value, list)
        else value
        for key, value in answers.items()
        if key not in keys
    }
