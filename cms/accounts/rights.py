"""Roles become rights: which assignments hold now, and the groups and Wagtail permissions that follow."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth.models import Group, Permission
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from wagtail.log_actions import log
from wagtail.models import GroupPagePermission, Page

from cms.directory.deputies import next_change, represented_by
from cms.directory.models import OrganisationUnit

from .models import DerivedGroup, DerivedMembership, RoleAssignment, RoleSettings, User
from .roles import permissions_named
from .scopes import Scope, covers

#: The right to enter the admin, for people whose roles are limited to something in it.
DOOR = "wagtailadmin.access_admin"
#: What a role may do with pages below a page it is limited to, unless its group has rights of its own at the root.
PAGE_PERMISSIONS = ("add_page", "change_page", "publish_page", "lock_page", "unlock_page")
DOOR_GROUP = "scoped roles"


@dataclass(frozen=True)
class Held:
    """An assignment that holds for somebody now; ``instead_of``: the absent person it belongs to, or None."""

    assignment: RoleAssignment
    instead_of: Any = None


def held_by(user: Any, at: datetime | None = None) -> list[Held]:
    """Return the assignments that hold for ``user`` at ``at``, own ones and those of people the user stands in for."""
    at = at or timezone.now()
    rows = RoleAssignment.objects.active(at).select_related("role", "given_by")
    held = [Held(row) for row in rows.filter(user=user).order_by("pk")]
    people = {person.account_id: person for person in represented_by(user, timezone.localtime(at).date())}
    people.pop(None, None)
    if people:
        lent = rows.filter(user__in=people, user__is_active=True, role__settings__for_deputies=True)
        held += [Held(row, people[row.user_id]) for row in lent.order_by("pk")]
    return held


@transaction.atomic
def derive(user: User, at: datetime | None = None) -> None:
    """Make the user's groups follow from the assignments that hold, and note when that must be done again.

    Memberships given directly stay; only what was derived before is taken away.
    """
    at = at or timezone.now()
    User.objects.select_for_update().filter(pk=user.pk).first()
    held = held_by(user, at)
    wanted: dict[int, Group] = {}
    for one in held:
        role = one.assignment.role
        if one.assignment.scope == Scope.CITY:
            wanted[role.pk] = role
            continue
        if one.assignment.scope == Scope.PAGE:
            group = _group_for_page(role, one.assignment.scope_id)
            if group is None:
                continue
            wanted[group.pk] = group
        if _enters_admin(role):
            door = _door()
            wanted[door.pk] = door
    present = set(user.groups.values_list("pk", flat=True))
    derived = set(DerivedMembership.objects.filter(user=user).values_list("group_id", flat=True))
    user.groups.remove(*(derived - set(wanted)))
    new = [group for pk, group in wanted.items() if pk not in present]
    user.groups.add(*new)
    DerivedMembership.objects.filter(user=user).exclude(group__in=wanted).delete()
    DerivedMembership.objects.bulk_create(
        [DerivedMembership(user=user, group=group) for group in new], ignore_conflicts=True
    )
    _remove_empty_groups()
    user.roles_change_at = _next_change(user, at)
    User.objects.filter(pk=user.pk).update(roles_change_at=user.roles_change_at)
    for cached in ("_perm_cache", "_user_perm_cache", "_group_perm_cache", "_scoped", "_limited"):
        if hasattr(user, cached):
            delattr(user, cached)


def _door() -> Group:
    """Return the group that may enter the admin and nothing else."""
    group = Group.objects.get_or_create(name=DOOR_GROUP)[0]
    group.permissions.set(permissions_named([DOOR]))
    return group


def _group_for_page(role: Group, page_id: str) -> Group | None:
    """Return the group with the role's page permissions on one page, None when the page is gone."""
    page = Page.objects.filter(pk=page_id).first()
    if page is None:
        return None
    found = DerivedGroup.objects.filter(role=role, page_id=page.pk).select_related("group").first()
    if found:
        return found.group
    group = Group.objects.create(name=f"{role.name} #{page.pk}"[:150])
    DerivedGroup.objects.create(group=group, role=role, page_id=page.pk)
    at_root = GroupPagePermission.objects.filter(group=role, page__depth__lte=2).values_list("permission", flat=True)
    permissions = Permission.objects.filter(content_type__app_label="wagtailcore", content_type__model="page")
    permissions = permissions.filter(pk__in=at_root) if at_root else permissions.filter(codename__in=PAGE_PERMISSIONS)
    GroupPagePermission.objects.bulk_create(
        [GroupPagePermission(group=group, page=page, permission=permission) for permission in permissions]
    )
    # Who works on a page uploads pictures and documents for it.
    from cms.media.sections import give_collection

    give_collection(group=group, page=page)
    return group


def _remove_empty_groups() -> None:
    Group.objects.filter(pk__in=DerivedGroup.objects.filter(group__user=None).values("pk")).delete()


def _enters_admin(role: Group) -> bool:
    app, codename = DOOR.split(".")
    return role.permissions.filter(content_type__app_label=app, codename=codename).exists()


