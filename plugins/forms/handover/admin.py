"""Hand-overs in the Wagtail admin: what is on its way, what was given up, and where each form goes."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, time, timedelta
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Page, Paginator
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.db.models.functions import TruncDate
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from cms.accounts.rights import may, scoped_assignments
from cms.theming.charts import Columns, Series

from ..models import Form, HandOver, HandOverTarget
from ..models.handovers import VIEW
from . import services
from .back_ends import back_ends
from .forms import KindForm, ListFilter, TargetForm

State = HandOver.State
DAYS, SHOWN = 14, 50


def hand_overs(request: HttpRequest) -> HttpResponse:
    """The list with figures and a chart; for those with the right, in the city, in units, or as a form's owner."""
    visible = HandOver.objects.visible_to(request)
    user: Any = request.user
    owns = Form.objects.filter(owner=user).exists()
    if not (user.has_perm(VIEW) or scoped_assignments(user, VIEW) or owns):
        raise PermissionDenied
    chosen = ListFilter(request.GET or None, forms=_forms(visible))
    rows = visible.select_related("submission__version__form__unit", "submission__case", "target")
    rows = rows.prefetch_related("submission__version__form__texts")
    counts: Counter[str] = Counter(dict(visible.values_list("state").annotate(Count("pk")).order_by()))
    number = sum(counts.values())
    if chosen.is_valid():
        values = chosen.cleaned_data
        rows, number = _chosen(rows, values), _number(visible, values, counts)
    page = _page(rows.order_by("-created_at", "-pk"), request.GET.get("p"), number)
    for row in page.object_list:
        row.may_retry = row.state == State.GIVEN_UP and may(user, services.RIGHT, row.submission.version.form)
    context = {
        "days": by_day(visible),
        "chosen": chosen,
        "rows": page,
        "figures": [(State(state).label, counts[state]) for state in State.values],
        "given_up": counts[State.GIVEN_UP],
        "may_retry": user.has_perm(services.RIGHT) or bool(scoped_assignments(user, services.RIGHT)),
        "now": timezone.now(),
        "query": _query(request),
    }
    return render(request, "forms/handover/list.html", context)


def _page(rows: QuerySet[HandOver], asked: str | None, number: int) -> Page:
    """Return a page of ``number`` rows: first its keys, then only their rows with all that hangs on them."""
    pages = Paginator(rows.select_related(None).prefetch_related(None).values_list("pk", flat=True), SHOWN)
    pages.count = number  # known already: counting again reads every row
    page = pages.get_page(asked)
    page.object_list = list(rows.filter(pk__in=list(page.object_list)))
    return page


def _of_form(form: Any) -> tuple[Q, Q]:
    """Return two conditions, of which one holds for hand-overs of a form: each is found by an index, both at once by none.

    The first is for all that have a target; only what a rule sent to a target that is not there has none.
    """
    return Q(target__form=form), Q(target=None, submission__version__form=form)


def _forms(visible: QuerySet[HandOver]) -> list[tuple[str, str]]:
    with_target, without = (Exists(visible.order_by().filter(one)) for one in _of_form(OuterRef("pk")))
    forms = Form.objects.filter(with_target | without).with_texts()
    return sorted(((str(form.pk), form.title) for form in forms), key=lambda pair: pair[1].casefold())


def _number(visible: QuerySet[HandOver], values: dict[str, Any], counts: Counter[str]) -> int:
    """Return how many are listed."""
    if not values["form"]:
        return counts[values["state"]] if values["state"] else sum(counts.values())
    rows = visible.filter(state=values["state"]) if values["state"] else visible
    return sum(rows.filter(one).count() for one in _of_form(values["form"]))


def _chosen(rows: QuerySet[HandOver], values: dict[str, Any]) -> QuerySet[HandOver]:
    if values["state"]:
        rows = rows.filter(state=values["state"])
    if values["form"]:
        rows = rows.filter(submission__version__form=values["form"])
    return rows


def _query(request: HttpRequest) -> str:
    """Return what was chosen, for the links to other pages of the list."""
    query = request.GET.copy()
    query.pop("p", None)
    return query.urlencode()


