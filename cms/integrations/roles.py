"""Who looks after integrations, besides superusers."""

from django.utils.translation import gettext_noop

MANAGERS_GROUP = gettext_noop("integration managers")
ROLES = {
    MANAGERS_GROUP: [
        "wagtailadmin.access_admin",
        *(f"integrations.{action}_integration" for action in ("add", "change", "view")),
    ]
}
