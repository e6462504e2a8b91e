"""The steps of a filling, below its secret address."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import NON_FIELD_ERRORS, PermissionDenied, SuspiciousOperation
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.http.multipartparser import MultiPartParserError
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from cms.headers import permissions_policy
from cms.records.texts import current_language
from cms.reviews.kept import give_back

from ..definition.structure import Definition, Step, text_in
from ..models import Channel, Filling, FillingFile, Form
from ..posted import whole_number
from . import files, guard, rows, services
from .content import Content
from .layout import anchor, layout
from .opening import definition_of
from .stepform import StepForm, rows_name
from .summary import shown

State = Filling.State
#: Mails with a link that one sender may ask for in an hour.
MAILS = 5
#: In the query of a step: what was typed was not accepted.
REFUSED = "refused"
#: What has an answer of its own, as elsewhere: what can't be read as a post is a bad request, not our fault.
KEEP_GOING = (Http404, PermissionDenied, SuspiciousOperation, MultiPartParserError, services.Gone)


def language_of(filling: Filling, definition: Definition) -> str:
    """Return the language in which the form is shown: the page's, else that in which the filling was begun."""
    language = current_language()
    known = definition.languages
    return language if language in known else filling.language if filling.language in known else known[0]


def may_see(request: HttpRequest, form: Form) -> bool:
    """Return whether the form is (still) one that the reader may see."""
    return form.has_fillings_open_to(request)


def elsewhere(request: HttpRequest, filling: Filling, content: Content) -> HttpResponse | None:
    """Return where the reader must go instead of filling in: to sign in, to what was sent; None when all is well."""
    if not may_see(request, filling.version.form):
        if request.user.is_authenticated:
            raise Http404
        return redirect_to_login(request.get_full_path())
    if filling.state == State.SENT:
        return redirect("forms:sent", content.token)
    return None


@guard.private
@require_GET
def fill(request: HttpRequest, token: str) -> HttpResponse:
    """Lead to where the filling stands."""
    filling, content = services.find(token)
    if away := elsewhere(request, filling, content):
        return away
    definition = definition_of(filling.version)
    found = services.evaluated(definition, content)
    next_step = services.first_open(definition, found, content)
    if filling.state == State.SIGNING or next_step is None:
        return redirect("forms:check", token)
    return redirect("forms:step", token, filling.step if filling.step in content.typed else next_step)


@guard.private
def step(request: HttpRequest, token: str, key: str) -> HttpResponse:
    """One step: shown, sent, or changed (rows, files). What was typed survives whatever happens."""
    if request.method != "POST":
        return _show(request, token, key)
    try:
        with transaction.atomic():
            return _StepPost(request, token, key).answer()
    except KEEP_GOING:
        raise
    except Exception as error:  # noqa: BLE001 - whatever it is, what was typed is given back
        guard.note(error)
    try:
        with transaction.atomic():
            return _after_failure(request, token, key)
    except Exception as error:  # noqa: BLE001
        guard.note(error)
        return give_back(request, reason="failed", status=503) or HttpResponse(status=503)


def _show(request: HttpRequest, token: str, key: str) -> HttpResponse:
    filling, content = services.find(token)
    if away := elsewhere(request, filling, content):
        return away
    if filling.state == State.SIGNING:
        return redirect("forms:check", token)
    if filling.channel == Channel.PAPER:
        return redirect(f"{services.path_of(token, 'enter')}#part-{key}")
    definition = definition_of(filling.version)
    found = services.evaluated(definition, content)
    if key not in found.steps:
        return redirect("forms:fill", token)
    current = definition.step(key)
    earlier = found.steps[: found.steps.index(key)]
    missing = next((one for one in earlier if not services.is_done(definition.step(one), found, content)), None)
    if missing:
        return redirect("forms:step", token, missing)
    services.reach(filling=filling, content=content, step=current)
    language = language_of(filling, definition)
    refused = REFUSED in request.GET
    form = services.step_form(filling=filling, content=content, step=current, language=language, refused=refused)
    return _page(request, filling, content, form, grew=refused and form.grew and not form.errors)


