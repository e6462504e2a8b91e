"""Forms where others show them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from cms.contracts.navigation import TourStep

from .models import Form, FormService


@dataclass(frozen=True)
class FormAction:
    """A form as something to do.

    ``online``: filled in here, now; ``external``: on another site. A form that is filled in here, but not now, has
    ``closed``: why, for people. ``paper``: address of its empty PDF; ``summary``: which of several forms it is.
    """

    label: str
    url: str
    online: bool
    external: bool = False
    summary: str = ""
    closed: str = ""
    paper: str = ""


def forms_of_service(reader: Any, key: str) -> list[FormAction]:
    """Return the forms that apply for the service ``key`` ("service:12") and that ``reader`` may see.

    First what can be filled in now, then what is on other sites, then PDFs and what is closed; each by title.
    """
    rows = Form.objects.visible_to(reader).offered().filter(services__key=key).with_texts().select_related("document")
    found = [_action(row) for row in rows]
    return sorted(found, key=lambda one: (not one.online, not one.external, bool(one.closed), one.label.casefold()))


def services_with_form(reader: Any, keys: Iterable[str]) -> set[str]:
    """Return those of the services ``keys`` that ``reader`` can apply for online now."""
    now = timezone.now()
    rows = (
        Form.objects.visible_to(reader)
        .offered()
        .exclude(kind=Form.Kind.PDF)
        .filter(Q(open_from=None) | Q(open_from__lte=now), Q(open_until=None) | Q(open_until__gt=now))
    )
    return set(FormService.objects.filter(key__in=list(keys), form__in=rows).values_list("key", flat=True))


def _action(form: Form) -> FormAction:
    summary = form.text("summary")
    if form.kind == Form.Kind.LINK:
        return FormAction(form.title, form.url, online=False, external=True, summary=summary)
    if form.kind == Form.Kind.PDF:
        return FormAction(form.title, form.document.url, online=False, summary=summary)
    closed = closed_note(form)
    paper = reverse("forms:paper_pdf", args=[form.slug])
    return FormAction(form.title, form.get_absolute_url(), not closed, summary=summary, closed=closed, paper=paper)


def closed_note(form: Form) -> str:
    """Return why a form is not open now, for people; empty when it is. Whether it is full only its own page says."""
    now = timezone.now()
    if form.open_from and now < form.open_from:
        moment = timezone.localtime(form.open_from)
        values = {"day": date_format(moment, "DATE_FORMAT"), "time": date_format(moment, "TIME_FORMAT")}
        return _("The form opens on %(day)s at %(time)s.") % values
    if form.open_until and now >= form.open_until:
        return form.text("closed_note") or _("The time for this form is over.")
    return ""


def all_forms(_reader: Any) -> str:
    """Return the path of the list of forms."""
    return reverse("forms:index")


def tour() -> list[TourStep]:
    """Return the step of the demo's tour that shows a form; none without the forms of the demo."""
    form = Form.objects.offered().filter(slug="hund-anmelden").first()
    if form is None:
        return []
    text = _lazy(
        "Questions one after another, each with its rules; it can be saved, printed, and filled in at the counter."
    )
    return [TourStep(title=_lazy("Apply online"), text=text, url=form.get_absolute_url(), order=45)]


def smoke_paths() -> list[str]:
    """Return the pages that are fetched to see whether the forms work."""
    shown = [form.get_absolute_url() for form in Form.objects.visible_to(AnonymousUser()).offered()[:3]]
    return [reverse("forms:index"), reverse("forms:resume"), *shown]
