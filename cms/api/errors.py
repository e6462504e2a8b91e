"""One shape of all errors: problem details (RFC 9457)."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.exceptions import ValidationError as DjangoValidationError
from django.http import Http404, HttpRequest, JsonResponse
from django.utils.encoding import force_str
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from rest_framework import exceptions, status
from rest_framework.fields import get_error_detail
from rest_framework.response import Response

MEDIA_TYPE = "application/problem+json"
#: The kinds of problems, with what each means; shown at the address that ``type`` names.
PROBLEMS = {
    "invalid": _("What was sent is not right. “errors” names each place and the reason."),
    "unknown-parameter": _("The address has a parameter that doesn't exist here; perhaps it is misspelled."),
    "not-signed-in": _("Nobody is signed in, or the key or token is wrong, expired or withdrawn."),
    "forbidden": _("Who asks may not do this."),
    "insufficient-scope": _("The key or token lacks a scope that this needs; “WWW-Authenticate” names it."),
    "not-found": _("There is nothing at this address, or nothing that the one who asks may see."),
    "method-not-allowed": _("This address doesn't know the method."),
    "not-acceptable": _("The answer can't be given in the demanded form; the API speaks JSON."),
    "conflict": _(
        "The state of things forbids it now: somebody edits it, or the same request is still being answered."
    ),
    "changed-meanwhile": _("It is no longer as “If-Match” says; read it again and decide anew."),
    "idempotency-key-reused": _("The Idempotency-Key was used for another request in the last 24 hours."),
    "too-large": _("What was sent is too large."),
    "unsupported-media-type": _("What was sent has a form that is not read here; the API reads JSON."),
    "too-many-requests": _("Too many requests in a short time; “Retry-After” says in how many seconds to go on."),
    "unavailable": _("The service is away for a moment."),
    "server-error": _("Something broke on our side; it was noted."),
}
#: What each is called in a word or two; a program goes by "code".
TITLES = {
    "invalid": _("Not right"),
    "unknown-parameter": _("Unknown parameter"),
    "not-signed-in": _("Not signed in"),
    "forbidden": _("Not allowed"),
    "insufficient-scope": _("Scope missing"),
    "not-found": _("Not found"),
    "method-not-allowed": _("Method not known here"),
    "not-acceptable": _("Form of the answer not known"),
    "conflict": _("Not now"),
    "changed-meanwhile": _("Changed meanwhile"),
    "idempotency-key-reused": _("Idempotency-Key used before"),
    "too-large": _("Too large"),
    "unsupported-media-type": _("Form not read here"),
    "too-many-requests": _("Too many requests"),
    "unavailable": _("Away for a moment"),
    "server-error": _("Broken on our side"),
}
BY_STATUS = {
    400: "invalid", 401: "not-signed-in", 403: "forbidden", 404: "not-found", 405: "method-not-allowed",
    406: "not-acceptable", 409: "conflict", 412: "changed-meanwhile", 413: "too-large", 415: "unsupported-media-type", 422: "invalid",
    429: "too-many-requests", 503: "unavailable",
}  # fmt: skip


class UnknownParameter(exceptions.ValidationError):
    """The address has a parameter that the view doesn't know."""

    default_code = "unknown-parameter"


class Conflict(exceptions.APIException):
    """The state of things forbids it (409)."""

    status_code = status.HTTP_409_CONFLICT
    default_code = "conflict"


class ChangedMeanwhile(exceptions.APIException):
    """The thing is not the one that If-Match names (412; RFC 9110, section 13.1.1)."""

    status_code = status.HTTP_412_PRECONDITION_FAILED
    default_code = "changed-meanwhile"
    default_detail = PROBLEMS["changed-meanwhile"]


class KeyReused(exceptions.APIException):
    """An Idempotency-Key came with another request before (422)."""

    status_code = status.HTTP_422_UNPROCESSABLE_ENTITY
    default_code = "idempotency-key-reused"
    default_detail = PROBLEMS["idempotency-key-reused"]


