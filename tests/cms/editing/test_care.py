"""Page care, its reports and the start page of the admin."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse
from django.utils import timezone
from wagtail.models import GroupApprovalTask, GroupPagePermission, Workflow, WorkflowPage, WorkflowTask

from cms.editing import dashboard, jobs
from cms.editing.checking.checker import check, remember
from cms.editing.models import ExternalAddress, PageCheck, PageLink, PageReview
from cms.events.services import deliver_one
from cms.visits.models import PageDay
from tests.conftest import client_of, make_page, make_user

from .conftest import text_page

pytestmark = pytest.mark.django_db
REPORTS = ["editing_reviews", "editing_links", "editing_findings", "editing_copies", "editing_visits"]
FAULTY = '<h2> </h2><p>Siehe <a href="/fort/">hier</a>.</p>'


@pytest.fixture
def section_editor(home: Any, roles: Any) -> Any:
    """Somebody who may change the pages below "Kultur", and none besides."""
    section = make_page(home, "Kultur")
    user = make_user("kultur", roles["section editors"], roles["staff"])
    for codename in ("change_page", "publish_page"):
        GroupPagePermission.objects.create(
            group=roles["section editors"], page=section, permission=Permission.objects.get(codename=codename)
        )
    user.section = section
    return user


def looked_at(page: Any, days: int = -1) -> None:
    """Store what the nightly job would, with a review date."""
    PageReview.objects.create(page=page, next_on=timezone.localdate() + timedelta(days=days))
    PageDay.objects.create(page=page, day=timezone.localdate(), views=60, failed=4)
    jobs.links.store_links(page)
    remember(page, check(page))


def test_page_care_is_for_those_who_may_edit_the_page(home: Any, section_editor: Any, staff_user: Any) -> None:
    page = text_page(home, FAULTY, title="Fremde Seite")
    inside = text_page(section_editor.section, FAULTY, title="Eigene Seite")
    client = client_of(section_editor)
    assert client.get(reverse("editing_page", args=[inside.pk])).status_code == 200
    assert client.get(reverse("editing_page", args=[page.pk])).status_code == 302
    for name in ("editing_set_review", "editing_confirm", "editing_check"):
        assert client.post(reverse(name, args=[page.pk])).status_code == 302
    assert not PageReview.objects.filter(page=page).exists()
    assert client_of(staff_user).get(reverse("editing_page", args=[page.pk])).status_code == 302


@pytest.mark.parametrize("name", REPORTS)
@pytest.mark.parametrize("values", [{}, {"format": "csv"}])
def test_reports_name_only_pages_the_reader_may_edit(
    home: Any, section_editor: Any, name: str, values: dict[str, str]
) -> None:
    looked_at(text_page(home, FAULTY, title="Fremde Seite"))
    looked_at(text_page(section_editor.section, FAULTY, title="Eigene Seite"))
    answer = client_of(section_editor).get(reverse(name), values)
    assert answer.status_code == 200
    text = answer.content.decode()
    assert "Fremde Seite" not in text
    assert name == "editing_copies" or "Eigene Seite" in text


@pytest.mark.parametrize("name", REPORTS)
def test_reports_stand_nonsense(admin_user: Any, home: Any, name: str) -> None:
    for odd in ("x" * 5_000, "\x00", "-1", "9" * 40, "²", "<script>"):
        values = dict.fromkeys(("p", "days", "show", "rule", "whose", "state", "format"), odd)
        assert client_of(admin_user).get(reverse(name), values).status_code in {200, 400}


def test_a_cell_that_looks_like_a_formula_is_not_calculated(home: Any, admin_user: Any) -> None:
    looked_at(text_page(home, FAULTY, title="=1+1"))
    text = client_of(admin_user).get(reverse("editing_findings"), {"format": "csv"}).content.decode()
    assert "'=1+1" in text


def test_owner_and_date_are_stored_and_faults_come_back(home: Any, admin_user: Any) -> None:
    page, client = text_page(home, "<p>Gut.</p>"), client_of(admin_user)
    address = reverse("editing_set_review", args=[page.pk])
    soon = timezone.localdate() + timedelta(days=20)
    assert client.post(address, {"owner": admin_user.pk, "months": 6, "next_on": soon.isoformat()}).status_code == 302
    assert PageReview.objects.get(page=page).next_on == soon
    answer = client.post(address, {"owner": admin_user.pk, "months": "sieben", "next_on": "gestern"})
    assert answer.status_code == 200
    assert set(answer.context["form"].errors) == {"months", "next_on"}
    assert "sieben" in answer.content.decode()


def test_still_right_leads_back_but_never_away(home: Any, admin_user: Any) -> None:
    page, client = text_page(home, "<p>Gut.</p>"), client_of(admin_user)
    address = reverse("editing_confirm", args=[page.pk])
    assert client.post(address, {"next": reverse("editing_reviews")}).url == reverse("editing_reviews")
    assert client.post(address, {"next": "https://evil.example/"}).url == reverse("editing_page", args=[page.pk])


def test_the_editor_shows_the_findings_beside_wagtails_checks(home: Any, admin_user: Any) -> None:
    page = text_page(home, "<h2> </h2>")
    page.save_revision()
    text = client_of(admin_user).get(reverse("wagtailadmin_pages:edit", args=[page.pk])).content.decode()
    assert reverse("editing_page", args=[page.pk]) in text
    assert "care-findings" in text
    assert "data-checks-panel" in text


def test_publishing_brings_links_and_findings_up_to_date(home: Any) -> None:
    page = text_page(home, FAULTY, live=False)
    page.save_revision().publish()
    while deliver_one():
        pass
    assert PageLink.objects.get(page=page).problem == "no_path"
    assert PageCheck.objects.get(page=page).rules["heading_empty"] == 1
    page.refresh_from_db()
    page.unpublish()
    while deliver_one():
        pass
    assert not PageLink.objects.exists()


def test_the_nightly_job_looks_at_everything(home: Any) -> None:
    text_page(home, FAULTY)
    assert jobs.look_at_everything.func() >= 2
    assert PageCheck.objects.filter(page__slug="wochenmarkt", warnings__gte=2).exists()


def boxes_of(user: Any) -> dict[str, Any]:
    return {box.name: box for box in dashboard.boxes(type(user).objects.get(pk=user.pk))}


def test_the_start_page_says_what_to_do_when_nothing_is_there(home: Any, editor_user: Any, admin_user: Any) -> None:
    found = boxes_of(admin_user)
    assert set(found) == {"drafts", "review", "stale", "links", "failing", "views"}
    assert all(box.value == 0 and box.empty for box in found.values())
    assert set(boxes_of(make_user("ohne"))) == {"drafts", "review"}


def test_the_start_page_shows_what_concerns_the_reader(home: Any, admin_user: Any) -> None:
    page = text_page(home, FAULTY, title="Alte Seite")
    looked_at(page)
    PageReview.objects.filter(page=page).update(owner=admin_user)
    page.title = "Neue Fassung"
    page.save_revision(user=admin_user)
    found = boxes_of(admin_user)
    assert {name: box.value for name, box in found.items()} == {
        "drafts": 1, "review": 0, "stale": 1, "links": 1, "failing": 1, "views": 60,
    }  # fmt: skip
    assert found["stale"].urgent
    assert found["drafts"].lines[0].title == "Neue Fassung"
    text = client_of(admin_user).get(reverse("wagtailadmin_home")).content.decode()
    for word in ("Neue Fassung", "Alte Seite"):
        assert word in text


def test_what_waits_for_approval_is_shown_to_who_may_approve(home: Any, roles: Any, admin_user: Any) -> None:
    workflow, task = Workflow.objects.create(name="Freigabe"), GroupApprovalTask.objects.create(name="Lesen")
    task.groups.add(roles["editors"])
    WorkflowTask.objects.create(workflow=workflow, task=task)
    WorkflowPage.objects.create(workflow=workflow, page=home)
    page = text_page(home, "<p>Gut.</p>", title="Wartet auf Freigabe")
    page.save_revision(user=admin_user)
    workflow.start(page, admin_user)
    approver = make_user("freigabe", roles["editors"])
    assert [line.title for line in boxes_of(approver)["review"].lines] == ["Wartet auf Freigabe"]
    assert boxes_of(make_user("andere", roles["staff"]))["review"].value == 0


def test_the_start_page_asks_the_database_at_most_twelve_times(
    home: Any, editor_user: Any, roles: Any, django_assert_max_num_queries: Any
) -> None:
    GroupPagePermission.objects.create(
        group=roles["editors"], page=home, permission=Permission.objects.get(codename="change_page")
    )
    for number in range(8):
        page = text_page(home, FAULTY, title=f"Seite {number}")
        looked_at(page)
        page.save_revision(user=editor_user)
    PageReview.objects.update(owner=editor_user)
    ExternalAddress.objects.update(state="broken")
    user = type(editor_user).objects.get(pk=editor_user.pk)
    dashboard.boxes(user)  # what a process remembers
    user = type(editor_user).objects.get(pk=editor_user.pk)
    with django_assert_max_num_queries(12 + 4):  # ours, and what Wagtail asks for rights and tasks
        dashboard.boxes(user)


def test_a_page_without_links_says_so(section_editor: Any) -> None:
    page = make_page(section_editor.section, "Ohne Links")
    answer = client_of(section_editor).get(reverse("editing_page", args=[page.pk]))
    assert "Diese Seite hat keine Links." in answer.content.decode()
