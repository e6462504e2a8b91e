"""Staff fill in: with a citizen at the counter, or from paper, in the paper's order on one page. Both is recorded."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from cms.records.texts import current_language

from ..definition.structure import text_in
from ..models import Channel, Filling, Form
from ..posted import whole_number
from . import guard, services
from .layout import layout
from .opening import NotOpen, definition_of
from .stepform import StepForm, rows_name
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
    """Enter a form from paper: all its questions on one page."""
    filling, content = services.find(token, lock=request.method == "POST")
    if filling.channel != Channel.PAPER or not request.user.has_perm(RIGHT):
        raise Http404
    if away := elsewhere(request, filling, content):
        return away
    if filling.state != Filling.State.OPEN:
        return redirect("forms:fill", token)
    definition = definition_of(filling.version)
    language = language_of(filling, definition)
    data = None
    button, what = "", ""
    if request.method == "POST":
        data = request.POST.copy()
        button, _colon, what = data.get("_go", "next").partition(":")
        if button == "add" and rows_name(what) in data:
            data[rows_name(what)] = str(whole_number(data[rows_name(what)], 0) + 1)
    forms = []
    for step in definition.steps:
        form = StepForm(
            definition=definition,
            step=step,
            answers=content.answers,
            language=language,
            data=data,
            quiet=button != "next",
            whole=True,
        )
        if data is not None:
            services.keep_answers(filling=filling, content=content, form=form)
        forms.append(form)
    if data is not None and button == "next" and not any(form.errors for form in forms):
        for form in forms:
            services.accept(filling=filling, content=content, form=form)
        return redirect("forms:check", token)
    parts: list[dict[str, Any]] = [
        {"title": text_in(form.step.title, language), "items": layout(form), "key": form.step.key} for form in forms
    ]
    context = {**frame(filling, content, language), "parts": parts, "errors": [e for f in forms for e in errors_of(f)]}
    return render(request, "forms/enter.html", context)