def by_day(rows: QuerySet[HandOver]) -> Columns:
    """Return, for two weeks, how many were handed over and how many not."""
    today = timezone.localdate()
    days = [today - timedelta(days=number) for number in reversed(range(DAYS))]
    first = timezone.make_aware(datetime.combine(days[0], time.min))  # not a cast of the column: there is an index
    dated = rows.filter(created_at__gte=first).annotate(day=TruncDate("created_at"))
    done = Count("pk", filter=Q(state=State.DONE))
    counted = dated.values_list("day").annotate(done=done, every=Count("pk")).order_by()
    found = {day: (done, every - done) for day, done, every in counted}
    pairs = [found.get(day, (0, 0)) for day in days]
    return Columns(
        _("Day"),
        [(date_format(day, "SHORT_DATE_FORMAT"), day.strftime("%d.%m.")) for day in days],
        [
            Series(_("handed over"), [done for done, _rest in pairs]),
            Series(_("waiting or given up"), [rest for _done, rest in pairs]),
        ],
    )


@require_POST
def retry(request: HttpRequest) -> HttpResponse:
    """Send again what was given up: "hand_over" alone, or everything the reader may."""
    rows = HandOver.objects.visible_to(request)
    one = request.POST.get("hand_over", "")
    if one:
        if not one.isascii() or not one.isdigit() or len(one) > 18:
            raise Http404
        rows = rows.filter(pk=int(one))
    number = services.retry(rows=rows, by=request.user)
    if number:
        words = ngettext("One submission is sent again.", "%(count)s submissions are sent again.", number)
        messages.success(request, words % {"count": number})
    else:
        messages.warning(
            request, _("There is nothing to send again: either somebody was quicker, or the target is missing.")
        )
    return redirect("form_hand_overs")


def _form(request: HttpRequest, pk: int) -> Form:
    """Return a form for whoever may set up where it goes. Raises PermissionDenied, Http404."""
    form = get_object_or_404(Form.objects.select_related("unit").with_texts(), pk=pk)
    if not may(request.user, services.TARGETS, form):
        raise PermissionDenied
    return form


def targets(request: HttpRequest, pk: int) -> HttpResponse:
    """Where submissions of one form go; a new target begins with its way."""
    form = _form(request, pk)
    ways = back_ends()
    rows = list(form.targets.annotate(given_up=Count("hand_overs", filter=Q(hand_overs__state=State.GIVEN_UP))))
    for row in rows:
        row.way = ways[row.back_end].label if row.back_end in ways else row.back_end
    return render(request, "forms/handover/targets.html", {"record": form, "rows": rows, "kinds": KindForm()})


def target(request: HttpRequest, pk: int, number: int | None = None) -> HttpResponse:
    """Set up one target: a new one of the way ``?back_end=``, or an old one. Raises Http404 for a way that is not there."""
    form = _form(request, pk)
    row = get_object_or_404(form.targets, pk=number) if number else None
    way = back_ends().get(row.back_end if row else request.GET.get("back_end", ""))
    if way is None:
        raise Http404
    shown = TargetForm(request.POST or None, way=way, target=row)
    if request.method == "POST":
        if row and request.POST.get("deed") == "delete":
            return _delete(request, form, row)
        if shown.is_valid() and _save(request, form, way.name, row, shown):
            messages.success(request, _("The target is stored."))
            return redirect("form_targets", form.pk)
    return render(request, "forms/handover/target.html", {"record": form, "form": shown, "way": way, "target": row})


def _save(request: HttpRequest, form: Form, way: str, row: HandOverTarget | None, shown: TargetForm) -> bool:
    try:
        services.save_target(form=form, back_end=way, target=row, by=request.user, **shown.values())
    except ValidationError as error:
        shown.take(error)
        return False
    return True


def _delete(request: HttpRequest, form: Form, row: HandOverTarget) -> HttpResponse:
    try:
        services.delete_target(target=row, by=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("form_target", form.pk, row.pk)
    messages.success(request, _("The target is deleted."))
    return redirect("form_targets", form.pk)
