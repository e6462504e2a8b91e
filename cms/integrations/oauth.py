"""OAuth 2.0 for integrations: access tokens by the client credentials grant (RFC 6749, 4.4). django-allauth does the work.

No other grant, no page to agree on, no registration by strangers: clients are set up in the admin.
"""

from __future__ import annotations

from typing import Any

from allauth.idp.oidc.models import Client
from allauth.idp.oidc.views import RevokeView, TokenView
from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path, reverse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from .services import all_scopes


class ClientTokenView(TokenView):
    """Gives a client an access token for an hour."""

    def post(self, request: HttpRequest) -> HttpResponse:
        """Answer with the token, or with an error of RFC 6749, 5.2."""
        if request.POST.get("grant_type") not in (None, Client.GrantType.CLIENT_CREDENTIALS):
            return JsonResponse({"error": "unsupported_grant_type"}, status=400)
        return super().post(request)


@require_safe
@cache_control(public=True, max_age=3600)
def metadata(request: HttpRequest) -> HttpResponse:
    """Say where tokens are given and for which scopes (RFC 8414)."""
    site = settings.SITE_URL.rstrip("/")
    found: dict[str, Any] = {
        "issuer": site,
        "token_endpoint": site + reverse("oauth_token"),
        "revocation_endpoint": site + reverse("oauth_revoke"),
        "grant_types_supported": [str(Client.GrantType.CLIENT_CREDENTIALS)],
        "response_types_supported": [],
        "token_endpoint_auth_methods_supported": list(settings.IDP_OIDC_AUTH_METHODS),
        "scopes_supported": sorted(all_scopes()),
        "service_documentation": f"{site}/api/docs/",
    }
    return JsonResponse(found)


urlpatterns = [
    path("api/oauth/token", ClientTokenView.as_view(), name="oauth_token"),
    path("api/oauth/revoke", RevokeView.as_view(), name="oauth_revoke"),
    path(".well-known/oauth-authorization-server", metadata, name="oauth_metadata"),
]
