"""Background work on images and documents."""

from __future__ import annotations

from datetime import time, timedelta

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from cms.content.documents import extract
from cms.contracts.health import Problem
from cms.contracts.jobs import PeriodicJob
from cms.jobs import job
from cms.notifications.services import notify

from .models import CityImage, DocumentDetails
from .reminding import recipients_of
from .services import clean_stored_image, make_sizes

#: As many images as one nightly run rewrites.
CLEANED_AT_ONCE = 500
READ_AT_ONCE = 100


@job()
def make_renditions(image_id: int, ratio: str = "") -> int:
    """Make the sizes of a picture; return how many were missing."""
    image = CityImage.objects.filter(pk=image_id).first()
    return make_sizes(image=image, ratio=ratio) if image else 0


@job()
def remind_of_expiry() -> int:
    """Tell those who look after an image that it is going to leave the pages; return how many mails were queued."""
    queued = 0
    images = CityImage.objects.expiring(settings.IMAGE_EXPIRY_REMINDER_DAYS).order_by("expires_on", "pk")
    for recipient, theirs in recipients_of(images).items():
        # Once for each image and last day: the key names what is new in this mail.
        for image in theirs:
            mail = notify(
                topic="image_expiry",
                template="media/mail/expiry.txt",
                to=recipient,
                context={"image": image, "pages": [str(row[0]) for row in image.get_usage()[:20]]},
                key=f"image-{image.pk}-{image.expires_on:%Y%m%d}-{recipient.pk}",
            )
            queued += mail is not None
    return queued


@job()
def clean_images() -> int:
    """Remove the metadata of images that were stored before that was done on upload; return how many were written."""
    written = 0
    for image in CityImage.objects.filter(is_cleaned=False, problem="").order_by("pk")[:CLEANED_AT_ONCE]:
        try:
            clean_stored_image(image=image)
            written += 1
        # A damaged file fails in any way inside the decoders; the others go on.
        except Exception as error:
            CityImage.objects.filter(pk=image.pk).update(problem=f"{type(error).__name__}: {error}"[:200])
    return written


@job()
def check_documents() -> int:
    """Read documents stored before their accessibility was looked at; return how many were read."""
    waiting = DocumentDetails.objects.filter(checked_hash="").values_list("document", flat=True).order_by("pk")
    ids = list(waiting[:READ_AT_ONCE])
    for pk in ids:
        try:
            extract(pk)
        except OSError:  # the file is gone: nothing to look at, and nothing to try again every hour
            DocumentDetails.objects.filter(pk=pk).update(checked_hash="-", findings=["unreadable"], is_barrier=True)
    return len(ids)


PERIODIC = [
    PeriodicJob(
        name="remind_of_expiry",
        title=_("Tell editors of images that are going to expire"),
        task=remind_of_expiry,
        at=time(6, 15),
    ),
    PeriodicJob(
        name="clean_images",
        title=_("Remove places and persons from the files of older images"),
        task=clean_images,
        every=timedelta(hours=1),
    ),
    PeriodicJob(
        name="check_documents",
        title=_("Look at the accessibility of older documents"),
        task=check_documents,
        every=timedelta(hours=1),
    ),
]


def health() -> list[Problem]:
    """Name images whose file is damaged or gone."""
    broken = CityImage.objects.exclude(problem="").count()
    if not broken:
        return []
    text = ngettext("The file of one image can't be read.", "The files of %(count)s images can't be read.", broken)
    return [Problem(name="images", text=text % {"count": broken})]
