"""Fill in: begin, answer a step, go on later, throw away. Who holds the secret address may do all of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone

from cms.notifications.services import notify

from ..definition.logic import Evaluated, evaluate
from ..definition.structure import Definition, Field, Step
from ..models import Channel, Filling, Form
from ..models.forms import OPEN
from . import content as contents
from .content import Content
from .counting import Event, count
from .files import delete_later, drop_signed
from .opening import NONE, NotOpen, definition_of, state_of
from .stepform import EMPTY, SHOWN, StepForm, name_of, places, rows_name

#: What was not sent is kept so long after the last change.
KEPT = timedelta(days=30)


class Gone(Exception):
    """Nobody was given this address or code, or the filling has been deleted."""


class Over(Gone):
    """Its time is over."""


@dataclass(frozen=True)
class Conflict:
    """The same question was answered differently in another window."""

    field: Field
    theirs: Any


def begin(
    *,
    form: Form,
    language: str,
    account: Any = None,
    channel: str = Channel.ONLINE,
    by: Any = None,
    prefill: dict[str, Any] | None = None,
) -> str:
    """Begin a filling of the published version; return its secret token. Raises NotOpen."""
    version = form.published()
    if (state := state_of(form, version=version, account=by or account)) != OPEN or version is None:
        raise NotOpen(state if version else NONE)
    known = {field.key for _step, field in definition_of(version).walk()}
    answers = {key: value for key, value in (prefill or {}).items() if key in known and value not in EMPTY}
    content = Content(token=contents.new_token(), answers=answers, prefilled=sorted(answers))
    content.on_paper = channel == Channel.PAPER
    filling = Filling(
        version=version,
        token_hash=contents.hashed(content.token),
        account=account,
        filled_by=by,
        channel=channel,
        language=language,
        expires_at=timezone.now() + KEPT,
    )
    contents.write(filling, content)
    filling.save()
    count(version.pk, (Event.STARTED, ""))
    return content.token


def find(token: str, *, lock: bool = False) -> tuple[Filling, Content]:
    """Return the filling at a secret address with what it holds. Raises Gone, Over."""
    # What the version asks is read once a process (definition_of).
    rows = Filling.objects.select_related("version__form").defer("version__data")
    if lock:
        rows = rows.select_for_update(of=("self",))
    filling = rows.filter(token_hash=contents.hashed(token)).first()
    if filling is None:
        raise Gone
    if filling.state != Filling.State.SENT and filling.expires_at <= timezone.now():
        raise Over
    return filling, contents.read(filling)


def find_by_code(code: str) -> str:
    """Return the token of the filling that is continued with ``code``. Raises Gone, Over."""
    found = contents.hashed_code(code)
    filling = Filling.objects.filter(code_hash=found).first() if found else None
    if filling is None:
        raise Gone
    if filling.expires_at <= timezone.now():
        raise Over
    return contents.read(filling).token


def path_of(token: str, name: str = "fill", *args: Any) -> str:
    """Return the path of a page of the filling."""
    return reverse(f"forms:{name}", args=[token, *args])


# --- how far it is ---------------------------------------------------------------------------------------


def evaluated(definition: Definition, content: Content) -> Evaluated:
    """Return what the rules make of all answers."""
    return evaluate(definition, content.answers)


def shown_in(step: Step, found: Evaluated, content: Content) -> set[str]:
    """Return the paths of the questions of a step that are asked now."""
    rows = {field.key: len(content.answers.get(field.key) or ()) for field in step.walk() if field.repeats}
    return {place.path for place in places(step.fields, rows) if place.path in found.shown}


def is_done(step: Step, found: Evaluated, content: Content) -> bool:
    """Return whether the step was accepted, and nothing has come up since that it did not ask."""
    if step.key not in content.done or step.key in content.typed:
        return False
    shown = shown_in(step, found, content)
    if not shown <= set(content.done[step.key]):
        return False
    needed = shown & found.required
    if content.on_paper:
        enclosed = {field.key for field in step.walk() if field.type == "file"}
        needed = {path for path in needed if path.rpartition(".")[2] not in enclosed}
    return all(_answer(found.answers, path) not in EMPTY for path in needed)


def first_open(definition: Definition, found: Evaluated, content: Content) -> str | None:
    """Return the key of the first step that is not done, None when all are."""
    return next((key for key in found.steps if not is_done(definition.step(key), found, content)), None)


def _answer(answers: Any, path: str) -> Any:
    for part in path.split("."):
        try:
            answers = answers[int(part)] if isinstance(answers, list) else answers[part]
        except (KeyError, IndexError):
            return None
    return answers


# --- answering ---------------------------------------------------------------------------------------------


def step_form(
    *,
    filling: Filling,
    content: Content,
    step: Step,
    language: str,
    data: QueryDict | None = None,
    quiet: bool = False,
    found: dict[str, list[str]] | None = None,
    whole: bool = False,
    refused: bool = False,
) -> StepForm:
    """Return the step as a form: with ``data``, else with what was typed and not accepted, else with the answers.

    ``refused``: also say what is wrong with what was typed.
    """
    if data is None and step.key in content.typed:
        data, quiet = QueryDict(mutable=True), not refused
        for name, values in content.typed[step.key].items():
            data.setlist(name, values)
    return StepForm(
        definition=definition_of(filling.version),
        step=step,
        answers=content.answers,
        language=language,
        data=data,
        quiet=quiet,
        found=found,
        fixed=content.claims,
        whole=whole,
    )


def conflicts(content: Content, form: StepForm, seen: int, changed: dict[str, int]) -> list[Conflict]:
    """Return the questions whose answers another window has changed after this one read revision ``seen``.

    ``changed``: as it was before the request, key -> revision.
    """
    found = []
    for key, value in form.accepted().items():
        stored = content.answers.get(key)
        if changed.get(key, 0) > seen and not _same(stored, value):
            found.append(Conflict(form.definition.field(key), stored))
    return found


def accept(*, filling: Filling, content: Content, form: StepForm) -> str | None:
    """Keep the answers of a step that is without errors; return the key of the next one, None before the summary."""
    keep_answers(filling=filling, content=content, form=form)
    content.typed.pop(form.step.key, None)
    content.done[form.step.key] = form.shown.split()
    steps = list(form.evaluated.steps)
    after = steps[steps.index(form.step.key) + 1 :] if form.step.key in steps else steps
    _store(filling, content, step=after[0] if after else form.step.key)
    return after[0] if after else None


def keep_answers(*, filling: Filling, content: Content, form: StepForm) -> None:
    """Put the answers of the step into the content, and note which have changed."""
    changed = False
    for key, value in form.accepted().items():
        if _same(content.answers.get(key), value):
            continue
        if value in EMPTY:
            content.answers.pop(key, None)
        else:
            content.answers[key] = value
        content.changed[key] = filling.revision + 1
        changed = True
    if changed and filling.version.form.asks == Form.Requirement.QUALIFIED:
        drop_signed(filling)


def _same(one: Any, other: Any) -> bool:
    return one == other or (one in EMPTY and other in EMPTY)


def keep_typed(*, filling: Filling, content: Content, form: StepForm) -> None:
    """Keep what was typed into a step as it is, right or wrong."""
    own = [name_of(one.key) for one in form.step.walk()]
    begins = tuple(f"{name}{sign}" for name in own for sign in "-_")
    names = {SHOWN, *own, *map(rows_name, form.groups)}
    content.typed[form.step.key] = {
        name: form.data.getlist(name) for name in form.data if name in names or name.startswith(begins)
    }
    _store(filling, content, step=form.step.key)


def reach(*, filling: Filling, content: Content, step: Step) -> None:
    """Count that the person has come to a step for the first time."""
    if step.key not in content.reached:
        content.reached.append(step.key)
        contents.write(filling, content)
        filling.save(update_fields=["sealed"])
        count(filling.version_id, (Event.REACHED, step.key))


def refuse(*, filling: Filling, form: StepForm) -> None:
    """Count a step that was sent with errors, and the fields in which they are."""
    keys = {place.field.key for place in form.places.values() if place.name in form.errors}
    count(filling.version_id, (Event.REFUSED, form.step.key), *((Event.ERROR, key) for key in keys))


def _store(filling: Filling, content: Content, *, step: str) -> None:
    filling.revision += 1
    filling.step = step
    filling.expires_at = timezone.now() + KEPT
    contents.write(filling, content)
    filling.save(update_fields=["revision", "step", "expires_at", "sealed", "updated_at"])


# --- later -----------------------------------------------------------------------------------------------------


def save_for_later(*, filling: Filling, content: Content, mail: str = "", language: str = "") -> str:
    """Give the filling a new code, and mail its link if an address is given; return the code. Raises ValidationError."""
    code = contents.new_code()
    filling.code_hash = contents.hashed_code(code)
    filling.expires_at = timezone.now() + KEPT
    filling.save(update_fields=["code_hash", "expires_at", "updated_at"])
    if mail:
        notify(
            topic="forms",
            template="forms/mail/later.txt",
            to=mail,
            language=language,
            context={
                "title": filling.version.form.title,
                "url": settings.SITE_URL + path_of(content.token),
                "until": filling.expires_at,
            },
        )
    return code


@transaction.atomic
def discard(*, filling: Filling) -> None:
    """Delete a filling that was not sent, with its files."""
    names = list(filling.files.values_list("content", flat=True))
    filling.delete()
    delete_later(names)
