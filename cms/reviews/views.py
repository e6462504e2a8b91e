"""What the person outside sees: the draft as the public will, beside it a place for comments and the answer.

The key opens this one version of this one page. Everything else on it is rendered for the public: no private media,
no links to private pages, whoever asked and whoever opens the link.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.core.internal import ratelimit
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_GET, require_POST

from . import services
from .forms import AnswerForm, CommentForm
from .models import OutsideReview
from .places import Place, places_of

#: Wrong keys and drafts read by one network address.
LIMITS = {"wrong_key": "20/m/ip", "draft": "120/m/ip"}
WIDTHS = ("desktop", "phone")
View = Callable[..., HttpResponse]


def _within(request: HttpRequest, action: str) -> bool:
    usage = ratelimit.consume(request, app="reviews", action=action, config=LIMITS, limit_get=True)
    return usage is not None


def opened_by_key(view: View) -> View:
    """Give the view the review of the key; 404 for a made-up key, 410 when the link is over, 429 for too many."""

    @wraps(view)
    def checked(request: HttpRequest, key: str) -> HttpResponse:
        found = services.find(key)
        if found is None:
            if not _within(request, "wrong_key"):
                return _closed(render(request, "429.html", status=429))
            raise Http404
        if not found.is_readable:
            context = {"review": found, "asker": services.asker_of(found)}
            return _closed(render(request, "reviews/over.html", context, status=410))
        if not _within(request, "draft"):
            return _closed(render(request, "429.html", status=429))
        return _closed(view(request, key, found))

    return checked


def _closed(response: HttpResponse) -> HttpResponse:
    """Keep the answer out of caches, search engines and the logs of others."""
    patch_cache_control(response, private=True, no_store=True)
    response["X-Robots-Tag"] = "noindex, nofollow"
    # Not "no-referrer": browsers would send our own forms without their origin, and they would be refused.
    response["Referrer-Policy"] = "strict-origin"
    return response


@require_GET
@opened_by_key
def review(request: HttpRequest, key: str, found: OutsideReview) -> HttpResponse:
    """Show banner, draft, comments and answer."""
    services.opened(review=found)
    return _page(request, key, found)


@require_GET
@xframe_options_sameorigin
@opened_by_key
def draft(request: HttpRequest, key: str, found: OutsideReview) -> HttpResponse:
    """Answer with the page as the public will see it."""
    page = found.revision.as_object()  # type: ignore[union-attr]  # readable reviews have their version
    # Without the request: nothing of whoever opens the link goes into the page.
    shown = page.make_preview_request(preview_mode=page.default_preview_mode)
    if shown.status_code >= 300:
        return render(request, "reviews/no_draft.html", {"review": found})
    return HttpResponse(shown.content, content_type=shown.headers.get("Content-Type"))


@require_POST
@opened_by_key
def comment(request: HttpRequest, key: str, found: OutsideReview) -> HttpResponse:
    """Keep a comment."""
    form = CommentForm(request.POST)
    if form.is_valid():
        try:
            services.comment(review=found, text=form.cleaned_data["text"], block_id=form.cleaned_data["block_id"])
        except ValueError:
            form.add_error("text", _("This comment can't be kept. Please write it into your answer below."))
        except services.NotOpen:
            return redirect("reviews:review", key)
        else:
            messages.success(request, _("Your comment is kept."))
            return redirect("reviews:review", key)
    return _page(request, key, found, comment_form=form, status=400)


@require_POST
@opened_by_key
def answer(request: HttpRequest, key: str, found: OutsideReview) -> HttpResponse:
    """Take the answer."""
    form = AnswerForm(request.POST, has_comments=found.comments.exists())
    if not form.is_valid():
        return _page(request, key, found, answer_form=form, status=400)
    try:
        services.answer(
            review=found, approved=form.cleaned_data["decision"] == "approve", text=form.cleaned_data["text"]
        )
    except services.NotOpen:
        pass  # answered meanwhile: the page says so
    return redirect("reviews:review", key)


def _page(
    request: HttpRequest,
    key: str,
    found: OutsideReview,
    *,
    comment_form: CommentForm | None = None,
    answer_form: AnswerForm | None = None,
    status: int = 200,
) -> HttpResponse:
    comments = list(found.comments.all())
    about = str(comment_form["block_id"].value() or "") if comment_form else None
    places = [Place("", _("The whole page")), *places_of(found.revision)]  # type: ignore[arg-type]
    known = {place.block_id for place in places}
    rows = [
        {
            "place": place,
            "number": number,
            "comments": [one for one in comments if one.block_id == place.block_id],
            "form": comment_form
            if comment_form and about == place.block_id
            else CommentForm(auto_id=False, initial={"block_id": place.block_id}),
            "open": about == place.block_id,
        }
        for number, place in enumerate(places)
    ]
    width = request.GET.get("width")
    context: dict[str, Any] = {
        "review": found,
        "key": key,
        "title": services.title_of(found),
        "asker": services.asker_of(found),
        "rows": rows,
        # Written about a block that the newest version has no longer.
        "elsewhere": [one for one in comments if one.block_id not in known],
        "answer_form": answer_form or AnswerForm(),
        "width": width if width in WIDTHS else WIDTHS[0],
    }
    return render(request, "reviews/review.html", context, status=status)
