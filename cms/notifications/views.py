"""What people want to be told, and the way out of it."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from . import services
from .forms import PreferencesForm, topics_for


@login_required
@never_cache
def preferences(request: HttpRequest) -> HttpResponse:
    """Show and store what the reader wants to be told."""
    form = PreferencesForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Saved."))
        return redirect("notification_preferences")
    always = [topic for topic in topics_for(request.user) if not topic.optional]
    return render(request, "notifications/preferences.html", {"form": form, "always": always})


# The mail program posts here on its own (RFC 8058); the signed token is the proof.
@csrf_exempt
@never_cache
@require_http_methods(["GET", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """Ask, and after a POST heed it. No sign-in: who has the mail may do this. Raises Http404 for a wrong token."""
    try:
        _address, name = signing.loads(token, salt=services.SALT)
        if request.method == "POST":
            services.unsubscribe(token=token)
    except (signing.BadSignature, ValueError) as error:
        raise Http404 from error
    topic = services.topics().get(name)
    context = {"topic": topic.title if topic else name, "done": request.method == "POST"}
    return render(request, "notifications/unsubscribe.html", context)
