"""A form as citizens see it, for who builds it: their own pages, with rules that work, and nothing stored.

What was typed goes with the page, signed; there is no filling, no case, no mail, and files are read by nobody.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.csrf import csrf_exempt

from ..definition.logic import Evaluated, evaluate
from ..definition.structure import Definition, Field, Step, text_in
from ..definition.types import TYPES
from ..definition.types.files import kinds_of
from ..filling import guard
from ..filling.finishing import kept_for
from ..filling.prefill import begun
from ..filling.rows import has_row, with_row, without_row
from ..filling.sending import signers
from ..filling.stepform import StepForm
from ..filling.steps import drawn
from ..filling.summary import summary
from ..models import Filling, Form
from . import services
from .carried import packed, unpacked
from .deeds import Chosen
from .views import form_for, step_shown
from .words import Names


def fitting(definition: Definition, answers: Mapping[str, Any]) -> dict[str, Any]:
    """Return the answers that still fit: the editor may have changed the types of fields since."""
    found = {}
    for _step, item in definition.walk():
        value = answers.get(item.key)
        if not _fits(item, value):
            continue
        if item.repeats:
            inner = [one for one in item.walk() if one is not item]
            value = [{one.key: row[one.key] for one in inner if _fits(one, row.get(one.key))} for row in value]
        found[item.key] = value
    return found


def _fits(item: Field, value: Any) -> bool:
    return value is not None and TYPES[item.type].fits(value)


@csrf_exempt  # the pages are those of citizens, which carry no token; nothing is stored
def preview(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the draft. GET: "at" what the builder has chosen, "language", "all" (also what rules hide), "framed"."""
    form = form_for(request, pk)
    version = form.draft() or services.open_draft(form=form, by=request.user)
    return Preview(request, form, version.definition).answer()


