"""Who looks after integrations looks after their webhooks."""

from cms.integrations.roles import MANAGERS_GROUP

ROLES = {MANAGERS_GROUP: [f"webhooks.{action}_webhookendpoint" for action in ("add", "change", "delete", "view")]}
