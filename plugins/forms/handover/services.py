"""Queue hand-overs, set up their targets, decide about what was given up."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import ProtectedError, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from cms.accounts.models import RoleAssignment
from cms.accounts.rights import may

from ..definition.structure import Field
from ..models import Form, HandOver, HandOverTarget, Submission
from .back_ends import back_ends

State = HandOver.State
RIGHT, TARGETS = "forms.change_handover", "forms.change_handovertarget"


def queue(*, submission: Submission) -> list[HandOver]:
    """Queue the hand-overs of a submission, in the transaction that stores it; a second call adds nothing.

    To all targets of the form that are always used, and to those its rules have chosen. A rule that names no target in
    use leaves a row that is given up: somebody must see it. A test submission goes nowhere.
    """
    if submission.test:
        return []
    targets = {
        target.name: target for target in HandOverTarget.objects.filter(form=submission.version.form, active=True)
    }
    wanted = [name for name, target in targets.items() if target.use == HandOverTarget.Use.ALWAYS]
    now, ways = timezone.now(), back_ends()
    rows = []
    for name in dict.fromkeys([*wanted, *submission.hand_overs]):
        row = HandOver(submission=submission, target=targets.get(name), name=name[:60], created_at=now, next_at=now)
        if row.target is None:
            row.state, row.done_at, row.last_error = State.GIVEN_UP, now, "the form has no target of this name in use"
        elif row.target.back_end in ways and not ways[row.target.back_end].sends:
            row.state, row.done_at = State.DONE, now
        rows.append(row)
    HandOver.objects.bulk_create(rows, ignore_conflicts=True)
    return rows


def received(form: Form) -> dict[str, Any]:
    """Return what the prover asks of the targets in use: ``mapped``, sorted keys of the answers they get (None when one gets
    all, or there is none: whoever works on the case sees every answer), and ``targets``, their names.
    """
    ways, targets = back_ends(), list(form.targets.filter(active=True))
    found = [way.fields(one.options) if (way := ways.get(one.back_end)) else None for one in targets]
    keys = None if not found or None in found else sorted({key for some in found for key in some or ()})
    return {"mapped": keys, "targets": sorted(one.name for one in targets)}


@transaction.atomic
def save_target(
    *,
    form: Form,
    name: str,
    back_end: str,
    options: Mapping[str, Any],
    secrets: Mapping[str, str] | None = None,
    use: str = HandOverTarget.Use.ALWAYS,
    order: int = 0,
    active: bool = True,
    target: HandOverTarget | None = None,
    by: Any = None,
) -> HandOverTarget:
    """Create a target, or change ``target``. Secrets that are not given, or empty, stay as they are.

    ``by`` None: the system. Raises PermissionDenied, ValidationError (by option).
    """
    if by is not None and not may(by, TARGETS, form):
        raise PermissionDenied
    target = target or HandOverTarget(form=form)
    way = back_ends().get(back_end)
    if way is None:
        raise ValidationError({"back_end": _("There is no such way.")})
    kept = {} if target.back_end != back_end else target.secrets
    names = {option.name for option in way.options if option.kind in ("secret", "long_secret")}
    known = {**kept, **{key: value for key, value in (secrets or {}).items() if value}}
    known = {key: value for key, value in known.items() if key in names}
    cleaned = _cleaned(way, options, known)
    _check_fields(form, way.fields(cleaned))
    way.clean(cleaned, known)
    target.name, target.back_end, target.options, target.secrets = name, back_end, cleaned, known
    target.use, target.order, target.active = use, order, active
    target.failures, target.held_until = 0, None
    created = target.pk is None
    if form.targets.filter(name=name).exclude(pk=target.pk).exists():
        raise ValidationError({"name": _("There is a target of this name already.")})
    target.full_clean(exclude=["sealed_secrets", "options"])
    target.save()
    log(target, "wagtail.create" if created else "wagtail.edit", user=by, content_changed=True)
    return target


def _cleaned(way: Any, options: Mapping[str, Any], secrets: Mapping[str, str]) -> dict[str, Any]:
    """Return the options the way has, of their kinds. Raises ValidationError by option."""
    found, errors = {}, {}
    for option in way.options:
        if option.kind in ("secret", "long_secret"):
            if option.required and not secrets.get(option.name):
                errors[option.name] = _("This must be filled in.")
            continue
        value = options.get(option.name, option.default)
        if option.kind == "yes_no":
            value = bool(value)
        elif option.kind == "number":
            try:
                value = int(value)
            except (TypeError, ValueError):
                errors[option.name] = _("This must be a number.")
                continue
        else:
            value = str(value or "").strip()
        if option.required and value == "":
            errors[option.name] = _("This must be filled in.")
        elif option.kind == "choice" and value not in dict(option.choices):
            errors[option.name] = _("This is none of the choices.")
        found[option.name] = value
    if errors:
        raise ValidationError(errors)
    return found


def _check_fields(form: Form, wanted: frozenset[str] | None) -> None:
    """Refuse keys under which no version has an answer: the receiver would wait in vain. Raises ValidationError."""
    if not wanted:
        return
    known = {key for version in form.versions.all() for step in version.definition.steps for key in _keys(step.fields)}
    if unknown := sorted(wanted - known):
        text = _("No answers of this form have the key: %(keys)s.") % {"keys": ", ".join(unknown)[:200]}
        raise ValidationError({"fields": text})


def _keys(fields: tuple[Field, ...]) -> Iterator[str]:
    """Yield the keys of the answers; what is asked in a repeating group lies below that of the group."""
    for field in fields:
        if field.fields and not field.repeats:
            yield from _keys(field.fields)
        elif field.answers:
            yield field.key


@transaction.atomic
def delete_target(*, target: HandOverTarget, by: Any = None) -> None:
    """Delete a target to which nothing went yet. Raises PermissionDenied, ValidationError for any other."""
    if by is not None and not may(by, TARGETS, target.form):
        raise PermissionDenied
    log(target, "wagtail.delete", user=by)
    try:
        with transaction.atomic():
            target.delete()
    except ProtectedError as error:
        raise ValidationError(
            _("Submissions were handed over to it. Take it out of use instead: then its history stays.")
        ) from error


@transaction.atomic
def retry(*, rows: QuerySet[HandOver], by: Any = None) -> int:
    """Make rows that were given up due again; return how many.

    ``by``: only those of forms where the person has the right. A row whose rule named no target takes the one that has
    the name now. Raises PermissionDenied when the person may retry none of them.
    """
    due = list(
        rows.filter(state=State.GIVEN_UP).select_related("submission__version__form__unit", "target").order_by("pk")
    )
    allowed = [row for row in due if by is None or may(by, RIGHT, row.submission.version.form)]
    if due and not allowed:
        raise PermissionDenied
    number = 0
    for row in allowed:
        target = row.target or HandOverTarget.objects.filter(form=row.submission.version.form, name=row.name).first()
        if target is None:
            continue
        values = {"target": target, "state": State.WAITING, "attempts": 0, "next_at": timezone.now()}
        same = HandOver.objects.filter(pk=row.pk, state=State.GIVEN_UP)
        number += same.update(done_at=None, last_error="", **values)
    targets = {row.target_id for row in allowed if row.target_id}
    HandOverTarget.objects.filter(pk__in=targets).update(failures=0, held_until=None)
    return number


def responsible(form: Form) -> list[Any]:
    """Return the accounts that are told of failures: the owner, and who may retry by a role in the form's unit."""
    found = {form.owner.pk: form.owner} if form.owner and form.owner.is_active else {}
    if form.unit:
        app, _dot, code = RIGHT.partition(".")
        rows = RoleAssignment.objects.active(timezone.now()).filter(
            Q(role__permissions__content_type__app_label=app, role__permissions__codename=code),
            scope=RoleAssignment.Scope.UNIT,
            scope_id__in=[part for part in form.unit.path.split("/") if part],
            user__is_active=True,
        )
        found |= {row.user.pk: row.user for row in rows.select_related("user").distinct()}
    return list(found.values())
