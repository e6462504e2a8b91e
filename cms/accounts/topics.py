"""What accounts write about."""

from django.utils.translation import gettext_lazy as _

from cms.contracts.notifications import Topic

TOPICS = [
    Topic(
        name="account",
        title=_("Your account"),
        description=_("codes to sign in, changes of password and address, invitations"),
        optional=False,
    )
]
