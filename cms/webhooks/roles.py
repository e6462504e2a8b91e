"""Who looks after webhooks: the role is that of the integrations."""

from django.utils.translation import gettext_noop

MANAGERS_GROUP = gettext_noop("integration managers")
ROLES = {
    MANAGERS_GROUP: [
        "wagtailadmin.access_admin",
        *(f"webhooks.{action}_webhookendpoint" for action in ("add", "change", "delete", "view")),
    ]
}
