"""What forms write about."""

from django.utils.translation import gettext_lazy as _

from cms.contracts.notifications import Topic

TOPICS = [
    Topic(
        name="forms",
        title=_("Forms you fill in"),
        description=_("receipts, links to go on later, requests to agree"),
        optional=False,
    ),
    Topic(
        name="form_hand_overs",
        title=_("Hand-overs of forms"),
        description=_("submissions of your forms that did not reach the system they go to"),
        optional=False,
    ),
]
