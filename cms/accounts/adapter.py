"""How allauth behaves here."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):
    """Accounts are created by the administration; citizens' own registration comes with their portal."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Return whether visitors may register themselves."""
        return False

    def get_login_redirect_url(self, request: HttpRequest) -> Any:
        """Return where a person lands after signing in: who edits starts in the admin, staff in the intranet."""
        from cms.content.models import HomePage

        if request.user.has_perm("wagtailadmin.access_admin"):
            return super().get_login_redirect_url(request)
        return HomePage.portal_url_for(request) or super().get_login_redirect_url(request)
