"""What editors do with drafts: change, undo, redo. Every change is stored at once, with the one before it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from cms.accounts.rights import may
from cms.records.texts import default_language

from ..definition.edits import EditError
from ..definition.structure import Definition, DefinitionError, Step, from_json, to_json
from ..definition.wording import address_of
from ..models import DraftState, Form, FormVersion
from ..models.forms import is_own_address
from .proofs import copy_tests

CHANGE, PUBLISH = "forms.change_form", "forms.publish_form"
#: So many states of a draft are kept for undo.
KEPT_STATES = 200
#: A definition greater than this is no form any more, but an attack or a mistake.
LARGEST = 2_000_000


class NotADraft(Exception):
    """The version is published or former: it doesn't change any more."""


def may_change(user: Any, form: Form) -> bool:
    """Return whether ``user`` may work on drafts of the form."""
    return may(user, CHANGE, form)


def may_publish(user: Any, form: Form) -> bool:
    """Return whether ``user`` may publish and withdraw the form."""
    return may(user, PUBLISH, form)


def _check(by: Any, form: Form, right: str = CHANGE) -> None:
    """``by``: None for the system itself. Raises PermissionDenied."""
    if by is not None and not may(by, right, form):
        raise PermissionDenied


@transaction.atomic
def open_draft(*, form: Form, by: Any) -> FormVersion:
    """Return the draft; when there is none, make one of the published version, or an empty one.

    Raises PermissionDenied.
    """
    _check(by, form)
    Form.objects.select_for_update().get(pk=form.pk)
    if draft := form.draft():
        return draft
    last = form.published() or form.versions.first()
    return new_draft(form=form, definition=last.definition if last else empty(), by=by, words=_("Draft begun"))


def free_slug(title: str) -> str:
    """Return an address made of the title that no form has."""
    wish = address_of(title)[:110] or "formular"
    found, number = wish, 1
    while Form.objects.filter(slug=found).exists() or not is_own_address(found):
        number += 1
        found = f"{wish}-{number}"
    return found


def empty() -> Definition:
    """Return a form with one empty step, in all languages of the site."""
    languages = [default_language(), *(code for code, _name in settings.TEXT_LANGUAGES if code != default_language())]
    titles = {"de": "Ihre Angaben", "en": "Your details"}
    shown = tuple(code for code in languages if code in dict(settings.LANGUAGES))
    return Definition(
        languages=shown, steps=(Step("step_1", title={code: titles[code] for code in shown if code in titles}),)
    )


@transaction.atomic
def new_draft(*, form: Form, definition: Definition, by: Any, words: str) -> FormVersion:
    """Store a definition as the draft of a form, in the place of the draft there was.

    Raises PermissionDenied, DefinitionError for a definition that is too large.
    """
    _check(by, form)
    data, _read = _written(definition)
    draft = form.draft()
    if draft is not None:
        return _store(draft, data, words, by)
    number = (form.versions.aggregate(last=Max("number"))["last"] or 0) + 1
    draft = FormVersion.objects.create(form=form, number=number, data=data, changed_by=by)
    DraftState.objects.create(version=draft, revision=draft.revision, data=data, words=words[:300], by=by)
    if (published := form.published()) is not None:
        copy_tests(source=published, target=draft)
    return draft


def _written(definition: Definition) -> tuple[dict[str, Any], Definition]:
    """Return the JSON, and it read back once: what can't be read must not be stored. Raises DefinitionError."""
    data = to_json(definition)
    read = from_json(data)
    if len(str(data)) > LARGEST:
        raise DefinitionError("", _("The form is too large."))
    return data, read


def _locked(version: FormVersion, by: Any) -> FormVersion:
    draft = FormVersion.objects.select_for_update().select_related("form").get(pk=version.pk)
    _check(by, draft.form)
    if draft.state != FormVersion.State.DRAFT:
        raise NotADraft
    if draft.data == version.data:
        draft.write(draft.data, version.definition)
    return draft


def _store(
    draft: FormVersion, data: dict[str, Any], words: str, by: Any, back: int | None = -1, forth: int | None = None
) -> FormVersion:
    """Write the next revision. ``back``: -1 is the revision it comes from."""
    if draft.revision == 1 and not draft.states.exists():
        # A draft that was not made here (import, fixture) has no state yet to come back to.
        DraftState.objects.create(version=draft, revision=1, data=draft.data)
    came_from = draft.revision
    draft.revision += 1
    draft.write(data)
    draft.changed_by, draft.changed_at = by, timezone.now()
    # No signals: the search and the pages show nothing of a draft.
    FormVersion.objects.filter(pk=draft.pk).update(
        data=draft.data, revision=draft.revision, changed_by=by, changed_at=draft.changed_at
    )
    DraftState.objects.create(
        version=draft, revision=draft.revision, data=data, words=words[:300], by=by,
        back=came_from if back == -1 else back, forth=forth,
    )  # fmt: skip
    draft.states.filter(revision__lte=draft.revision - KEPT_STATES).delete()
    return draft


@transaction.atomic
def change_draft(*, version: FormVersion, edit: Callable[[Definition], Definition], words: str, by: Any) -> FormVersion:
    """Apply ``edit`` to the draft as it is now and store it; ``words`` says what changed.

    Raises EditError when the change can't be made, NotADraft, PermissionDenied.
    """
    draft = _locked(version, by)
    changed = edit(draft.definition)
    try:
        data, read = _written(changed)
    except DefinitionError as error:
        raise EditError(str(error)) from error
    if data == draft.data:
        return draft
    draft = _store(draft, data, words, by)
    draft.write(data, read)
    return draft


@transaction.atomic
def undo(*, version: FormVersion, by: Any) -> FormVersion:
    """Take the last change back, whoever made it. Raises EditError when there is none, NotADraft, PermissionDenied."""
    draft = _locked(version, by)
    now, then = _state(draft, draft.revision), None
    if now is not None and now.back is not None:
        then = _state(draft, now.back)
    if now is None or then is None:
        raise EditError(_("There is nothing to undo."))
    return _store(draft, then.data, then.words, by, back=then.back, forth=now.revision)


@transaction.atomic
def redo(*, version: FormVersion, by: Any) -> FormVersion:
    """Make the change again that was taken back. Raises EditError when there is none, NotADraft, PermissionDenied."""
    draft = _locked(version, by)
    now, then = _state(draft, draft.revision), None
    if now is not None and now.forth is not None:
        then = _state(draft, now.forth)
    if then is None:
        raise EditError(_("There is nothing to redo."))
    return _store(draft, then.data, then.words, by, back=then.back, forth=then.forth)


def _state(draft: FormVersion, revision: int) -> DraftState | None:
    return draft.states.filter(revision=revision).first()


def definition_at(version: FormVersion, revision: int) -> Definition | None:
    """Return what the draft asked at a revision, None when that state is not kept any more."""
    if revision == version.revision:
        return version.definition
    state = _state(version, revision)
    return from_json(state.data) if state else None


def last_by_other(version: FormVersion, seen: int, user: Any) -> DraftState | None:
    """Return the newest change after ``seen`` that somebody else made."""
    return version.states.filter(revision__gt=seen).exclude(by=user).select_related("by").first()
