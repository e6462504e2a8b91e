"""What receivers fetch: the schema of a form's answers, and files that were handed over as links."""

from __future__ import annotations

from urllib.parse import quote

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from cms.sealing import Unreadable

from ..definition.schema import schema as schema_of
from ..filling import guard
from ..filling.files import NotChecked, read_checked
from ..filling.opening import definition_of
from ..models import Form, FormVersion
from .packing import handed_file


@require_safe
def schema(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """The JSON Schema of the answers to a version that was published once; ``fields``: of these only.

    Raises Http404, also for what is internal.
    """
    if number >= 2**31:
        raise Http404
    form = get_object_or_404(Form.objects.visible_to(request).with_texts(), slug=slug)
    version = get_object_or_404(form.versions.exclude(state=FormVersion.State.DRAFT), number=number)
    definition = definition_of(version)
    answer = JsonResponse(
        schema_of(
            definition,
            title=form.title,
            language=definition.languages[0],
            only=frozenset(request.GET.get("fields", "").split()) or None,
        ),
        json_dumps_params={"ensure_ascii": False, "indent": 2},
    )
    answer["Content-Type"] = "application/schema+json"
    return answer


@require_safe
def file(request: HttpRequest, token: str) -> HttpResponse:
    """A file of a submission for the system it was handed over to. Raises Http404 when the link is over."""
    row = handed_file(token)
    if row is None:
        raise Http404
    try:
        content, name = read_checked(row), row.name
    except (NotChecked, Unreadable, OSError) as error:
        raise Http404 from error
    response = guard.closed(HttpResponse(content, content_type="application/octet-stream"))
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    return response
