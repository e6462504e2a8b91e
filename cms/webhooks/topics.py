"""What webhooks write about."""

from django.utils.translation import gettext_lazy as _

from cms.contracts.notifications import Topic
from cms.integrations.roles import MANAGERS_GROUP

TOPICS = [
    Topic(
        name="webhooks",
        title=_("Webhooks"),
        description=_("that messages to your system can't be delivered"),
        optional=False,
        group=MANAGERS_GROUP,
    )
]
