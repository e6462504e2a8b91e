"""Forms where others show them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from django.contrib.auth.models import AnonymousUser
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from cms.access.rules import rule_ids_for
from cms.caching import versions
from cms.contracts.navigation import TourStep

from .models import Form, FormService
from .models.forms import EARLY, FULL, OVER

T = TypeVar("T")


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


def services_with_form(reader: Any) -> set[str]:
    """Return "service:12" of the services that ``reader`` can apply for online now."""

    def read() -> list[tuple[str, datetime | None, datetime | None]]:
        forms = (
            Form.objects.visible_to(reader)
            .offered()
            .exclude(kind=Form.Kind.PDF)
            .exclude(is_full=True, max_submissions__isnull=False)
        )
        rows = FormService.objects.filter(form__in=forms)
        return list(rows.values_list("key", "form__open_from", "form__open_until"))

    now = timezone.now()
    return {
        key
        for key, begins, ends in _remembered("services", reader, read)
        if (not begins or begins <= now) and (not ends or now < ends)
    }


def offered_to(reader: Any) -> set[int]:
    """Return the primary keys of the forms that are offered to ``reader``."""
    return _remembered(
        "offered", reader, lambda: set(Form.objects.visible_to(reader).offered().values_list("pk", flat=True))
    )


def _remembered(name: str, reader: Any, read: Callable[[], T]) -> T:
    """Read once for all blocks and pages, and for all who see the same."""
    rules = ",".join(map(str, sorted(rule_ids_for(reader))))
    return versions.remembered(f"forms.{name} {rules}", read)


def _action(form: Form) -> FormAction:
    summary, closed = form.text("summary"), closed_note(form)
    if form.kind == Form.Kind.LINK and not closed:
        return FormAction(form.title, form.url, online=False, external=True, summary=summary)
    if form.kind == Form.Kind.PDF and not closed:
        return FormAction(form.title, form.document.url, online=False, summary=summary)
    paper = reverse("forms:paper_pdf", args=[form.slug]) if form.kind == Form.Kind.OWN else ""
    return FormAction(form.title, form.get_absolute_url(), not closed, summary=summary, closed=closed, paper=paper)


def closed_note(form: Form) -> str:
    """Return why nobody can apply with a form now, for people; empty when one can."""
    state = form.offer()
    if state == EARLY:
        moment = timezone.localtime(form.open_from)
        values = {"day": date_format(moment, "DATE_FORMAT"), "time": date_format(moment, "TIME_FORMAT")}
        return _("The form opens on %(day)s at %(time)s.") % values
    if state == OVER:
        return form.text("closed_note") or _("The time for this form is over.")
    if state == FULL:
        return form.text("closed_note") or _("As many as possible have been sent already.")
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
