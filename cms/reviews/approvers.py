"""Who may approve a page in a workflow: people with a role that reaches it, and the deputies of the absent ones."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import Q, QuerySet
from django.utils import timezone
from wagtail.models import Page, TaskState

from cms.accounts.models import RoleAssignment
from cms.directory.deputies import deputies_of, represented_by


def _accounts_for(user: Any) -> set[int]:
    """Return the accounts as which ``user`` approves: the own one and those of absent people. Read once a request."""
    if not hasattr(user, "_approves_as"):
        user._approves_as = {user.pk, *(p.account_id for p in represented_by(user) if p.account_id)}
    return user._approves_as


def _paths_reached(task: Any, accounts: set[int]) -> list[str]:
    """Return the tree paths that the roles of ``task`` held by ``accounts`` reach; "" stands for everything."""
    groups = list(task.groups.values_list("pk", flat=True))
    if get_user_model().objects.filter(pk__in=accounts, is_active=True, groups__in=groups).exists():
        return [""]
    rows = RoleAssignment.objects.active(timezone.now()).filter(
        user__in=accounts, user__is_active=True, role__in=groups
    )
    found = list(rows.values_list("scope", "scope_id"))
    if any(scope == RoleAssignment.Scope.CITY for scope, _id in found):
        return [""]
    pages = [scope_id for scope, scope_id in found if scope == RoleAssignment.Scope.PAGE]
    return list(Page.objects.filter(pk__in=pages).values_list("path", flat=True)) if pages else []


def may_approve(task: Any, obj: Any, user: Any) -> bool:
    """Return whether ``user`` has one of the task's roles for ``obj``, or stands in for an absent person who has."""
    if not hasattr(user, "_may_approve"):
        user._may_approve = {}
    key = (task.pk, obj.pk)
    if key not in user._may_approve:  # the editor asks a dozen times
        path = getattr(obj, "path", "")
        places = _paths_reached(task, _accounts_for(user))
        user._may_approve[key] = any(path.startswith(place) for place in places)
    return user._may_approve[key]


def authors_of(obj: Any) -> set[int]:
    """Return the accounts whose own work ``obj`` in its workflow is: who submitted it, who wrote what was submitted."""
    state = obj.current_workflow_state
    if state is None:
        return set()
    submitted = obj.revisions.filter(created_at__lte=state.created_at).order_by("-created_at", "-pk").first()
    return {state.requested_by_id, getattr(submitted, "user_id", None)} - {None}


def is_own(obj: Any, user: Any) -> bool:
    """Return whether ``user`` submitted ``obj``, or wrote the version that was submitted."""
    return user.pk in authors_of(obj)


def waiting_for(task: Any, user: Any) -> QuerySet[TaskState]:
    """Return the task states of ``task`` in progress that ``user`` can decide about."""
    running = TaskState.objects.filter(task=task, status=TaskState.STATUS_IN_PROGRESS)
    places = [""] if user.is_superuser else _paths_reached(task, _accounts_for(user))
    if not places:
        return running.none()
    if places != [""]:
        reached = Q()
        for place in places:
            reached |= Q(path__startswith=place)
        pages = [str(pk) for pk in _pages_in(running).filter(reached).values_list("pk", flat=True)]
        running = running.filter(workflow_state__object_id__in=pages)
    if task.four_eyes:
        running = running.exclude(workflow_state__requested_by=user)
    return running


def _pages_in(states: QuerySet[TaskState]) -> QuerySet[Page]:
    ids = [int(pk) for pk in states.values_list("workflow_state__object_id", flat=True) if str(pk).isdigit()]
    return Page.objects.filter(pk__in=ids)


def people_to_tell(task: Any, obj: Any) -> list[Any]:
    """Return whom to tell that ``obj`` waits: present people with a role for it, the deputies of the absent ones."""
    groups = list(task.groups.values_list("pk", flat=True))
    users = get_user_model().objects.filter(is_active=True)
    places = [obj.path[:length] for length in range(obj.steplen, len(obj.path) + 1, obj.steplen)]
    above = [str(pk) for pk in Page.objects.filter(path__in=places).values_list("pk", flat=True)]
    rows = RoleAssignment.objects.active(timezone.now()).filter(role__in=groups)
    reaching = rows.filter(Q(scope=RoleAssignment.Scope.CITY) | Q(scope=RoleAssignment.Scope.PAGE, scope_id__in=above))
    holders = users.filter(Q(groups__in=groups) | Q(pk__in=reaching.values("user"))).distinct()
    told: dict[int, Any] = {}
    for holder in holders:
        for person in deputies_of(holder) or [holder]:
            told[person.pk] = person
    own = authors_of(obj) if task.four_eyes else set()
    # Without the right to enter the admin nobody gets to see what waits.
    return [one for one in told.values() if one.pk not in own and one.has_perm("wagtailadmin.access_admin")]


def lone_author(page: Page, user: Any) -> bool:
    """Return whether ``user`` is about to publish alone what only ``user`` wrote, where a workflow forbids it.

    Raises nothing; a page without workflow, or with one that allows direct publishing, is free.
    """
    from .models import EditorialApprovalTask

    workflow = page.get_workflow()
    tasks = EditorialApprovalTask.objects.filter(workflow_tasks__workflow=workflow, also_direct=True, four_eyes=True)
    if workflow is None or not tasks.exists():
        return False
    newest = page.get_latest_revision()
    return newest is None or newest.user_id == user.pk
