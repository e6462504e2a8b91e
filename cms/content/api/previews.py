"""Drafts by API, for a front end of its own: by a link that an editor makes and that ends after a day."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response
from wagtail.models import Page

from cms.accounts.models import User
from cms.api.views import ReadView

from .pages import PageDetailSerializer, rows, with_surroundings

SALT = "cms.content.api.previews"
VALID_FOR = timedelta(days=1)


def token_for(page: Page, editor: Any) -> str:
    """Return the secret of a link to the draft of ``page``, valid for a day and as long as ``editor`` may edit it."""
    return signing.dumps({"page": page.pk, "editor": editor.pk}, salt=SALT)


def draft_of(token: str) -> Page | None:
    """Return the newest draft that ``token`` opens, None for a made-up or old one, and when the right has ended."""
    try:
        said = signing.loads(token, salt=SALT, max_age=VALID_FOR)
    except signing.BadSignature:
        return None
    page = Page.objects.filter(pk=said["page"]).first()
    editor = User.objects.filter(pk=said["editor"], is_active=True).first()
    if page is None or editor is None or not page.permissions_for_user(editor).can_edit():
        return None
    return page.get_latest_revision_as_object()


class PreviewView(ReadView):
    """A draft as the page would say it, to whoever has the link. What stands around it is what the public sees."""

    is_conditional = False

    @extend_schema(responses=PageDetailSerializer)
    def get(self, request: Request, token: str) -> Response:
        """Return the draft; 404 when the link is none, or over."""
        draft = draft_of(token)
        if draft is None:
            raise NotFound
        draft.specific_page = draft
        draft.summary = getattr(draft, "summary", "")
        above = draft.get_parent()
        draft.parent_id = rows(None).filter(pk=above.pk).values_list("pk", flat=True).first() if above else None
        with_surroundings(draft, None)
        answer = Response(self._shown(draft, request))
        answer.headers["Cache-Control"] = "private, no-store"
        return answer

    def _shown(self, draft: Page, request: Request) -> Any:
        from cms.api.serializers import read_references

        serializer = PageDetailSerializer(draft, context={"request": request, "referenced": {}, "expand": ()})
        read_references([draft], serializer, None)
        return serializer.data


@require_safe
def preview_link(request: HttpRequest, page_id: int) -> HttpResponse:
    """Show an editor the address of the draft in the API. Raises Http404 for a page the editor may not edit."""
    page = get_object_or_404(Page, pk=page_id)
    if not page.permissions_for_user(request.user).can_edit():
        return HttpResponse(status=404)
    address = request.build_absolute_uri(reverse("api_preview", args=[token_for(page, request.user)]))
    return render(request, "content/admin/preview_link.html", {"page": page, "address": address})
