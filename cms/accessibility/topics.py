"""What accessibility writes about."""

from django.utils.translation import gettext_lazy as _

from cms.contracts.notifications import Topic

TOPICS = [
    Topic(
        name="barriers",
        title=_("Barriers"),
        description=_("reports of barriers, receipts and answers"),
        optional=False,
        group="accessibility officers",
    )
]
