"""What editors can be told about searches."""

from django.utils.translation import gettext_lazy as _

from cms.accounts.roles import EDITORS_GROUP
from cms.contracts.notifications import Topic

from .todos import TOPIC

TOPICS = [
    Topic(
        name=TOPIC,
        title=_("Searches that need me"),
        description=_("People look for something and don't find it, and I answer for the likely record."),
        group=EDITORS_GROUP,
    )
]
