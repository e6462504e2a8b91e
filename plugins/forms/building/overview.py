"""How digital the city is: forms by level, services by what they offer, and what the register lacks."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy

from cms.accounts.rights import scoped_assignments
from cms.plugins.registry import providers

from ..models import Form, FormService, FormVersion

VIEW = "forms.view_form"
_PUBLISHED = FormVersion.objects.filter(state=FormVersion.State.PUBLISHED).values("form")
#: What a form of the register should have: name -> (what is missing, the condition for forms without it).
LACKS = {
    "owner": (gettext_lazy("nobody looks after it"), Q(owner=None)),
    "unit": (gettext_lazy("no unit"), Q(unit=None)),
    "legal_basis": (gettext_lazy("no legal basis"), Q(legal_basis="", purpose=Form.Purpose.APPLICATION)),
    "service": (gettext_lazy("no service"), Q(services=None, purpose=Form.Purpose.APPLICATION)),
    "version": (gettext_lazy("nothing published"), Q(kind=Form.Kind.OWN) & ~Q(pk__in=_PUBLISHED)),
}


def service_choices(reader: Any) -> list[tuple[str, Any]]:
    """Return ("service:12", title) of every service that another plugin offers to ``reader``."""
    found: list[tuple[str, Any]] = []
    for provider in providers("services_to_apply_for").values():
        found += provider(reader)
    return found


def levels(rows: Any, query: str = "") -> list[dict[str, Any]]:
    """Return each digital level with its number of forms, the width of its bar (0-100) and the query that lists them."""
    counts: Counter[int] = Counter()
    for level, number in rows.order_by().values_list("digital_level").annotate(number=Count("pk", distinct=True)):
        counts[level] += number
    top = max([*counts.values(), 1])
    start = f"{query}&" if query else ""
    return [
        {
            "level": level.value,
            "label": level.label,
            "number": counts[level.value],
            "width": round(100 * counts[level.value] / top),
            "query": f"{start}digital_level={level.value}",
        }
        for level in Form.Level
    ]


def gaps(request: HttpRequest) -> HttpResponse:
    """Report the services that are applied for by a PDF alone, those without any form, and what the register lacks.

    Raises PermissionDenied.
    """
    if not (request.user.has_perm(VIEW) or scoped_assignments(request.user, VIEW)):
        raise PermissionDenied
    rows = Form.objects.in_register(request.user).filter(is_active=True)
    context = {**report(request.user), "levels": levels(rows), "lacks": lacks(rows)}
    return render(request, "forms/building/gaps.html", context)


def report(reader: Any) -> dict[str, Any]:
    """Return the services that ``reader`` may see by what they offer: ``paper`` (PDF alone), ``none``, and the numbers."""
    kinds: dict[str, list[Form]] = {}
    rows = FormService.objects.filter(form__is_active=True)
    all_forms = {form.pk: form for form in Form.objects.with_texts().filter(pk__in=rows.values("form"))}
    named = set(Form.objects.in_register(reader).values_list("pk", flat=True))
    changeable = set(Form.objects.changeable_by(reader).values_list("pk", flat=True))
    for form in all_forms.values():
        form.changeable = form.pk in changeable
    for row in rows:
        kinds.setdefault(row.key, []).append(all_forms[row.form_id])
    online = set(Form.objects.offered().filter(kind=Form.Kind.OWN).values_list("pk", flat=True))
    elsewhere = {key for provider in providers("services_applied_elsewhere").values() for key in provider(reader)}
    paper, none, by_link, own = [], [], 0, 0
    for key, title in service_choices(reader):
        found = kinds.get(key, [])
        if any(form.pk in online for form in found):
            own += 1
        elif key in elsewhere or any(form.kind == Form.Kind.LINK for form in found):
            by_link += 1
        elif found:
            paper.append((key, title, [form for form in found if form.pk in named]))
        else:
            none.append((key, title))
    total = own + by_link + len(paper) + len(none)
    return {"paper": paper, "none": none, "own": own, "by_link": by_link, "total": total}


def lacks(rows: Any) -> list[dict[str, Any]]:
    """Return what is missing and how many of ``rows`` it is missing in: ``name``, ``label``, ``number``."""
    found = rows.aggregate(
        **{name: Count("pk", filter=condition, distinct=True) for name, (_label, condition) in LACKS.items()}
    )
    return [{"name": name, "label": label, "number": found[name]} for name, (label, _condition) in LACKS.items()]