def _after_failure(request: HttpRequest, token: str, key: str) -> HttpResponse:
    """Show the step as it was sent, with the message; the status makes the middleware undo all of the request."""
    filling, content = services.find(token)
    definition = definition_of(filling.version)
    form = services.step_form(
        filling=filling,
        content=content,
        step=definition.step(key),
        language=language_of(filling, definition),
        data=request.POST,
        quiet=True,
    )
    form.add_error(
        None,
        _(
            "Something is wrong on our side, and this step could not be stored. What you typed is still here. Please wait a minute and send it once more."
        ),
    )
    if request.FILES:
        form.add_error(None, _("Please choose the files once more; they can't be kept."))
    response = _page(request, filling, content, form, status=500)
    response.keeps_input = True  # type: ignore[attr-defined]  # for KeptInputMiddleware
    return response


def _page(
    request: HttpRequest,
    filling: Filling,
    content: Content,
    form: StepForm,
    *,
    conflicts: list[services.Conflict] | None = None,
    grew: bool = False,
    status: int = 200,
) -> HttpResponse:
    context: dict[str, Any] = {
        **frame(filling, content, form.language),
        **drawn(form, prefilled=set(content.prefilled), scans=_scans(filling, form)),
        "grew": grew,
        "conflicts": [
            {"label": text_in(one.field.label, form.language), "value": _theirs(one, form)} for one in conflicts or []
        ],
    }
    response = render(request, "forms/step.html", context, status=status)
    if context["has_map"]:
        response["Permissions-Policy"] = permissions_policy("geolocation")
    return response


