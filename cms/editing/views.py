"""Page care: everything that concerns the state of one page, and the reports over all of them."""

from __future__ import annotations

from datetime import date, timedelta

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import F, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from wagtail.models import Page

from cms.visits import counting, figures
from cms.visits.models import PageDay

from . import duplicates, review_dates
from .checking.checker import check, policy, remember
from .forms import ReviewForm
from .links import services as links
from .listing import download, editable_pages, portion
from .models import EditingPolicy, ExternalAddress, PageCheck, PageLink, PageReview
from .uses import used_below, used_by

DAYS = 30


def _page(request: HttpRequest, page_id: int) -> Page:
    page = get_object_or_404(Page, pk=page_id, depth__gt=1)
    if not page.permissions_for_user(request.user).can_edit():
        raise PermissionDenied
    return page


def _back(request: HttpRequest, page_id: int) -> HttpResponse:
    target = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(target, {request.get_host()}, request.is_secure()):
        return redirect(target)
    return redirect("editing_page", page_id)


def page_care(request: HttpRequest, page_id: int, form: ReviewForm | None = None) -> HttpResponse:
    """Show what there is to know about the state of a page. Raises Http404, PermissionDenied."""
    page = _page(request, page_id)
    own = PageReview.objects.filter(page=page).select_related("owner", "unit").first()
    care = review_dates.Inheritance().care(page.path, own)
    draft = page.get_latest_revision_as_object()
    report = check(draft)
    counting.flush()
    outgoing = PageLink.objects.filter(page=page).select_related("address")
    context = {
        "page": page,
        "draft": draft,
        "report": report,
        "own": own,
        "care": care,
        "today": timezone.localdate(),
        "form": form or ReviewForm(instance=own),
        "links": [link for link in outgoing if link.problem or (link.address and link.address.state in _UNSOUND)],
        "link_count": len(outgoing),
        "similar": duplicates.of_page(draft, request.user),
        "uses": used_by(page, request.user),
        "used_below": used_below(page),
        "figures": figures.of_page(page.pk, DAYS),
        "chart": figures.chart(page.pk, DAYS),
        "days": DAYS,
    }
    return render(request, "editing/page.html", context)


_UNSOUND = {ExternalAddress.State.BROKEN, ExternalAddress.State.TROUBLE, ExternalAddress.State.REFUSED}


@require_POST
def set_review(request: HttpRequest, page_id: int) -> HttpResponse:
    """Store who answers for a page; what was typed comes back with the errors. Raises Http404, PermissionDenied."""
    page = _page(request, page_id)
    form = ReviewForm(request.POST, instance=PageReview.objects.filter(page=page).first())
    if not form.is_valid():
        return page_care(request, page_id, form)
    try:
        review_dates.set_review(page=page, user=request.user, **{name: form.cleaned_data[name] for name in form.fields})
    except ValidationError as error:
        form.add_error(None, error)
        return page_care(request, page_id, form)
    messages.success(request, _("Stored."))
    return redirect("editing_page", page_id)


@require_POST
def confirm(request: HttpRequest, page_id: int) -> HttpResponse:
    """Note that a page is still right. Raises Http404, PermissionDenied."""
    page = _page(request, page_id)
    review = review_dates.confirm(page=page, user=request.user)
    messages.success(
        request,
        _("“%(page)s” was reviewed today. Next review: %(day)s.")
        % {"page": page.title, "day": review.next_on.strftime("%d.%m.%Y")},
    )
    return _back(request, page_id)


def reviews(request: HttpRequest) -> HttpResponse:
    """List the review dates; ``whose`` and ``state`` choose, ``format=csv`` downloads."""
    today = timezone.localdate()
    state = request.GET.get("state") if request.GET.get("state") in ("overdue", "soon", "all") else "soon"
    whose = "mine" if request.GET.get("whose") == "mine" else ""
    soon = today + timedelta(days=policy().remind_days)
    until = {"overdue": today - timedelta(days=1), "soon": soon, "all": date.max}[state]
    rows = review_dates.due(until).filter(page__in=editable_pages(request.user))
    inherited = review_dates.Inheritance()
    shown = [(row, inherited.care(row.page.path, row)) for row in rows]
    if whose:
        accounts = review_dates.accounts_of(request.user)
        shown = [item for item in shown if review_dates.is_work_of(accounts, item[1])]
    if request.GET.get("format") == "csv":
        header = [_("Page"), _("Address"), _("Owner"), _("Office"), _("Next review"), _("Last reviewed")]
        return download(
            "reviews",
            header,
            (
                [row.page.title, row.page.get_url(request), care.owner, care.unit, row.next_on, row.last_on]
                for row, care in shown
            ),
        )
    context = {
        "rows": portion(request, shown),
        "today": today,
        "state": state,
        "whose": whose,
        "states": [("soon", _("due soon or overdue")), ("overdue", _("overdue")), ("all", _("all"))],
        "whose_choices": [("", _("everybody's")), ("mine", _("mine, and those I stand in for"))],
    }
    return render(request, "editing/reviews.html", context)


