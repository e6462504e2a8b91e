"""Staff fill in: with a citizen at the counter, or from paper, in the paper's order on one page. Both is recorded."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render

from cms.records.texts import current_language

from ..definition.structure import Step, text_in
from ..models import Channel, Filling, Form
from . import files, guard, rows, services
from .content import Content
from .layout import layout
from .opening import NotOpen, definition_of
from .stepform import StepForm, name_of
from .steps import elsewhere, errors_of, frame, language_of

#: What staff need to fill in for others.
RIGHT = "forms.add_filling"


def begin(request: HttpRequest, slug: str) -> HttpResponse:
    """Begin a filling for somebody else; ``way`` is "counter" or "paper"."""
    if not request.user.has_perm(RIGHT):
        raise PermissionDenied
    found = get_object_or_404(Form.objects.visible_to(request).with_texts(), slug=slug)
    if request.method != "POST":
        return guard.closed(render(request, "forms/counter.html", {"record": found}))
    channel = Channel.PAPER if request.POST.get("way") == Channel.PAPER else Channel.COUNTER
    try:
        token = services.begin(form=found, language=current_language(), channel=channel, by=request.user)
    except NotOpen:
        return guard.closed(redirect("forms:form", slug))
    return guard.closed(redirect("forms:enter" if channel == Channel.PAPER else "forms:fill", token))


@guard.private
def enter(request: HttpRequest, token: str) -> HttpResponse:
    """Enter a form from paper: all its questions on one page. What was typed is kept, also when the session ends."""
    filling, content = services.find(token, lock=request.method == "POST")
    if filling.channel != Channel.PAPER:
        raise Http404
    may = request.user.has_perm(RIGHT)
    if not may and request.user.is_authenticated:
        raise Http404
    if may and (away := elsewhere(request, filling, content)):
        return away
    if filling.state != Filling.State.OPEN:
        return redirect("forms:fill", token)
    if request.method != "POST":
        return _page(request, filling, content, _forms(filling, content)) if may else _sign_in(request)
    button, _colon, what = request.POST.get("_go", "next").partition(":")
    found: dict[str, list[str]] = {}
    if request.FILES and may:
        places = {path: place for form in _forms(filling, content, request.POST) for path, place in form.places.items()}
        found = files.take(filling=filling, content=content, places=places, uploads=request.FILES)
    forms = _forms(filling, content, request.POST, quiet=button != "next" or not may, found=found)
    if may and button == "next" and not any(form.errors for form in forms):
        for form in forms:
            services.accept(filling=filling, content=content, form=form)
        return redirect("forms:check", token)
    place = _change(filling, content, forms, button, what) if may else ""
    for form in forms:
        services.keep_typed(filling=filling, content=content, form=form)
    if not may:
        return _sign_in(request)
    if button == "next" or found:
        return _page(request, filling, content, forms)
    response = redirect("forms:enter", token)
    response["Location"] += f"#{place}"
    return response


def _forms(
    filling: Filling,
    content: Content,
    data: QueryDict | None = None,
    *,
    quiet: bool = True,
    found: dict[str, list[str]] | None = None,
) -> list[StepForm]:
    """Return all steps as forms; what was posted counts for the rules of the steps behind."""
    definition = definition_of(filling.version)
    forms = []
    for step in definition.steps:
        names = {name: texts for name, texts in (found or {}).items() if _is_of(name, step)}
        form = services.step_form(
            filling=filling,
            content=content,
            step=step,
            language=language_of(filling, definition),
            data=data,
            quiet=quiet,
            found=names,
            whole=True,
        )
        if data is not None:
            services.keep_answers(filling=filling, content=content, form=form)
        forms.append(form)
    return forms


def _is_of(name: str, step: Step) -> bool:
    return any(name == name_of(one.key) or name.startswith(f"{name_of(one.key)}-") for one in step.walk())


def _change(filling: Filling, content: Content, forms: list[StepForm], button: str, what: str) -> str:
    """Add or remove a row or a file; return the id of the place on the page."""
    if button == "drop":
        files.drop(filling=filling, content=content, identifier=what)
    group, _hyphen, row = what.partition("-")
    for form in forms:
        if button == "add" and what in form.groups:
            return rows.add(form, what)
        if button == "remove" and group in form.groups:
            return rows.remove(form, group, row, filling=filling, content=content)
    return ""


def _page(request: HttpRequest, filling: Filling, content: Content, forms: list[StepForm]) -> HttpResponse:
    language = forms[0].language
    parts: list[dict[str, Any]] = [
        {"title": text_in(form.step.title, language), "items": layout(form), "key": form.step.key} for form in forms
    ]
    context = {**frame(filling, content, language), "parts": parts, "errors": [e for f in forms for e in errors_of(f)]}
    return render(request, "forms/enter.html", context)


def _sign_in(request: HttpRequest) -> HttpResponse:
    return redirect_to_login(request.get_full_path())
