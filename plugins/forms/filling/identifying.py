"""Show who one is: the page that offers the services, the way there and back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from ..definition.structure import FIELDSET, GROUP, Field
from ..definition.types import TYPES
from ..models import Channel, Filling
from . import content as contents
from . import guard, services
from .content import Content
from .counter import RIGHT
from .identity import is_enough, known_providers, needed, providers
from .identity.base import LEVELS, GaveUp, IdentityProvider, NotIdentified, Person, Unreachable
from .opening import definition_of
from .stepform import EMPTY, OURS
from .steps import elsewhere, frame, language_of

#: In the session: the filling that somebody identifies themselves for, and the one they have done it for.
SESSION, DONE = "forms_identified", "forms_identified_for"
#: Why it has not worked -> what the page says.
FAILED = {
    "stopped": gettext_lazy("You have stopped. Nothing was handed over to us; please try again or choose another way."),
    "low": gettext_lazy(
        "You have shown who you are, but not as surely as this form needs it. Please choose a safer way there, such as the online function of your identity card."
    ),
    "away": gettext_lazy("The service did not answer. Please try it again in a few minutes."),
    "elsewhere": gettext_lazy(
        "You go on in another browser or on another device, or some time has gone by. Please show who you are here, too."
    ),
    "wrong": gettext_lazy("That did not work. Please try it once more, or choose another way."),
}
NAMES = {"low": gettext_lazy("low"), "substantial": gettext_lazy("substantial"), "high": gettext_lazy("high")}
STAFF = "staff"


@guard.private
def identify(request: HttpRequest, token: str) -> HttpResponse:
    """Offer the providers that reach the level the form asks; a POST notes that this browser goes to one.

    Where staff fill in for somebody, they look at the document themselves and say so.
    """
    filling, content = services.find(token, lock="seen" in request.POST)
    if away := elsewhere(request, filling, content):
        return away
    if filling.channel != Channel.ONLINE and request.method == "POST" and "seen" in request.POST:
        if not request.user.has_perm(RIGHT):  # type: ignore[union-attr]  # AnonymousUser has it, too
            raise Http404
        level = needed(filling.version.form.asks) or "low"
        take(filling=filling, content=content, person=Person(level), provider=STAFF)
        return redirect("forms:fill", token)
    if request.method == "POST":
        chosen = _chosen(request, filling, request.POST.get("provider", ""))
        request.session[SESSION] = contents.hashed(token)
        return redirect("forms:lead", token, chosen.name)
    failed = request.GET.get("failed")
    return _offer(request, filling, content, str(FAILED.get(failed, FAILED["wrong"])) if failed else "")


def _chosen(request: HttpRequest, filling: Filling, name: str) -> IdentityProvider:
    """Return a provider that is offered. Raises Http404."""
    offered = providers(request, needed(filling.version.form.asks)) if filling.channel == Channel.ONLINE else []
    if (found := next((one for one in offered if one.name == name), None)) is None:
        raise Http404
    return found


def _offer(request: HttpRequest, filling: Filling, content: Content, message: str) -> HttpResponse:
    level, for_others = needed(filling.version.form.asks), filling.channel != Channel.ONLINE
    context = {
        **frame(filling, content, language_of(filling, definition_of(filling.version))),
        "providers": [] if for_others else list(providers(request, level)),
        "message": message,
        "level": level,
        "by_staff": for_others and request.user.has_perm(RIGHT),
        "at_counter": for_others,
        "paper": filling.channel == Channel.PAPER,
    }
    return render(request, "forms/identify.html", context)


@guard.private
@require_GET
def lead(request: HttpRequest, token: str, name: str) -> HttpResponse:
    """Lead to the provider this browser has chosen.

    A page of its own because providers ask other servers: requests that only read run in no transaction.
    """
    filling, content = services.find(token)
    if away := elsewhere(request, filling, content):
        return away
    chosen = _chosen(request, filling, name)
    if request.session.get(SESSION) != filling.token_hash:
        return redirect("forms:identify", token)
    try:
        address = chosen.begin(request, level=needed(filling.version.form.asks), back=_back(request, chosen))
    except Unreachable:
        return _offer(request, filling, content, _away(chosen))
    return _lead(request, chosen, address, filling, content)


def _lead(
    request: HttpRequest, provider: IdentityProvider, address: str, filling: Filling, content: Content
) -> HttpResponse:
    """Lead to a provider: within this site by a redirect, to another by a page that goes there at once.

    Browsers hold redirects after a form to the policy of its page (CSP ``form-action``), and where a broker leads on to
    nobody here can list.
    """
    if url_has_allowed_host_and_scheme(address, allowed_hosts=None):
        return redirect(address)
    context = frame(filling, content, language_of(filling, definition_of(filling.version)))
    return render(request, "forms/away.html", {**context, "provider": provider, "address": address})


@guard.private
@require_GET
def identified(request: HttpRequest, name: str) -> HttpResponse:
    """Come back from a provider. The filling is the one this browser left with."""
    provider = next((one for one in providers(request) if one.name == name), None)
    left = request.session.get(SESSION, "")
    filling = Filling.objects.select_related("version__form").filter(token_hash=left).first() if left else None
    if provider is None or filling is None:
        raise services.Gone
    token = contents.read(filling).token
    try:
        person = provider.finish(request, back=_back(request, provider))
    except (NotIdentified, Unreachable) as error:
        reason = "stopped" if isinstance(error, GaveUp) else "away" if isinstance(error, Unreachable) else "wrong"
        return redirect(f"{reverse('forms:identify', args=[token])}?failed={reason}")
    if not is_enough(filling.version.form.asks, person.level):
        return redirect(f"{reverse('forms:identify', args=[token])}?failed=low")
    with transaction.atomic():
        filling, content = services.find(token, lock=True)
        if filling.state == Filling.State.OPEN:
            take(filling=filling, content=content, person=person, provider=provider.name)
    request.session[DONE] = left
    return redirect("forms:fill", token)


def take(*, filling: Filling, content: Content, person: Person, provider: str) -> None:
    """Note the trust level, and fill in what the provider says of the person.

    From the level substantial on it vouches for these answers: they replace what was typed, and stay. Below, they fill in
    what was left empty. What the question would not take is left out.
    """
    filling.identity_level, filling.identity_provider = person.level, provider
    for key, said in content.claims.items():  # of somebody else, perhaps
        if content.answers.get(key) == said:
            del content.answers[key]
    content.claims = {}
    vouches = LEVELS.index(person.level) >= LEVELS.index("substantial")
    definition = definition_of(filling.version)
    for field in (one for step in definition.steps for one in _single(step.fields)):
        value: Any = person.claims.get(str(field.settings.get("prefill", "")))
        if value in EMPTY or TYPES[field.type].check(field, value, filling.language):
            continue
        if vouches:
            content.claims[field.key] = value
        if vouches or content.answers.get(field.key) in EMPTY:
            content.answers[field.key] = value
            content.prefilled = sorted({*content.prefilled, field.key})
    contents.write(filling, content)
    filling.save(update_fields=["identity_level", "identity_provider", "sealed", "updated_at"])


def _single(fields: tuple[Field, ...]) -> Iterator[Field]:
    """Yield the questions that are asked once: which row of a group would be meant, nobody knows."""
    for field in fields:
        if field.type == FIELDSET:
            yield from _single(field.fields)
        elif field.answers and field.type != GROUP and field.type not in OURS:
            yield field


def is_here(request: HttpRequest, filling: Filling) -> bool:
    """Return whether whoever sends a form that asks for a level is in the browser that has shown it.

    The link to a filling can be given away; a proof of identity can't. What staff has seen is sent by staff.
    """
    if not needed(filling.version.form.asks) or not filling.identity_level:
        return True  # without a level nothing is sent anyway
    if filling.channel != Channel.ONLINE:
        return request.user.has_perm(RIGHT)
    return request.session.get(DONE) == filling.token_hash


def shown_by(filling: Filling) -> dict[str, Any]:
    """Return by what ("by") and how surely ("level") the person has shown who they are; {} when they have not."""
    if not filling.identity_level:
        return {}
    if filling.identity_provider == STAFF:
        return {"level": NAMES[filling.identity_level], "by": _("our staff")}
    labels = {one.name: one.label for one in known_providers()}
    by = labels.get(filling.identity_provider, filling.identity_provider)
    return {"level": NAMES[filling.identity_level], "by": by}


def _back(request: HttpRequest, provider: IdentityProvider) -> str:
    return request.build_absolute_uri(reverse("forms:identified", args=[provider.name]))


def _away(provider: IdentityProvider) -> str:
    return _("%(name)s can't be reached at the moment. What you filled in is kept.") % {"name": provider.label}
