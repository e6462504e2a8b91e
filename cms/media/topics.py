"""What editors can be told about media."""

from django.utils.translation import gettext_lazy as _

from cms.accounts.roles import EDITORS_GROUP
from cms.contracts.notifications import Topic

TOPICS = [
    Topic(
        name="image_expiry",
        title=_("Images that are going to expire"),
        description=_("Before the last day of an image you uploaded or that is shown on a page of yours."),
        group=EDITORS_GROUP,
    )
]
