"""Headers that Django has no setting for."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed

from cms.api.errors import is_api

#: What no page of ours uses is off for its scripts and frames, too (W3C Permissions Policy).
FEATURES = (
    "accelerometer", "camera", "display-capture", "geolocation", "gyroscope", "magnetometer", "microphone",
    "midi", "payment", "screen-wake-lock", "usb", "xr-spatial-tracking",
)  # fmt: skip

#: The Wagtail admin has inline scripts and styles; nothing of it comes from elsewhere or is sent elsewhere.
ADMIN_POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self' 'unsafe-inline'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'self'",
        "frame-ancestors 'self'",
    )
)


#: Answers of the API are data; a browser that shows one as a page loads and runs nothing.
API_POLICY = "default-src 'none'; frame-ancestors 'none'"


def permissions_policy(*used: str) -> str:
    """Return the policy of a page whose own scripts may ask for the features ``used``; frames never may."""
    return ", ".join(f"{feature}=({'self' if feature in used else ''})" for feature in FEATURES)


class SecurityHeadersMiddleware:
    """Set ``Permissions-Policy``, ``Cross-Origin-Resource-Policy`` and the admin's policy where an answer has none."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method == "TRACE":  # would send back headers that scripts must not read (RFC 9110, 9.3.8)
            return HttpResponseNotAllowed(["GET", "HEAD", "POST", "OPTIONS"])
        response = self.get_response(request)
        if request.method == "POST" and request.path == "/accounts/logout/":
            response.headers["Clear-Site-Data"] = '"cache", "storage"'
        response.headers.setdefault("Permissions-Policy", permissions_policy())
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        if request.path.startswith("/admin/"):  # where django-csp keeps out, as it does from the API
            response.headers.setdefault("Content-Security-Policy", ADMIN_POLICY)
        elif is_api(request):
            response.headers.setdefault("Content-Security-Policy", API_POLICY)
        return response
