"""Tables that no public page shows."""

UNSEEN = ["integrations", "allauth_idp_oidc"]
