"""Answers with feeds: the same for everybody, signed in or not."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import Resolver404, resolve
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from cms.caching.pages import public_page
from cms.contracts.feeds import FeedContent

from .conditional import answer
from .declared import FORMATS, feeds_of
from .writing import Place, write


@require_safe
@public_page
def feed(request: HttpRequest, place: str, form: str) -> HttpResponse:
    """The feed of the page above this address. Raises Http404 where nobody declares one or the public may see none."""
    path = request.path.removesuffix(f"feed.{form}")
    content = _content(path, form)
    if content is None:
        raise Http404
    where = Place(
        feed_url=request.build_absolute_uri(request.path),
        page_url=request.build_absolute_uri(path),
        absolute=request.build_absolute_uri,
        language=get_language() or "",
    )
    return answer(request, write(form, content, where), f"{FORMATS[form][0]}; charset=utf-8")


def _content(path: str, form: str) -> FeedContent | None:
    try:
        page = resolve(path)
    except Resolver404:
        return None
    declared = next((item for item in feeds_of(page.view_name) if form in item.formats), None)
    return declared.read(*page.args, **page.kwargs) if declared else None


def smoke_paths() -> list[str]:
    """Return feeds that are always there."""
    return [f"/feed.{form}" for form in ("rss", "atom", "json")]
