"""What cases write about."""

from django.utils.translation import gettext_lazy as _

from cms.contracts.notifications import Topic

TOPICS = [
    Topic(
        name="cases",
        title=_("Your cases"),
        description=_("links to cases you have asked for, and what happens in them"),
        optional=False,
    )
]
