"""What reviews write about."""

from django.utils.translation import gettext_lazy as _

from cms.access.rules import STAFF_GROUP
from cms.contracts.notifications import Topic

TOPICS = [
    Topic(
        name="outside_review",
        title=_("Drafts to review from outside"),
        description=_("the link with which you read a draft"),
        optional=False,
    ),
    Topic(
        name="outside_answer",
        title=_("Answers from outside"),
        description=_("somebody outside has approved your draft or wants changes"),
        group=STAFF_GROUP,
    ),
    Topic(
        name="approval",
        title=_("Pages that wait for you"),
        description=_("a page was submitted and you may approve it, also instead of somebody absent"),
        group=STAFF_GROUP,
    ),
]