class TooLarge(exceptions.APIException):
    """The body is larger than API_MAX_BODY (413)."""

    status_code = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE
    default_code = "too-large"
    default_detail = PROBLEMS["too-large"]


class InsufficientScope(exceptions.PermissionDenied):
    """The key lacks the scopes ``needed``; the challenge names them (RFC 6750, section 3.1)."""

    default_code = "insufficient-scope"

    def __init__(self, *needed: str) -> None:
        words = " ".join(sorted(needed))
        super().__init__(gettext("The key needs the scope %(scope)s.") % {"scope": words})
        self.auth_header = f'Bearer realm="api", error="insufficient_scope", scope="{words}"'


class NotModified(exceptions.APIException):
    """The caller has the current answer (304). No error; raised because it ends the work early."""

    status_code = status.HTTP_304_NOT_MODIFIED


def problem(code: str, number: int, detail: str = "", errors: list[dict[str, str]] | None = None) -> dict[str, Any]:
    """Return the body of an error: ``code`` of :data:`PROBLEMS`, status ``number``, words for people, places in the input.

    ``errors``: dicts with "pointer" (JSON pointer, RFC 6901) or "parameter", "detail" and "code".
    """
    return {
        "type": f"{settings.SITE_URL.rstrip('/')}/api/problems/#{code}",
        "title": str(TITLES[code]),
        "status": number,
        "detail": detail or str(PROBLEMS[code]),
        "code": code,
        **({"errors": errors} if errors else {}),
    }


def problem_response(request: HttpRequest, code: str, number: int, detail: str = "") -> JsonResponse:
    """Return an error outside of the views of the API: unknown addresses, a database that is away."""
    return JsonResponse(
        problem(code, number, detail), status=number, content_type=MEDIA_TYPE, json_dumps_params={"ensure_ascii": False}
    )


def is_api(request: HttpRequest) -> bool:
    """Return whether a program asks, to which errors are said as problem details."""
    return request.path.startswith("/api/") and request.path != "/api/problems/"


def handle(error: Exception, context: dict[str, Any]) -> Response | None:
    """Return the answer to what a view raised, None for what nobody expected. An EXCEPTION_HANDLER of DRF."""
    if isinstance(error, Http404):
        error = exceptions.NotFound()
    elif isinstance(error, PermissionDenied):
        error = exceptions.PermissionDenied()
    elif isinstance(error, DjangoValidationError):
        error = exceptions.ValidationError(get_error_detail(error))
    if not isinstance(error, exceptions.APIException):
        return None
    if isinstance(error, NotModified):
        return Response(status=304)
    headers = {}
    if challenge := getattr(error, "auth_header", ""):
        headers["WWW-Authenticate"] = challenge
    if wait := getattr(error, "wait", None):
        headers["Retry-After"] = str(math.ceil(wait))
    number = error.status_code
    code = error.default_code if error.default_code in PROBLEMS else BY_STATUS.get(number, "invalid")
    if isinstance(error, exceptions.ValidationError):
        body = problem(code, number, errors=list(_places(error.detail, "", is_query(context["request"]))))
    else:
        body = problem(code, number, force_str(error.detail))
    return Response(body, status=number, headers=headers, content_type=MEDIA_TYPE)


def is_query(request: Any) -> bool:
    """Return whether the input of a request is in its address."""
    return request.method in ("GET", "HEAD", "OPTIONS", "DELETE")


def _places(detail: Any, place: str, in_query: bool) -> Iterator[dict[str, str]]:
    """Yield each reason with the place in the input it is about."""
    if isinstance(detail, dict):
        for name, inner in detail.items():
            step = "" if name == "non_field_errors" else f"/{str(name).replace('~', '~0').replace('/', '~1')}"
            yield from _places(inner, place + step, in_query)
    elif isinstance(detail, list):
        for number, inner in enumerate(detail):
            yield from _places(inner, f"{place}/{number}" if isinstance(inner, (dict, list)) else place, in_query)
    else:
        where = {"parameter": place.split("/")[1] if place else ""} if in_query else {"pointer": place}
        yield {**where, "detail": force_str(detail), "code": getattr(detail, "code", "invalid")}
