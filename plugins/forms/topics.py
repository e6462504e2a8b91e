"""What forms write about."""

from django.utils.translation import gettext_lazy as _

from cms.contracts.notifications import Topic

TOPICS = [
    Topic(
        name="forms",
        title=_("Forms you fill in"),
        description=_("receipts, links to go on later, requests to agree"),
        optional=False,
    )
]
