"""What notices write about."""

from django.utils.translation import gettext_lazy as _

from cms.contracts.notifications import Topic

TOPICS = [
    Topic(
        name="emergency",
        title=_("Emergency notices"),
        description=_("when an emergency notice is published or ended"),
        optional=False,
        group="emergency publishers",
    )
]
