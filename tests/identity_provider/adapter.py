"""Adds the person's groups to the claims, as directory services do."""

from typing import Any

from allauth.idp.oidc.adapter import DefaultOIDCAdapter


class GroupsAdapter(DefaultOIDCAdapter):
    """Claims with groups."""

    def get_claims(self, purpose: Any, user: Any, client: Any, scopes: Any, email: Any = None, **kwargs: Any) -> Any:
        """Return the usual claims and the names of the groups."""
        claims = super().get_claims(purpose, user, client, scopes, email=email, **kwargs)
        claims["groups"] = sorted(user.groups.values_list("name", flat=True))
        return claims
