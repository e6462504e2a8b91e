"""A subscriber that notes the order and tells five people of each event."""

from __future__ import annotations

from cms.contracts.events import Happened, Subscriber
from cms.contracts.notifications import Topic
from cms.notifications.services import notify_many

from .models import Seen

RECIPIENTS = 5


def note(happened: Happened) -> None:
    """Note the event and tell five people, as a plugin would."""
    Seen.objects.create(object_id=happened.object_id, version=happened.version)
    occasion = f"{happened.object_id}-{happened.version}"
    notify_many(
        topic="probe",
        template="probe/mail.txt",
        to=[f"{occasion}-{number}@probe.example" for number in range(RECIPIENTS)],
        context={"occasion": occasion},
        key=lambda address: f"probe:{address}",
        language="de",
    )


SUBSCRIBERS = [Subscriber(name="note", handler=note, kind="probe")]
TOPICS = [Topic(name="probe", title="Probe", optional=False)]