class Preview:
    """One request to a preview."""

    def __init__(self, request: HttpRequest, form: Form, definition: Definition) -> None:
        self.request, self.record, self.definition = request, form, definition
        posted, asked = request.POST, request.GET
        self.language = _one_of(definition.languages, posted.get("_to_language"), asked.get("language"))
        self.all = (posted.get("_to_all") or asked.get("all")) == "1"
        self.framed = asked.get("framed") == "1"
        self.chosen = self._chosen(asked.get("at", ""))
        typed = fitting(definition, unpacked(posted.get("_answers", "")))
        self.answers = {**begun(definition, None, {}), **typed}
        self.notes: list[str] = []

    def _chosen(self, text: str) -> Chosen:
        """Return what ``text`` names; of what is not there (any more) the first step."""
        chosen = Chosen.read(text)
        if chosen.kind != "form" and step_shown(self.definition, chosen) is None and self.definition.steps:
            return Chosen("step", self.definition.steps[0].key)
        return chosen

    def answer(self) -> HttpResponse:
        """Do what the button says, and show the page it leads to."""
        button, _colon, what = self.request.POST.get("_go", "").partition(":")
        step = step_shown(self.definition, self.chosen)
        if step is None or (self.chosen.kind == "form" and button != "at"):
            return self._end(button, what)
        if "_shown" not in self.request.POST:
            return self._shown(step)
        self._take_files(step)
        form = self._form(step, self.request.POST, quiet=button != "next")
        self.answers |= form.accepted()
        return self._left(form, button, what)

    def _left(self, form: StepForm, button: str, what: str) -> HttpResponse:
        if button == "at":
            return self._at(what, form)
        if button == "next" and not form.errors and not form.grew:
            return self._after(form)
        if button == "back":
            steps = self._steps(form.evaluated)
            return self._shown(self.definition.step(steps[max(steps.index(form.step.key) - 1, 0)]))
        if button == "add" and what in form.groups:
            form = self._form(form.step, with_row(form, what), quiet=True)
        elif button == "remove" and has_row(form, *(parts := what.partition("-")[::2])):
            form = self._form(form.step, without_row(form, parts[0], int(parts[1])), quiet=True)
        elif button == "drop":
            self._drop(what)
            form = self._form(form.step, self.request.POST, quiet=True)
        elif button == "save":
            self.notes.append(_("Here people get a code and a link to go on later."))
        return self._page(form, grew=form.grew and not form.errors)

    def _at(self, what: str, form: StepForm | None = None) -> HttpResponse:
        """Go where the builder is; a step that is on the page already stays as it was typed."""
        self.chosen = self._chosen(what)
        step = step_shown(self.definition, self.chosen)
        if step is None:
            return self._summary()
        return self._page(form) if form and form.step == step else self._shown(step)

    def _after(self, form: StepForm) -> HttpResponse:
        steps = self._steps(form.evaluated)
        after = steps[steps.index(form.step.key) + 1 :] if form.step.key in steps else steps
        return self._shown(self.definition.step(after[0])) if after else self._summary()

    def _end(self, button: str, what: str) -> HttpResponse:
        """What the buttons of the summary do."""
        if button == "at":
            return self._at(what)
        if button == "save":
            self.notes.append(_("Here people get a code and a link to go on later."))
        elif self.request.method == "POST" and "_to_language" not in self.request.POST:
            return self._summary(send=True)
        return self._summary()

    def _steps(self, found: Evaluated) -> list[str]:
        return [step.key for step in self.definition.steps] if self.all else list(found.steps)

    def _form(self, step: Step, data: QueryDict | None = None, *, quiet: bool = False) -> StepForm:
        return StepForm(
            definition=self.definition,
            step=step,
            answers=self.answers,
            language=self.language,
            data=data,
            quiet=quiet,
            whole=self.all,
        )

    # --- files are named, never read ---------------------------------------------------------------------

    def _take_files(self, step: Step) -> None:
        for path, place in self._form(step, self.request.POST, quiet=True).places.items():
            uploads = self.request.FILES.getlist(place.name)
            if place.field.type == "file" and uploads:
                kind = kinds_of(place.field)[0]
                named = [{"id": str(uuid.uuid4()), "name": one.name, "size": one.size, "kind": kind} for one in uploads]
                home, key = self._home(path)
                home[key] = [*(home.get(key) or []), *named]

    def _home(self, path: str) -> tuple[dict[str, Any], str]:
        """Return the answers, or the row of them, in which the answer to ``path`` lies."""
        group, _dot, rest = path.partition(".")
        if not rest:
            return self.answers, group
        number, _dot, key = rest.partition(".")
        rows = self.answers[group] = list(self.answers.get(group) or [])
        rows.extend({} for _row in range(int(number) + 1 - len(rows)))
        return rows[int(number)], key

    def _drop(self, identifier: str) -> None:
        for _step, item in self.definition.walk():
            rows = self.answers.get(item.key) if item.repeats else [self.answers]
            for row in rows or []:
                for one in item.walk():
                    if one.type == "file" and isinstance(row.get(one.key), list):
                        row[one.key] = [file for file in row[one.key] if file["id"] != identifier]

    # --- pages -----------------------------------------------------------------------------------------------

    def _shown(self, step: Step) -> HttpResponse:
        if self.chosen.kind != "field" or step_shown(self.definition, self.chosen) != step:
            self.chosen = Chosen("step", step.key)
        return self._page(self._form(step))

    def _page(self, form: StepForm, *, grew: bool = False) -> HttpResponse:
        key = self.chosen.key
        if not self.all and form.step.key not in form.evaluated.steps:
            self.notes.append(_("With these answers nobody comes to this step."))
        elif not self.all and self.chosen.kind == "field" and not _asks(form, key):
            name = Names(self.definition).field(key)
            self.notes.append(_("“%(name)s” is not asked with these answers.") % {"name": name})
        return self._render("forms/step.html", {**drawn(form), "grew": grew})

    def _summary(self, *, send: bool = False) -> HttpResponse:
        self.chosen, found, message = Chosen("form"), evaluate(self.definition, self.answers), ""
        blocks = [text_in(texts, self.language) for texts, _path in found.blocks]
        if send and blocks:
            message = " ".join(blocks)
        elif send:
            self.notes.append(_("Here people would get their number. Nothing was sent, nothing is stored."))
        if found.hand_overs:
            self.notes.append(_("Rules hand it over to: %(names)s") % {"names": ", ".join(found.hand_overs)})
        if any(item.settings.get("confirm") for _step, item in self.definition.walk() if item.type == "email"):
            self.notes.append(_("People confirm their e-mail address here by a code."))
        return self._render(
            "forms/check.html",
            {
                "parts": summary(self.definition, found, self.language, doubts=True),
                "price_cents": found.price_cents,
                "signers": [mail for _field, mail in signers(self.definition, found)],
                "message": message,
                **kept_for(self.record),
            },
        )

    def _render(self, template: str, context: dict[str, Any]) -> HttpResponse:
        query = {"at": str(self.chosen), "language": self.language}
        query |= {name: "1" for name in ("all", "framed") if getattr(self, name)}
        names = dict(settings.LANGUAGES)
        shown = {
            "action": f"{self.request.path}?{urlencode(query)}",
            "answers": packed(self.answers),
            "all": self.all,
            "framed": self.framed,
            "notes": self.notes,
            "languages": [(code, names.get(code, code), code == self.language) for code in self.definition.languages],
            "alone": f"{self.request.path}?{urlencode({**query, 'framed': ''})}",
        }
        filling = Filling(revision=0)
        filling.state = Filling.State.OPEN
        with override(self.language):
            self.request.LANGUAGE_CODE = self.language  # type: ignore[attr-defined]
            whole = {"record": self.record, "filling": filling, "content_language": self.language, "token": "preview"}
            return guard.closed(render(self.request, template, {**whole, **context, "preview": shown}))


def _asks(form: StepForm, key: str) -> bool:
    shown = form.evaluated.shown
    return key in shown or any(path.endswith(f".{key}") for path in shown)


def _one_of(languages: tuple[str, ...], *wished: str | None) -> str:
    return next((code for code in wished if code in languages), languages[0] if languages else "de")