def broken_links(request: HttpRequest) -> HttpResponse:
    """List the links that lead nowhere; ``show`` chooses, ``format=csv`` downloads."""
    show = request.GET.get("show") if request.GET.get("show") in _LINKS else "broken"
    rows = PageLink.objects.filter(_LINKS[show], page__in=editable_pages(request.user)).select_related(
        "page", "address"
    )
    rows = rows.order_by("page__title", "pk")
    if request.GET.get("format") == "csv":
        header = [_("Page"), _("Place"), _("Text"), _("Target"), _("Problem"), _("checked")]
        return download(
            "links",
            header,
            (
                [
                    row.page.title,
                    row.place,
                    row.text,
                    _address(row),
                    _problem(row),
                    row.address and row.address.checked_at,
                ]
                for row in rows
            ),
        )
    context = {
        "rows": portion(request, rows),
        "show": show,
        "choices": [
            ("broken", _("broken")),
            ("trouble", _("did not answer lately")),
            ("refused", _("can't be checked")),
            ("moved", _("moved for good")),
            ("ignored", _("ignored")),
        ],
        "waiting": ExternalAddress.objects.filter(state=ExternalAddress.State.NEW, links__isnull=False)
        .distinct()
        .count(),
    }
    return render(request, "editing/links.html", context)


_LINKS = {
    "broken": links.BROKEN & Q(ignored=False),
    "trouble": Q(address__state=ExternalAddress.State.TROUBLE, ignored=False),
    "refused": Q(address__state=ExternalAddress.State.REFUSED, ignored=False),
    "moved": ~Q(address__moved_to="") & Q(address__isnull=False, ignored=False),
    "ignored": Q(ignored=True),
}


def _address(link: PageLink) -> str:
    return link.address.url if link.address else link.target


def _problem(link: PageLink) -> str:
    if link.problem or link.address is None:
        return link.get_problem_display()
    return f"{link.address.get_state_display()} {link.address.status or ''} {link.address.reason_text}".strip()


@require_POST
def decide_link(request: HttpRequest, pk: int) -> HttpResponse:
    """Check a link again, ignore it or not. Raises Http404, PermissionDenied."""
    link = get_object_or_404(PageLink.objects.select_related("page"), pk=pk)
    action = request.POST.get("action")
    if action == "again":
        links.check_again(link=link, user=request.user)
        messages.success(request, _("Checked.") if not link.address_id else _("Is checked within ten minutes."))
    elif action in ("ignore", "mind"):
        links.ignore(link=link, user=request.user, ignored=action == "ignore")
        messages.success(request, _("Ignored.") if action == "ignore" else _("In the report again."))
    return _back(request, link.page_id)


def findings(request: HttpRequest) -> HttpResponse:
    """List pages by what the checks found; ``rule`` chooses, ``format=csv`` downloads."""
    labels = {name: EditingPolicy._meta.get_field(name).verbose_name for name in EditingPolicy.RULES}
    rule = request.GET.get("rule") if request.GET.get("rule") in labels else ""
    rows = PageCheck.objects.filter(page__in=editable_pages(request.user)).select_related("page")
    rows = rows.filter(**{f"rules__{rule}__gt": 0}) if rule else rows.filter(Q(warnings__gt=0) | Q(blocking__gt=0))
    rows = rows.order_by("-blocking", F("warnings").desc(), "page__title")
    if request.GET.get("format") == "csv":
        header = [_("Page"), _("keeps from publishing"), _("hints"), _("Readability"), _("Rules")]
        return download(
            "findings",
            header,
            (
                [
                    row.page.title,
                    row.blocking,
                    row.warnings,
                    row.readability,
                    ", ".join(str(labels.get(name, name)) for name in row.rules),
                ]
                for row in rows
            ),
        )
    shown = portion(request, rows)
    for row in shown:
        row.rule_labels = [(labels.get(name, name), number) for name, number in row.rules.items()]
    return render(request, "editing/findings.html", {"rows": shown, "rule": rule, "rules": labels.items()})


def copies(request: HttpRequest) -> HttpResponse:
    """List pairs that say nearly the same, among what the reader may see."""
    if not editable_pages(request.user).exists():
        raise PermissionDenied
    return render(request, "editing/copies.html", {"pairs": duplicates.pairs(request.user)})


def visits(request: HttpRequest) -> HttpResponse:
    """Show which pages are read and which fail people; ``days`` chooses, ``format=csv`` downloads."""
    chosen = request.GET.get("days", "")
    days = int(chosen) if chosen in map(str, figures.PERIODS) else DAYS
    counting.flush()
    rows = PageDay.objects.filter(page__in=editable_pages(request.user))
    most = figures.most_read(rows, days)
    if request.GET.get("format") == "csv":
        header = [_("Page"), _("Views"), _("Read on"), _("Found it"), _("Did not find it")]
        return download(
            "visits",
            header,
            (
                [row["page__title"], row["total"], row["further"], row["yes"], row["no"]]
                for row in figures.most_read(rows, days, 5000)
            ),
        )
    context = {
        "days": days,
        "periods": figures.PERIODS,
        "all": figures.of_pages(rows, days),
        "most": most,
        "failing": figures.without_success(rows, days),
        "top": most[0]["total"] if most else 0,
    }
    return render(request, "editing/visits.html", context)


@require_POST
def check_page(request: HttpRequest, page_id: int) -> HttpResponse:
    """Check a page anew and store the numbers. Raises Http404, PermissionDenied."""
    page = _page(request, page_id)
    remember(page, check(page.get_latest_revision_as_object()))
    if page.live:
        links.store_links(page.specific)
    return redirect(reverse("editing_page", args=[page_id]))