def drawn(
    form: StepForm, *, prefilled: set[str] | None = None, scans: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """Return what the page of a step shows of its form."""
    steps = list(form.evaluated.steps)
    number = steps.index(form.step.key) + 1 if form.step.key in steps else 1
    return {
        "form": form,
        "step": form.step,
        "title": text_in(form.step.title, form.language),
        "intro": text_in(form.step.intro, form.language),
        "items": layout(form, prefilled=prefilled, scans=scans),
        "number": number,
        "total": len(steps),
        "first": number == 1,
        "errors": errors_of(form),
        "has_map": any(one.type == "map_point" for one in form.step.walk()),
    }


def _scans(filling: Filling, form: StepForm) -> dict[str, str]:
    """Return what the virus scanner says of the files of a step that asks for any."""
    if not any(place.field.type == "file" for place in form.places.values()):
        return {}
    rows = filling.files.filter(scan__in=FillingFile.WITHHELD)
    return {str(row.identifier): row.get_scan_display() for row in rows}


def frame(filling: Filling, content: Content, language: str) -> dict[str, Any]:
    """Return what every page of a filling shows around its own things."""
    return {
        "filling": filling,
        "record": filling.version.form,
        "token": content.token,
        "content_language": language,
    }


def errors_of(form: StepForm) -> list[dict[str, str]]:
    """Return the errors of a step for its summary: message, label, and the id the link leads to."""
    groups = {rows_name(key): group for key, group in form.groups.items()}
    found: list[dict[str, str]] = []
    for error in form.errors.as_data().get(NON_FIELD_ERRORS, []):
        said = {"message": " ".join(error.messages)}
        if group := groups.get(error.code or ""):
            said |= {"label": _before_message(text_in(group.label, form.language)), "id": f"group-{group.key}"}
        found.append(said)
    for place in form.places.values():
        if place.name in form.fields:
            bound = form[place.name]
            label = str(bound.label)
            if place.group:
                group = text_in(form.groups[place.group].label, form.language)
                label = f"{group} {place.row + 1}, {label}"
            found += [
                {"message": message, "label": _before_message(label), "id": anchor(bound, error.code or "")}
                for error in bound.errors.as_data()
                for message in error.messages
            ]
    return found


def _before_message(label: str) -> str:
    """Return a label with a colon, unless it is a sentence or a question."""
    return label if label[-1:] in tuple(".:?!") else f"{label}:"


def _theirs(conflict: services.Conflict, form: StepForm) -> str:
    if conflict.field.repeats:
        theirs = conflict.theirs or []
        inner = [one for one in conflict.field.walk() if one.answers and not one.repeats]
        return "; ".join(
            ", ".join(text for one in inner if (text := shown(one, row.get(one.key), form.language))) for row in theirs
        )
    return shown(conflict.field, conflict.theirs, form.language)


class _StepPost:
    """What one press of a button in a step does."""

    def __init__(self, request: HttpRequest, token: str, key: str) -> None:
        self.request, self.token, self.key = request, token, key
        self.filling, self.content = services.find(token, lock=True)
        self.definition = definition_of(self.filling.version)
        try:
            self.step: Step = self.definition.step(key)
        except KeyError as error:
            raise Http404 from error
        self.language = language_of(self.filling, self.definition)
        self.seen = whole_number(request.POST.get("_revision", ""), 0)

    def answer(self) -> HttpResponse:
        if self.filling.state == State.SENT:
            return redirect("forms:sent", self.token)
        if self.filling.state == State.SIGNING:
            return redirect("forms:check", self.token)
        button, _colon, what = self.request.POST.get("_go", "next").partition(":")
        quiet = button != "next"
        changed = dict(self.content.changed)
        form = self._form(self.request.POST, quiet=quiet)
        if self.request.FILES:
            found = files.take(
                filling=self.filling, content=self.content, places=form.places, uploads=self.request.FILES
            )
            form = self._form(self.request.POST, quiet=quiet, found=found)
            if found and button not in ("back", "save"):
                quiet, button = False, "next"
        if away := elsewhere(self.request, self.filling, self.content):
            services.keep_typed(filling=self.filling, content=self.content, form=form)
            return away
        if button == "refresh":
            return _page(self.request, self.filling, self.content, form)
        if button == "next":
            return self._next(form, changed)
        return self._change(form, button, what)

    def _form(self, data: QueryDict, *, quiet: bool, found: dict[str, list[str]] | None = None) -> StepForm:
        return services.step_form(
            filling=self.filling,
            content=self.content,
            step=self.step,
            language=self.language,
            data=data,
            quiet=quiet,
            found=found,
        )

    def _next(self, form: StepForm, changed: dict[str, int]) -> HttpResponse:
        keep = {"filling": self.filling, "content": self.content, "form": form}
        if form.errors or form.grew:
            services.keep_typed(**keep)
            if form.errors:
                services.refuse(filling=self.filling, form=form)
            if not self.request.FILES:
                # Else the way back from the next page leads to a post, which browsers don't show a second time.
                return redirect(f"{services.path_of(self.token, 'step', self.key)}?{REFUSED}")
            return _page(self.request, self.filling, self.content, form, grew=form.grew and not form.errors)
        if found := services.conflicts(self.content, form, self.seen, changed):
            services.keep_typed(**keep)
            return _page(self.request, self.filling, self.content, form, conflicts=found)
        following = services.accept(**keep)
        return redirect("forms:step", self.token, following) if following else redirect("forms:check", self.token)

    def _change(self, form: StepForm, button: str, what: str) -> HttpResponse:
        """Back, save, rows and files: everything is kept as it was typed."""
        place = ""
        if button == "add" and what in form.groups:
            place = rows.add(form, what)
        elif button == "remove":
            group, _hyphen, row = what.partition("-")
            place = rows.remove(form, group, row, filling=self.filling, content=self.content)
        elif button == "drop":
            files.drop(filling=self.filling, content=self.content, identifier=what)
            place = "step-fields"
        services.keep_typed(filling=self.filling, content=self.content, form=form)
        if button == "save":
            return redirect("forms:save", self.token)
        if button == "back":
            steps = list(form.evaluated.steps)
            before = steps[max(steps.index(self.key) - 1, 0)] if self.key in steps else steps[0]
            return redirect("forms:step", self.token, before)
        response = redirect("forms:step", self.token, self.key)
        if place:
            response["Location"] += f"#{place}"
        return response
