"""Approval: by whom, instead of whom, never one's own; and the step that waits for somebody outside."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from wagtail.models import Page, TaskState, Workflow, WorkflowPage, WorkflowState, WorkflowTask

from cms.accounts import rights
from cms.accounts.models import RoleAssignment, RoleSettings
from cms.content.models import ContentPage, SectionPage
from cms.directory.deputies import deputies_of
from cms.directory.models import Absence, Person
from cms.notifications.models import Mail
from cms.reviews import services
from cms.reviews.models import EditorialApprovalTask, OutsideApprovalTask, OutsideReview
from tests.conftest import client_of, make_page, make_user

from .test_outside import ask, let_edit

pytestmark = pytest.mark.django_db


def person_of(user: Any) -> Person:
    return Person.objects.create(slug=user.username, first_name=user.username, last_name="X", account=user)


def away(absent: Person, deputy: Person | None = None) -> None:
    Absence.objects.create(person=absent, first_day=date.today(), last_day=date.today(), deputy=deputy)


@pytest.fixture
def section(home: Any) -> SectionPage:
    return make_page(home, "Kultur", SectionPage)


@pytest.fixture
def task(roles: Any, home: Any) -> EditorialApprovalTask:
    """The four-eyes workflow of the whole tree."""
    task = EditorialApprovalTask.objects.create(name="Freigabe")
    task.groups.set([roles["editors"], roles["section editors"]])
    use(home, task)
    let_edit(roles["editors"], home)
    return task


def use(page: Page, *tasks: Any) -> Workflow:
    workflow = Workflow.objects.create(name="Vier-Augen-Freigabe", active=True)
    for number, one in enumerate(tasks):
        WorkflowTask.objects.create(workflow=workflow, task=one, sort_order=number)
    WorkflowPage.objects.update_or_create(page=page, defaults={"workflow": workflow})
    return workflow


def submitted(parent: Page, author: Any) -> ContentPage:
    """A draft its author has submitted."""
    page = make_page(parent, "Museumsnacht", live=False)
    page.save_revision(user=author)
    page.get_workflow().start(page, author)
    return ContentPage.objects.get(pk=page.pk)


def actions(page: Page, user: Any) -> set[str]:
    user = type(user).objects.get(pk=user.pk)
    page = type(page).objects.get(pk=page.pk)
    return {name for name, _label, _modal in page.current_workflow_task.get_actions(page, user)}


def to_review(user: Any) -> int:
    return TaskState.objects.reviewable_by(type(user).objects.get(pk=user.pk)).count()


def test_nobody_approves_their_own_page(task: Any, section: Any, roles: Any) -> None:
    author, other = (make_user(name, roles["editors"]) for name in ("anna", "otto"))
    page = submitted(section, author)
    assert actions(page, author) == {"reject"}
    assert actions(page, other) == {"reject", "approve"}
    assert (to_review(author), to_review(other)) == (0, 1)


def test_who_wrote_it_does_not_approve_what_somebody_else_submitted(task: Any, section: Any, roles: Any) -> None:
    author, messenger = (make_user(name, roles["editors"]) for name in ("anna", "bote"))
    page = make_page(section, "Museumsnacht", live=False)
    page.save_revision(user=author)
    page.get_workflow().start(page, messenger)
    assert actions(page, author) == {"reject"}


def test_the_rule_can_be_switched_off(task: Any, section: Any, roles: Any) -> None:
    EditorialApprovalTask.objects.update(four_eyes=False)
    author = make_user("anna", roles["editors"])
    assert actions(submitted(section, author), author) == {"reject", "approve"}


def test_approving_through_the_editor_publishes(task: Any, section: Any, roles: Any, home: Any) -> None:
    author, other = (make_user(name, roles["editors"], roles["staff"]) for name in ("anna", "otto"))
    page = submitted(section, author)
    url = f"/admin/pages/workflow/action/{page.pk}/approve/{page.current_workflow_task_state.pk}/"
    assert client_of(author).post(url, {"comment": ""}).status_code in {302, 400, 403}
    page.refresh_from_db()
    assert not page.live
    client_of(other).post(url, {"comment": ""})
    page.refresh_from_db()
    assert page.live


def test_a_role_in_a_section_approves_there_only(task: Any, home: Any, section: Any, roles: Any) -> None:
    other_section = make_page(home, "Sport", SectionPage)
    author, local = make_user("anna", roles["editors"]), make_user("lokal", roles["staff"])
    rights.assign(user=local, role=roles["section editors"], scope=RoleAssignment.Scope.PAGE, scope_id=section.pk)
    inside, outside = submitted(section, author), submitted(other_section, author)
    assert actions(inside, local) == {"reject", "approve"}
    assert actions(outside, local) == set()
    assert to_review(local) == 1
    assert set(Mail.objects.filter(topic="approval", recipient=local).values_list("subject", flat=True)) == {
        "Wartet auf Sie: Museumsnacht"
    }
    assert Mail.objects.filter(topic="approval", recipient=local).count() == 1


def test_a_deputy_decides_and_is_told_instead_of_the_absent_person(task: Any, section: Any, roles: Any) -> None:
    author, chief = make_user("anna", roles["editors"]), make_user("chefin", roles["staff"])
    deputy, colleague = make_user("vertretung", roles["staff"]), make_user("kollege", roles["staff"])
    rights.assign(user=chief, role=roles["section editors"], scope=RoleAssignment.Scope.PAGE, scope_id=section.pk)
    RoleSettings.objects.create(group=roles["section editors"], for_deputies=True)
    before = submitted(section, author)
    assert actions(before, deputy) == set()
    away(person_of(chief), person_of(deputy))
    rights.derive_for_deputies()
    page = submitted(section, author)
    assert actions(page, deputy) == {"reject", "approve"}
    assert actions(page, colleague) == set()
    assert to_review(deputy) == 2
    told = Mail.objects.filter(topic="approval", key__startswith=f"approval-{page.current_workflow_task_state.pk}-")
    assert set(told.values_list("recipient", flat=True)) == {deputy.pk}


def test_a_deputy_does_not_approve_the_own_page(task: Any, section: Any, roles: Any) -> None:
    chief, deputy = make_user("chefin", roles["editors"]), make_user("vertretung", roles["editors"])
    away(person_of(chief), person_of(deputy))
    assert actions(submitted(section, deputy), deputy) == {"reject"}


def test_deputies_of_deputies(roles: Any) -> None:
    users = [make_user(name) for name in ("a", "b", "c")]
    people = [person_of(user) for user in users]
    assert deputies_of(users[0]) == []
    away(people[0], people[1])
    assert deputies_of(users[0]) == [users[1]]
    away(people[1], people[2])
    assert deputies_of(users[0]) == [users[2]]
    away(people[2], people[0])  # in a circle: nobody is there
    assert deputies_of(users[0]) == []


def test_sending_back_gives_a_reason_and_tells_the_author_in_german(
    task: Any, section: Any, roles: Any, mailoutbox: Any
) -> None:
    author, other = (make_user(name, roles["editors"]) for name in ("anna", "otto"))
    page = submitted(section, author)
    page.current_workflow_task_state.reject(user=other, comment="Bitte die Uhrzeit ergänzen")
    mail = next(mail for mail in mailoutbox if mail.to == [author.email])  # tests put Django's own backend in its place
    assert "Bitte die Uhrzeit ergänzen" in mail.body
    assert "Museumsnacht" in mail.subject
    assert "rejected" not in mail.subject + mail.body
    page = ContentPage.objects.get(pk=page.pk)
    assert page.current_workflow_state.status == WorkflowState.STATUS_NEEDS_CHANGES


def test_there_is_no_way_around_where_the_task_says_so(task: Any, section: Any, roles: Any) -> None:
    EditorialApprovalTask.objects.update(also_direct=True)
    author, other = (make_user(name, roles["editors"], roles["staff"]) for name in ("anna", "otto"))
    page = make_page(section, "Museumsnacht", live=False)
    page.save_revision(user=author)
    data = {"title": "Museumsnacht", "slug": "museumsnacht", "summary": "", "body-count": "0", "comments-TOTAL_FORMS": "0",
            "comments-INITIAL_FORMS": "0", "action-publish": "1"}  # fmt: skip
    answer = client_of(author).post(f"/admin/pages/{page.pk}/edit/", data, follow=True)
    page.refresh_from_db()
    assert not page.live
    assert "Vier-Augen" in answer.content.decode()
    client_of(author).post(f"/admin/bulk/wagtailcore/page/publish/?id={page.pk}", {"include_descendants": ""})
    page.refresh_from_db()
    assert not page.live
    client_of(other).post(f"/admin/bulk/wagtailcore/page/publish/?id={page.pk}", {"include_descendants": ""})
    page.refresh_from_db()
    assert page.live


@pytest.fixture
def with_outside(task: Any, section: Any) -> OutsideApprovalTask:
    """In the section somebody outside approves first, then the editors."""
    outside = OutsideApprovalTask.objects.create(name="Freigabe von außen")
    use(section, outside, task)
    return outside


def test_approval_from_outside_moves_the_workflow_on(with_outside: Any, section: Any, roles: Any) -> None:
    author = make_user("anna", roles["editors"])
    page = submitted(section, author)
    review, _url = ask(page, author)
    services.answer(review=review, approved=True, text="Passt.")
    page = ContentPage.objects.get(pk=page.pk)
    assert isinstance(page.current_workflow_task, EditorialApprovalTask)
    first = page.current_workflow_state.task_states.order_by("pk").first()
    assert (first.status, first.comment) == ("approved", "Ada Außen (von außen): Passt.")
    assert not page.live


def test_changes_wanted_outside_send_the_page_back(with_outside: Any, section: Any, roles: Any) -> None:
    author = make_user("anna", roles["editors"])
    page = submitted(section, author)
    review, _url = ask(page, author)
    services.answer(review=review, approved=False, text="Der Titel ist falsch.")
    page = ContentPage.objects.get(pk=page.pk)
    assert page.current_workflow_state.status == WorkflowState.STATUS_NEEDS_CHANGES


def test_an_open_question_about_the_same_text_counts_for_the_step(with_outside: Any, section: Any, roles: Any) -> None:
    author = make_user("anna", roles["editors"])
    page = make_page(section, "Museumsnacht", live=False)
    page.save_revision(user=author)
    review, _url = ask(page, author)
    page.get_workflow().start(page, author)
    services.answer(review=OutsideReview.objects.get(pk=review.pk), approved=True)
    assert isinstance(ContentPage.objects.get(pk=page.pk).current_workflow_task, EditorialApprovalTask)


def test_a_fixed_person_is_asked_by_itself(with_outside: Any, section: Any, roles: Any) -> None:
    OutsideApprovalTask.objects.update(reviewer_name="Beirat", reviewer_email="beirat@aussen.example")
    page = submitted(section, make_user("anna", roles["editors"]))
    review = OutsideReview.objects.get(page=page)
    assert (review.email, review.task_state) == ("beirat@aussen.example", page.current_workflow_task_state)


def test_a_cancelled_workflow_is_not_moved_by_a_late_answer(with_outside: Any, section: Any, roles: Any) -> None:
    author = make_user("anna", roles["editors"])
    page = submitted(section, author)
    review, _url = ask(page, author)
    page.current_workflow_state.cancel(user=author)
    services.answer(review=OutsideReview.objects.get(pk=review.pk), approved=True)
    page = ContentPage.objects.get(pk=page.pk)
    assert page.current_workflow_state is None
    assert not page.live


def test_strangers_to_a_section_do_no_bulk_work_there(home: Any, section: Any, roles: Any) -> None:
    """Publish, unpublish, move and delete together ask for the right on every page."""
    other_section = make_page(home, "Sport", SectionPage)
    local = make_user("lokal", roles["staff"])
    rights.assign(user=local, role=roles["section editors"], scope=RoleAssignment.Scope.PAGE, scope_id=section.pk)
    mine, theirs = make_page(section, "Meins"), make_page(other_section, "Fremd")
    client = client_of(local)
    ids = f"id={mine.pk}&id={theirs.pk}"
    client.post(f"/admin/bulk/wagtailcore/page/unpublish/?{ids}", {"include_descendants": ""})
    mine.refresh_from_db()
    theirs.refresh_from_db()
    assert (mine.live, theirs.live) == (False, True)
    client.post(f"/admin/bulk/wagtailcore/page/move/?{ids}", {"chooser": str(section.pk)})
    theirs.refresh_from_db()
    assert theirs.get_parent().pk == other_section.pk
    client.post(f"/admin/bulk/wagtailcore/page/delete/?{ids}", {})
    assert Page.objects.filter(pk=theirs.pk).exists()
    client.post(
        f"/admin/pages/{mine.pk}/copy/", {"new_title": "K", "new_slug": "k", "new_parent_page": str(other_section.pk)}
    )
    assert not Page.objects.filter(slug="k").exists()


def test_only_those_with_rights_ask_for_bulk_pages(section: Any, staff_user: Any) -> None:
    page = make_page(section, "Seite")
    with pytest.raises(PermissionDenied):
        services.ask(page=page, name="X", email="x@x.example", by=staff_user)
