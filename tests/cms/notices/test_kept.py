"""Pages that were kept for the public show a notice at once, and from the second it begins."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from cms.notices import services

from .test_notices import make_notice, shown

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_kept_page_shows_a_notice_from_the_second_it_begins(client: Any, home: Any, settings: Any) -> None:
    settings.PAGE_CACHE_SECONDS = 3600
    client.get("/")
    client.get("/")
    notice = make_notice()
    assert shown(client, "/")
    services.end_notice(notice=notice)
    assert not shown(client, "/")
    soon = timezone.now() + timedelta(seconds=2)
    make_notice("Gleich gesperrt", starts=soon)
    assert not shown(client, "/", "Gleich gesperrt")
    time.sleep(max(0.0, (soon - timezone.now()).total_seconds()) + 0.05)
    assert shown(client, "/", "Gleich gesperrt")
