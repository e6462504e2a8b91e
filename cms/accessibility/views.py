"""What people see: the statement, and the form for barriers."""

from __future__ import annotations

from typing import Any

from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from wagtail.views import serve

from cms.limits import count
from cms.records.texts import default_language

from . import services
from .forms import ReportForm
from .models import ANSWER_DAYS
from .statement import accessibility_statement

THANKS = "accessibility.thanks"
#: How many reports one sender may write an hour.
MOST, WINDOW = 5, 3600


def statement(request: HttpRequest) -> HttpResponse:
    """The statement: on the editors' page at this address if there is one, else on a page of ours."""
    try:
        return serve(request, str(_("accessibility/")))
    except Http404:
        return render(request, "accessibility/page.html", {"statement": accessibility_statement()})


def report(request: HttpRequest) -> HttpResponse:
    """Report a barrier; ``?page=`` fills in where."""
    form = ReportForm(request.POST or None, initial={"address": _own_path(request.GET.get("page", ""))})
    if request.method == "POST" and form.is_valid():
        if count(request, name="barrier", window=WINDOW) > MOST:
            form.add_error(
                None, _("There were many reports from your connection. Please try again in an hour, or call 115.")
            )
        else:
            values = {name: form.cleaned_data[name] for name in ("text", "address", "name", "email")}
            row = services.report_barrier(language=_language(), **values)
            token = signing.dumps([row.reference, bool(row.email)], salt=THANKS)
            return redirect(reverse("accessibility:thanks", args=[token]))
    response = render(request, "accessibility/report.html", {"form": form, "days": ANSWER_DAYS})
    add_never_cache_headers(response)
    return response


def thanks(request: HttpRequest, token: str) -> HttpResponse:
    """The receipt with the reference; the address is known only to the browser that sent the report."""
    try:
        reference, mailed = signing.loads(token, salt=THANKS)
    except signing.BadSignature as error:
        raise Http404 from error
    context: dict[str, Any] = {"reference": reference, "mailed": mailed, "days": ANSWER_DAYS}
    response = render(request, "accessibility/thanks.html", context)
    add_never_cache_headers(response)
    return response


def _own_path(value: str) -> str:
    return value[:500] if value.startswith("/") and not value.startswith("//") and value.isprintable() else ""


def _language() -> str:
    return (get_language() or default_language()).split("-")[0]
