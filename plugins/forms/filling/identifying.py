"""Show who one is: the page that offers the services, the way there and back."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from ..models import Filling
from . import content as contents
from . import guard, services
from .content import Content
from .identity import needed, providers
from .identity.base import IdentityProvider, NotIdentified, Person, Unreachable
from .opening import definition_of
from .stepform import EMPTY
from .steps import elsewhere, frame, language_of

#: In the session: the filling that somebody identifies themselves for.
SESSION = "forms_identified"


@guard.private
def identify(request: HttpRequest, token: str) -> HttpResponse:
    """Offer the providers that reach the level the form asks; a POST goes to one."""
    filling, content = services.find(token)
    if away := elsewhere(request, filling, content):
        return away
    level = needed(filling.version.form.asks)
    found = {one.name: one for one in providers(level)}
    message = ""
    if request.method == "POST":
        if (chosen := found.get(request.POST.get("provider", ""))) is None:
            raise Http404
        try:
            address = chosen.begin(request, level=level, back=_back(request, chosen))
        except Unreachable:
            message = _away(chosen)
        else:
            request.session[SESSION] = contents.hashed(token)
            return _Away(address)
    elif request.GET.get("failed"):
        message = _("That did not work. Please try it once more, or choose another way.")
    context = {
        **frame(filling, content, language_of(filling, definition_of(filling.version))),
        "providers": list(found.values()),
        "message": message,
        "level": level,
    }
    return render(request, "forms/identify.html", context)


class _Away(HttpResponseRedirect):
    """To a provider of the settings."""

    allowed_schemes = ["https", "http"]  # noqa: RUF012 - as Django has it


@guard.private
@require_GET
def identified(request: HttpRequest, name: str) -> HttpResponse:
    """Come back from a provider. The filling is the one this browser left with."""
    provider = next((one for one in providers() if one.name == name), None)
    left = request.session.pop(SESSION, "")
    filling = Filling.objects.select_related("version__form").filter(token_hash=left).first() if left else None
    if provider is None or filling is None:
        raise services.Gone
    token = contents.read(filling).token
    try:
        person = provider.finish(request, back=_back(request, provider))
    except (NotIdentified, Unreachable):
        return redirect(f"{reverse('forms:identify', args=[token])}?failed=1")
    with transaction.atomic():
        filling, content = services.find(token, lock=True)
        take(filling=filling, content=content, person=person, provider=provider.name)
    return redirect("forms:fill", token)


def take(*, filling: Filling, content: Content, person: Person, provider: str) -> None:
    """Note the trust level, and fill in what the provider vouches for where nothing else was answered."""
    filling.identity_level, filling.identity_provider = person.level, provider
    for _step, field in definition_of(filling.version).walk():
        value: Any = person.claims.get(str(field.settings.get("prefill", "")))
        if value not in EMPTY:
            content.claims[field.key] = value
            if content.answers.get(field.key) in EMPTY:
                content.answers[field.key] = value
                content.prefilled = sorted({*content.prefilled, field.key})
    contents.write(filling, content)
    filling.save(update_fields=["identity_level", "identity_provider", "sealed", "updated_at"])


def _back(request: HttpRequest, provider: IdentityProvider) -> str:
    return request.build_absolute_uri(reverse("forms:identified", args=[provider.name]))


def _away(provider: IdentityProvider) -> str:
    return _("%(name)s can't be reached at the moment. What you filled in is kept.") % {"name": provider.label}
