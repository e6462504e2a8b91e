"""What webhooks keep sealed: the secrets that messages are signed with."""

from cms.contracts.sealed import Sealed

PURPOSE = "cms.webhooks.sealing"
SEALED = [Sealed(model="webhooks.WebhookEndpoint", columns={"secret": PURPOSE, "old_secret": PURPOSE})]
