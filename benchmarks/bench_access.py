"""What the access check costs: listings with few and many rules, media with and without the check."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator
from typing import Any
from unittest.mock import patch

from django.contrib.auth.models import Group
from django.core.files.base import ContentFile
from django.db import transaction
from django.test import Client
from wagtail.models import Collection

from benchmarks.figure import Figure
from cms.access.models import AccessRule
from cms.access.rules import rule_book, satisfied_rule_ids
from cms.accounts.models import User
from cms.content.models import CityDocument
from cms.directory.models import Location

ROUNDS, PER_ROUND = 15, 40
RECORDS = 2_000


def figures(*, full: bool) -> Iterator[Figure]:
    """Measure inside a transaction that is rolled back, on the database of the settings."""
    with transaction.atomic():
        yield from _listing()
        yield from _media()
        transaction.set_rollback(True)
    rule_book.clear()


def _listing() -> Iterator[Figure]:
    """The first 50 of 2,000 records, for a member of 500 groups who satisfies half of the rules."""
    user = User.objects.create_user("bench-access", "bench-access@mainz.example")
    groups = Group.objects.bulk_create([Group(name=f"bench {number}") for number in range(1_000)])
    rules = [AccessRule.objects.for_groups(group) for group in groups]
    user.groups.set(groups[::2])
    locations = Location.objects.bulk_create(
        [Location(slug=f"bench-{number}", city="Mainz", access_rule=rules[number % 10]) for number in range(RECORDS)]
    )
    own = Location.objects.filter(slug__startswith="bench-")

    def page() -> Any:
        return list(own.visible_to(user).order_by("pk")[:50])

    def spread(count: int) -> None:
        for number, location in enumerate(locations):
            location.access_rule = rules[number % count]
        Location.objects.bulk_update(locations, ["access_rule"], batch_size=500)

    def with_rules(count: int) -> float:
        spread(count)
        sid = transaction.savepoint()
        if count < len(rules):  # the small case knows no more than its own rules
            AccessRule.objects.filter(pk__in=[rule.pk for rule in rules[count:]]).delete()
        rule_book.clear()
        page()
        seconds = statistics.median(_seconds(page) for _round in range(ROUNDS))
        transaction.savepoint_rollback(sid)
        rule_book.clear()
        return seconds

    few = with_rules(10)
    many = with_rules(1_000)
    print(f"access.listing.milliseconds 10 rules {few * 1000:.2f}, 1000 rules {many * 1000:.2f}")
    yield Figure("access.listing.1000_rules_vs_10", many / few, 1.3, "<=")
    assert len(satisfied_rule_ids(user)) >= 500


def _media() -> Iterator[Figure]:
    """A public document of 200 kB through the whole site, against the same view without its check."""
    document = CityDocument(title="bench", collection=Collection.get_first_root_node())
    document.file.save("bench.pdf", ContentFile(b"%PDF-1.4" + b"x" * 200_000), save=False)
    document.save()
    client = Client(headers={"host": "localhost"})

    def fetch() -> None:
        assert len(client.get(document.url).getvalue()) > 200_000

    def unchecked() -> float:
        with patch("cms.access.media.audience_of", return_value=[]):
            return _seconds(fetch)

    fetch()
    try:
        pairs = [(_seconds(fetch), unchecked()) for _round in range(ROUNDS)]
    finally:
        document.file.delete(save=False)
    print(f"access.media.requests_per_second {1 / statistics.median(checked for checked, _ in pairs):.0f}")
    yield Figure("access.media.throughput_vs_unchecked", statistics.median(b / a for a, b in pairs), 0.7)


def _seconds(call: Callable[[], object]) -> float:
    """Return the seconds one call takes, on average of a round."""
    start = time.perf_counter()
    for _number in range(PER_ROUND):
        call()
    return (time.perf_counter() - start) / PER_ROUND