def _next_change(user: User, at: datetime) -> datetime | None:
    own = RoleAssignment.objects.filter(user=user)
    moments = [
        *own.filter(starts__gt=at).values_list("starts", flat=True),
        *own.filter(ends__gt=at).values_list("ends", flat=True),
    ]
    if hasattr(user, "person") and (change := next_change(at)):
        moments.append(change)
        # What is lent ends when the owner's own ends, too.
        lent = RoleAssignment.objects.filter(role__settings__for_deputies=True, ends__gt=at)
        moments += lent.values_list("ends", flat=True)
        moments += RoleAssignment.objects.filter(role__settings__for_deputies=True, starts__gt=at).values_list(
            "starts", flat=True
        )
    return min(moments) if moments else None


def derive_if_due(user: User) -> User:
    """Derive anew when a role has begun or ended since; called whenever an account is loaded for a request."""
    if user.roles_change_at is not None and user.roles_change_at <= timezone.now():
        derive(user)
    return user


def derive_all_due(at: datetime | None = None) -> int:
    """Derive for everybody whose roles have changed; return for how many. For search and lists of people."""
    due = User.objects.filter(roles_change_at__lte=at or timezone.now())
    for user in due:
        derive(user, at)
    return len(due)


def derive_for_deputies() -> None:
    """Derive for everybody who stands in for somebody now or later; after absences or rules of roles changed."""
    users = User.objects.filter(Q(person__stands_in__isnull=False) | Q(roles_change_at__isnull=False)).distinct()
    for user in users:
        derive(user)


@transaction.atomic
def assign(
    *,
    user: User,
    role: Group,
    scope: str = Scope.CITY,
    scope_id: Any = "",
    starts: datetime | None = None,
    ends: datetime | None = None,
    by: Any = None,
    source: str = RoleAssignment.Source.ADMIN,
    note: str = "",
) -> RoleAssignment:
    """Give ``user`` a role. ``by``: who gives it, None for the system itself.

    Raises PermissionDenied when ``by`` may not, ValueError for a scope without its object or a window in reverse.
    """
    if by is not None and not by.has_perm("accounts.add_roleassignment"):
        raise PermissionDenied
    if (scope == Scope.CITY) == bool(str(scope_id)):
        raise ValueError("A limited role needs what it is limited to, a city-wide one nothing.")
    if starts and ends and ends <= starts:
        raise ValueError("A role must end after it begins.")
    row = RoleAssignment.objects.create(
        user=user,
        role=role,
        scope=scope,
        scope_id=str(scope_id),
        starts=starts,
        ends=ends,
        given_by=by,
        source=source,
        note=note,
    )
    log(row, "accounts.assign", user=by)
    derive(user)
    return row


@transaction.atomic
def withdraw(*, assignment: RoleAssignment, by: Any = None) -> None:
    """Take a role away at once. Raises PermissionDenied when ``by`` may not."""
    if by is not None and not by.has_perm("accounts.delete_roleassignment"):
        raise PermissionDenied
    log(assignment, "accounts.withdraw", user=by)
    user = assignment.user
    assignment.delete()
    derive(user)
    derive_for_deputies()


def _limited(user: Any) -> list[Held]:
    """Return what is held now with a limit to a unit or a record. Read once a request."""
    if not hasattr(user, "_limited"):  # not through __dict__: a request's user is a lazy object around it
        user._limited = [one for one in held_by(user) if one.assignment.scope in (Scope.UNIT, Scope.RECORD)]
    return user._limited


def units_reached(user: Any) -> set[tuple[int, int]]:
    """Return (role, unit) for every unit to which a role of ``user`` that is limited to a unit reaches."""
    held = [one.assignment for one in _limited(user) if one.assignment.scope == Scope.UNIT]
    if not held:
        return set()
    paths = OrganisationUnit.objects.values_list("pk", "path")
    return {(row.role_id, pk) for pk, path in paths for row in held if row.scope_id in path.split("/")}


def scoped_assignments(user: Any, permission: str) -> list[Held]:
    """Return the limited assignments whose role has ``permission`` ("app.codename"). Read once a request."""
    if not hasattr(user, "_scoped"):
        held = _limited(user)
        roles = {one.assignment.role_id for one in held}
        rows = Permission.objects.filter(group__in=roles) if roles else Permission.objects.none()
        able: dict[int, set[str]] = {}
        for role, app, codename in rows.values_list("group", "content_type__app_label", "codename"):
            able.setdefault(role, set()).add(f"{app}.{codename}")
        user._scoped = [(one, able.get(one.assignment.role_id, set())) for one in held]
    return [one for one, permissions in user._scoped if permission in permissions]


def units_in_scope(user: Any, permission: str, path: str) -> Q:
    """Return the condition for rows of units where a limited role of ``user`` has ``permission``.

    ``path``: where a row has the path of its unit, "unit__path" for example. Without such a role nothing meets it.
    """
    condition = Q(pk__in=[])
    for held in scoped_assignments(user, permission):
        if held.assignment.scope == Scope.UNIT:
            pk = held.assignment.scope_id
            condition |= Q(**{f"{path}__startswith": f"{pk}/"}) | Q(**{f"{path}__contains": f"/{pk}/"})
    return condition


def may(user: Any, permission: str, record: Any) -> bool:
    """Return whether ``user`` may do ``permission`` with one record: everywhere, or by a role that covers it."""
    if not user.is_authenticated or not user.is_active:
        return False
    return user.has_perm(permission) or any(
        covers(one.assignment, record) for one in scoped_assignments(user, permission)
    )


def needs_second_factor(user: Any) -> bool:
    """Return whether one of the user's roles asks for a second factor."""
    return RoleSettings.objects.filter(group__user=user, second_factor=True).exists()
