"""Periodic work on outside reviews: forgetting."""

from __future__ import annotations

from datetime import time, timedelta

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cms.contracts.jobs import PeriodicJob
from cms.jobs import job

from .models import OutsideReview


@job()
def forget_reviews() -> int:
    """Delete reviews and their comments ``OUTSIDE_REVIEWS_KEPT_DAYS`` after their link ended; return how many."""
    before = timezone.now() - timedelta(days=settings.OUTSIDE_REVIEWS_KEPT_DAYS)
    return OutsideReview.objects.filter(expires_at__lt=before).delete()[1].get("reviews.OutsideReview", 0)


PERIODIC = [PeriodicJob(name="forget", title=_("Delete old outside reviews"), task=forget_reviews, at=time(3, 40))]
