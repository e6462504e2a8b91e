"""What is written by mail about pages."""

from django.utils.translation import gettext_lazy as _

from cms.contracts.notifications import Topic

TOPICS = [Topic(name="contact", title=_("Messages from contact pages"), description=_("to the office"), optional=False)]
