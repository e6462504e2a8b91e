"""The page of a case for whoever has its link, and the ways to it."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from cms.limits import count
from cms.records.texts import current_language

from . import services
from .forms import CodeForm, LookUpForm
from .jobs import ask_for_link
from .models import Case
from .presentation import shown

#: How often one sender may look a case up in an hour.
MOST, WINDOW = 10, 3600


def closed(response: HttpResponse, *, referrer: str = "no-referrer") -> HttpResponse:
    """Keep the answer out of caches and search engines, and its address out of the logs of others."""
    patch_cache_control(response, private=True, no_store=True)
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["Referrer-Policy"] = referrer
    return response


@require_safe
def status(request: HttpRequest, secret: str) -> HttpResponse:
    """Where a case stands. A link that is made up, over, or of an erased case: 404 with the way to a new one."""
    case = services.find(secret)
    if case is None:
        return closed(render(request, "cases/unknown.html", status=404))
    return closed(render(request, "cases/status.html", shown(case, request)))


def look_up(request: HttpRequest) -> HttpResponse:
    """Go to a case by its code, or have a new link sent. The answer doesn't tell whether there is such a case."""
    by_code = "code" in request.POST
    form = LookUpForm(request.POST if request.method == "POST" and not by_code else None)
    code_form = CodeForm(request.POST if by_code else None, auto_id="code_%s")
    sent_form = code_form if by_code else form
    if request.method == "POST" and sent_form.is_valid():
        if count(request, name="case", window=WINDOW) > MOST:
            sent_form.add_error(
                None, _("There were many attempts from your connection. Please try again in an hour, or call 115.")
            )
        elif by_code:
            if services.find(code_form.cleaned_data["code"]):
                return redirect(services.status_path(code_form.cleaned_data["code"]))
            code_form.add_error("code", _("There is no case with this code (any more)."))
        else:
            values = {name: form.cleaned_data[name] for name in ("reference", "mail")}
            ask_for_link(**values, language=current_language().split("-")[0])
            return redirect("cases:sent")
    context = {"form": form, "code_form": code_form, "sent_form": sent_form}
    # Not "no-referrer": browsers would send our own form without its origin, and it would be refused.
    return closed(render(request, "cases/look_up.html", context), referrer="strict-origin")


@require_safe
def sent(request: HttpRequest) -> HttpResponse:
    """What happens now, whether there is such a case or not."""
    return closed(render(request, "cases/sent.html", {"days": services.NEW_LINK_DAYS}))


@login_required
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """The cases of the reader's account."""
    return closed(render(request, "cases/mine.html", {"cases": Case.objects.of_person(request.user)}))


@login_required
@require_safe
def own(request: HttpRequest, reference: str) -> HttpResponse:
    """One case of the reader's account; 404 for those of others."""
    case = Case.objects.of_person(request.user).filter(reference=reference[:40]).first()
    if case is None:
        raise Http404
    return closed(render(request, "cases/status.html", shown(case, request)))


def smoke_paths() -> list[str]:
    """Return the page where cases are looked up."""
    return ["/vorgang/"]
