"""What editors are told of."""

from django.utils.translation import gettext_lazy as _

from cms.access.rules import STAFF_GROUP
from cms.contracts.notifications import Topic

from .review_dates import TOPIC

TOPICS = [
    Topic(
        name=TOPIC,
        title=_("Pages to review"),
        description=_("once a week, when pages you answer for are due"),
        group=STAFF_GROUP,
    )
]
