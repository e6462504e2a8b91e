"""Who answers for a page, when it is looked at again, who is reminded."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone
from wagtail.models import PageLogEntry

from cms.directory.models import Absence, OrganisationUnit, Person
from cms.editing import review_dates
from cms.editing.models import PageReview
from cms.notifications.models import Mail
from tests.conftest import make_page, make_unit, make_user

from .conftest import text_page

pytestmark = pytest.mark.django_db


def review(page: Any, days: int, **values: Any) -> PageReview:
    return PageReview.objects.create(page=page, next_on=timezone.localdate() + timedelta(days=days), **values)


def person(user: Any, name: str) -> Person:
    return Person.objects.create(slug=name.lower(), last_name=name, account=user)


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        ("2026-01-31", 1, "2026-02-28"),
        ("2026-11-28", 3, "2027-02-28"),
        ("2024-02-29", 12, "2025-02-28"),
        ("2026-12-15", 1, "2027-01-15"),
    ],
)
def test_months_are_added(day: str, months: int, expected: str) -> None:
    assert review_dates.add_months(date.fromisoformat(day), months) == date.fromisoformat(expected)


def test_a_page_inherits_from_the_nearest_section_that_hands_down(home: Any, admin_user: Any, editor_user: Any) -> None:
    section = make_page(home, "Kultur")
    page = make_page(section, "Museen")
    review(home, 100, owner=admin_user, months=12, for_below=True)
    assert review_dates.care_of(page).owner == admin_user
    review(section, 100, owner=editor_user, for_below=True)
    care = review_dates.care_of(page)
    assert (care.owner, care.months, care.from_section.pk) == (editor_user, 12, section.pk)
    review(page, 100, months=3)
    care = review_dates.care_of(page)
    assert (care.owner, care.months) == (editor_user, 3)


def test_what_is_not_handed_down_stays(home: Any, admin_user: Any) -> None:
    review(home, 100, owner=admin_user)
    assert not review_dates.care_of(make_page(home, "Markt"))


def test_still_right_makes_no_version_and_the_page_shows_the_day(home: Any, admin_user: Any, client: Any) -> None:
    page = text_page(home, "<p>Gut.</p>", reviewed_at=date(2020, 1, 1))
    page.save_revision().publish()
    before = page.revisions.count()
    row = review_dates.confirm(page=page, user=admin_user)
    assert row.last_by == admin_user
    assert row.next_on == review_dates.add_months(timezone.localdate(), 12)
    page.refresh_from_db()
    assert page.reviewed_at == timezone.localdate()
    assert page.revisions.count() == before
    assert page.get_latest_revision_as_object().reviewed_at == timezone.localdate()
    assert PageLogEntry.objects.filter(page=page, action="editing.reviewed", user=admin_user).exists()


def test_who_may_not_edit_confirms_nothing(home: Any, staff_user: Any) -> None:
    with pytest.raises(PermissionDenied):
        review_dates.confirm(page=home, user=staff_user)


@pytest.mark.parametrize("fault", ["both", "past"])
def test_bad_values_are_named(home: Any, admin_user: Any, fault: str) -> None:
    values: dict[str, Any] = {"owner": None, "unit": None, "months": None, "for_below": False, "next_on": None}
    values |= {"owner": admin_user, "unit": make_unit()} if fault == "both" else {"next_on": date(2020, 1, 1)}
    with pytest.raises(ValidationError):
        review_dates.set_review(page=home, user=admin_user, **values)


def test_pages_get_a_date_after_they_were_published(home: Any) -> None:
    page = make_page(home, "Markt")
    page.save_revision().publish()
    assert review_dates.give_dates() >= 2
    assert PageReview.objects.get(page=page).next_on == review_dates.add_months(timezone.localdate(), 12)
    assert review_dates.give_dates() == 0


def mails() -> list[tuple[str, str]]:
    return list(Mail.objects.filter(topic=review_dates.TOPIC).order_by("address").values_list("address", "subject"))


def test_one_mail_a_week_names_all_pages_soon_and_overdue(home: Any, editor_user: Any) -> None:
    for number, days in enumerate((-30, 0, 13, 40)):
        review(text_page(home, "<p>Gut.</p>", title=f"Seite {number}"), days, owner=editor_user)
    assert review_dates.remind() == 1
    assert review_dates.remind() == 0
    mail = Mail.objects.get()
    for number in range(3):
        assert f"Seite {number}" in mail.text
    assert "Seite 3" not in mail.text
    assert mail.recipient == editor_user


def test_who_stands_in_is_reminded_too_also_in_a_chain(home: Any, roles: Any, editor_user: Any) -> None:
    deputy, second = make_user("vertretung"), make_user("zweite")
    owner, one, two = person(editor_user, "Amsel"), person(deputy, "Buche"), person(second, "Cello")
    today = timezone.localdate()
    review(text_page(home, "<p>Gut.</p>"), -1, owner=editor_user)
    Absence.objects.create(person=owner, first_day=today, last_day=today, deputy=one)
    Absence.objects.create(person=one, first_day=today, last_day=today, deputy=two)
    assert review_dates.remind() == 2  # whose deputy is away, too, is represented by the deputy's deputy
    assert {address for address, _subject in mails()} == {editor_user.email, second.email}


def test_an_office_is_reminded_by_its_head_or_its_address(home: Any, editor_user: Any) -> None:
    unit = make_unit()
    OrganisationUnit.objects.filter(pk=unit.pk).update(email="amt@mainz.example")
    row = review(text_page(home, "<p>Gut.</p>"), -1, unit=unit)
    assert review_dates.remind() == 1
    assert mails()[0][0] == "amt@mainz.example"
    Mail.objects.all().delete()
    OrganisationUnit.objects.filter(pk=unit.pk).update(head=person(editor_user, "Amsel"))
    assert review_dates.remind() == 1
    assert mails()[0][0] == editor_user.email
    assert row.unit == unit


def test_an_account_that_is_off_gets_nothing(home: Any, editor_user: Any) -> None:
    review(text_page(home, "<p>Gut.</p>"), -1, owner=editor_user)
    editor_user.is_active = False
    editor_user.save()
    assert review_dates.remind() == 0


def test_a_page_that_is_not_live_is_nobodys_work(home: Any, editor_user: Any) -> None:
    review(text_page(home, "<p>Gut.</p>", live=False), -1, owner=editor_user)
    assert review_dates.remind() == 0


def test_reminding_costs_no_more_queries_with_more_pages(
    home: Any, editor_user: Any, django_assert_max_num_queries: Any
) -> None:
    person(editor_user, "Amsel")
    for number in range(20):
        review(text_page(home, "<p>Gut.</p>", title=f"Seite {number}"), -1, owner=editor_user)
    with django_assert_max_num_queries(20):
        review_dates.remind()
