"""Outside reviews as editors see them: who was asked, what was said, asking and ending."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from wagtail.models import Page

from cms.access.models import PageAccess

from . import locking, services
from .forms import AskForm, LockForm
from .models import OutsideComment, OutsideReview


def _page_to_edit(request: HttpRequest, pk: int) -> Page:
    page = get_object_or_404(Page, pk=pk, depth__gt=1)
    if not page.permissions_for_user(request.user).can_edit():
        raise PermissionDenied
    return page.specific


def outside_reviews(request: HttpRequest, page_pk: int) -> HttpResponse:
    """List the reviews of a page and ask somebody. Raises PermissionDenied for those who may not edit the page."""
    page = _page_to_edit(request, page_pk)
    form = AskForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        services.ask(page=page, by=request.user, **form.cleaned_data)
        messages.success(request, _("%(name)s was asked. The mail with the link is on its way.") % form.cleaned_data)
        return redirect("outside_reviews", page.pk)
    rows = page.outside_reviews.select_related("asked_by", "revision").prefetch_related("comments")
    newest = page.get_latest_revision()
    reviews = [{"row": row, "asker": services.asker_of(row), "outdated": _outdated(row, newest)} for row in rows]
    readers = PageAccess.objects.filter(page_id=page.pk).values_list("rule__clauses", flat=True).first()
    context = {"page": page, "form": form, "reviews": reviews, "is_private": bool(readers)}
    return render(request, "reviews/outside_reviews.html", context, status=400 if form.errors else 200)


def _outdated(row: OutsideReview, newest: Any) -> bool:
    """Return whether the draft reads otherwise than the version the person got."""
    if row.revision is None or newest is None or row.revision_id == newest.pk:
        return False
    return not services.same_text(row.revision.content, newest.content)


@require_POST
def decide(request: HttpRequest, page_pk: int, pk: int, deed: str) -> HttpResponse:
    """Withdraw a review, or show the person the newest version."""
    page = _page_to_edit(request, page_pk)
    review = get_object_or_404(OutsideReview, pk=pk, page=page)
    if deed == "withdraw":
        services.withdraw(review=review, by=request.user)
        messages.success(request, _("The link no longer shows anything."))
    elif deed == "again":
        services.ask_again(review=review, by=request.user)
        messages.success(request, _("%(name)s gets a link to the newest version.") % {"name": review.name})
    else:
        raise Http404
    return redirect("outside_reviews", page.pk)


@require_POST
def tick_off(request: HttpRequest, pk: int, deed: str) -> HttpResponse:
    """Mark a comment as done, or open it again."""
    comment = get_object_or_404(OutsideComment.objects.select_related("review__page"), pk=pk)
    services.resolve(comment=comment, by=request.user, resolved=deed == "done")
    return redirect("outside_reviews", comment.review.page_id)


def signed_in_again(request: HttpRequest) -> HttpResponse:
    """Send people who signed in in a new tab back to the one that holds what they typed."""
    return render(request, "reviews/signed_in_again.html")


def lock(request: HttpRequest, page_pk: int) -> HttpResponse:
    """Lock a page and say why, or say it of a page that is locked. Raises PermissionDenied for those who may not."""
    page = get_object_or_404(Page, pk=page_pk, depth__gt=1).specific
    if not locking.may_lock(page=page, user=request.user):
        raise PermissionDenied
    form = LockForm(request.POST or None, initial={"reason": locking.reason_of(page)})
    if form.is_valid():
        locking.lock(page=page, by=request.user, reason=form.cleaned_data["reason"])
        messages.success(request, _("The page is locked, and who opens it reads why."))
        return redirect("wagtailadmin_pages:edit", page.pk)
    return render(request, "reviews/lock.html", {"page": page, "form": form}, status=400 if form.errors else 200)
