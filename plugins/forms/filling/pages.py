"""The pages before a filling: all forms, one form, and the way back to a filling."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language_info
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from cms.caching.pages import public_page
from cms.limits import address_of, count
from cms.records.texts import current_language

from ..definition.structure import Definition, text_in
from ..models import Filling, Form
from ..presentation import closed_note
from . import content as contents
from . import guard, services
from .identity import needed, providers
from .opening import NotOpen, definition_of, state_of
from .paper import fees
from .prefill import known

#: Sections of the list of forms: internal ones, surveys, and the rest by kind.
SECTIONS = {
    "internal": _lazy("Internal forms"),
    "own": _lazy("Fill in online"),
    "link": _lazy("On other websites"),
    "pdf": _lazy("To print"),
    "survey": _lazy("Surveys"),
}


@public_page
def index(request: HttpRequest) -> HttpResponse:
    """All forms the reader may see: internal ones first, then by how one gets on, each by title."""
    rows = Form.objects.visible_to(request).offered().with_texts().select_related("document", "access_rule", "unit")
    parts: dict[str, list[Form]] = {key: [] for key in SECTIONS}
    for row in sorted(rows.prefetch_related("unit__texts"), key=lambda row: row.title.casefold()):
        row.note = closed_note(row)
        internal = not row.access_rule.is_public
        parts["internal" if internal else "survey" if row.purpose == Form.Purpose.SURVEY else row.kind].append(row)
    sections = [{"key": key, "title": title, "forms": parts[key]} for key, title in SECTIONS.items() if parts[key]]
    return render(request, "forms/index.html", {"sections": sections})


def form(request: HttpRequest, slug: str) -> HttpResponse:
    """What a form is about, what one needs, and the button that begins it."""
    found = _visible(request, slug)
    account = request.user if request.user.is_authenticated else None
    version = found.published()
    definition = definition_of(version) if version else None
    language = definition.language(current_language()) if definition else ""
    context: dict[str, Any] = {
        "record": found,
        "version": version,
        "state": state_of(found, version=version, account=account) if found.kind == Form.Kind.OWN else found.offer(),
        "steps": _steps(definition),
        "papers": _needed(definition),
        "fees": fees(definition, language) if definition else [],
        "content_language": language,
        "minutes": _minutes(definition),
        "saved": _saved(found, account),
        "only_in": _only_in(definition),
        "no_identity": bool(level := needed(found.asks)) and not providers(request, level),
        "can_enter": request.user.has_perm("forms.add_filling"),
    }
    return guard.closed(render(request, "forms/form.html", context))


def _only_in(definition: Definition | None) -> str:
    """Return the languages of a form that lacks the one of the page, "" for others."""
    if definition is None or current_language() in definition.languages:
        return ""
    return ", ".join(str(get_language_info(code)["name_translated"]) for code in definition.languages)


def _visible(request: HttpRequest, slug: str) -> Form:
    rows = Form.objects.visible_to(request).with_texts().select_related("unit", "document")
    return get_object_or_404(rows, slug=slug)


def _steps(definition: Definition | None) -> list[str]:
    language = current_language()
    return [text_in(step.title, language) for step in definition.steps] if definition else []


def _needed(definition: Definition | None) -> list[str]:
    """Return the files the form asks for, so that nobody has to search for them in the middle."""
    if definition is None:
        return []
    language = current_language()
    ruled = {effect.target for rule in definition.rules for effect in rule.effects if effect.do in ("show", "skip")}
    asked_of_some = {inner.key for _step, one in definition.walk() if one.key in ruled for inner in one.walk()}
    found = []
    for step, field in definition.walk():
        if field.type == "file":
            label = text_in(field.label, language)
            always = field.required and field.key not in asked_of_some and step.key not in ruled
            found.append(label if always else _("%(file)s (if it applies to you)") % {"file": label})
    return found


def _minutes(definition: Definition | None) -> int:
    """Return about how long it takes: a quarter of a minute a question, two minutes or steps of five."""
    if definition is None:
        return 0
    questions = sum(1 for _step, field in definition.walk() if field.answers and not field.repeats)
    return 2 if questions <= 8 else -(-questions // 20) * 5


def _saved(found: Form, account: Any) -> list[dict[str, Any]]:
    if account is None:
        return []
    rows = Filling.objects.current().filter(account=account, version__form=found).exclude(state=Filling.State.SENT)
    return [{"number": row.pk, "changed": row.updated_at, "until": row.expires_at} for row in rows[:10]]


@csrf_exempt  # nothing is changed that is anybody's: an empty filling is made, whose address only the answer knows
@require_POST
def begin(request: HttpRequest, slug: str) -> HttpResponse:
    """Begin a filling."""
    found = _visible(request, slug)
    if count(request, name="forms begin", window=guard.HOUR, sender=address_of(request)) > guard.BEGUN:
        return guard.too_many(request)
    account = request.user if request.user.is_authenticated else None
    try:
        token = services.begin(
            form=found, language=current_language(), account=account, prefill=known(found, account, request.GET)
        )
    except NotOpen:
        return guard.closed(redirect("forms:form", slug))
    return guard.closed(redirect("forms:fill", token))


@require_POST
def go_on(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Go on with a filling that the reader has begun while signed in."""
    if not request.user.is_authenticated:
        raise PermissionDenied
    rows = Filling.objects.current().filter(account=request.user, version__form__slug=slug)
    filling = rows.filter(pk=number).first() if number < 2**63 else None
    if filling is None:
        raise Http404
    return guard.closed(redirect("forms:fill", contents.read(filling).token))


def resume(request: HttpRequest) -> HttpResponse:
    """Enter the code of a filling."""
    message = ""
    if request.method == "POST":
        # Counted before looking, so that guessing in parallel gains nothing.
        if count(request, name="forms code", window=guard.HOUR, sender=address_of(request)) > guard.WRONG:
            return guard.too_many(request)
        try:
            return guard.closed(redirect("forms:fill", services.find_by_code(request.POST.get("code", "")[:40])))
        except services.Over:
            message = _("The time for this code is over, and what was filled in has been deleted.")
        except services.Gone:
            message = _("There is nothing under this code. Please compare it with your note: 12 letters and digits.")
    context = {"message": message, "code": request.POST.get("code", "")[:40], "now": timezone.now()}
    return guard.closed(render(request, "forms/resume.html", context))
