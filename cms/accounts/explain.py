"""Who may do what here, and why? The answer is Wagtail's and the access rules' own; the reasons are looked up."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import Group
from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from wagtail.models import GroupPagePermission, Page

from cms.access.models import PageAccess, principal_names
from cms.access.rules import accepts, principals_of

from .models import DerivedGroup, DerivedMembership, User
from .rights import DOOR_GROUP, Held, held_by
from .scopes import Scope


@dataclass(frozen=True)
class Answer:
    """Whether somebody may do something, and why; ``reasons`` is empty when they may not."""

    action: str
    allowed: bool
    reasons: list[str]


def explain(user: User, page: Page) -> list[Answer]:
    """Return what ``user`` may do with ``page``, each with its reasons. About a dozen queries."""
    tester = page.permissions_for_user(user)
    memberships = _memberships(user)
    rows = GroupPagePermission.objects.filter(
        group__in=memberships, page__in=page.get_ancestors(inclusive=True)
    ).select_related("group", "permission", "page")
    by_codename: dict[str, list[GroupPagePermission]] = {}
    for row in rows:
        by_codename.setdefault(row.permission.codename, []).append(row)
    editing = [
        (_("Add pages below"), tester.can_add_subpage(), ("add_page",)),
        (_("Change"), tester.can_edit(), ("change_page", "add_page")),
        (_("Publish"), tester.can_publish(), ("publish_page",)),
        (_("Delete"), tester.can_delete(), ("change_page", "add_page", "bulk_delete_page")),
        (_("Lock"), tester.can_lock(), ("lock_page",)),
    ]
    answers = [_sees(user, page)]
    for action, allowed, codenames in editing:
        reasons = [
            _("%(why)s, for “%(page)s” and all below it") % {"why": why, "page": row.page.title}
            for codename in codenames
            for row in by_codename.get(codename, [])
            for why in memberships[row.group_id]
        ]
        if user.is_superuser:
            reasons.insert(0, _("administrator of the whole site"))
        answers.append(Answer(action, allowed, _once(reasons) if allowed else []))
    return answers


def _sees(user: User, page: Page) -> Answer:
    access = PageAccess.objects.select_related("rule").filter(page=page).first()
    clauses = access.rule.clauses if access else []
    action = _("See")
    if not user.is_active:
        return Answer(action, not clauses, [_("open to everybody")] if not clauses else [])
    if user.is_superuser:
        return Answer(action, True, [_("administrator of the whole site")])
    if not clauses:
        return Answer(action, True, [_("open to everybody")])
    principals, now = principals_of(user), timezone.now()
    if not accepts(clauses, principals, now):
        return Answer(action, False, [])
    names = principal_names()
    met = [item["who"] for clause in clauses for item in clause if accepts([[item]], principals, now)]
    words = {"signed-in": _("signed in"), "public": _("public"), f"person:{user.pk}": _("this person")}
    memberships = {f"group:{pk}": why for pk, why in _memberships(user).items()}
    reasons = []
    for who in met:
        name = words.get(who) or _(names.get(who, who))
        because = ", ".join(memberships.get(who, []))
        reasons.append(_("audience “%(name)s”") % {"name": name} + (f" ({because})" if because else ""))
    return Answer(action, True, _once(reasons))


def _memberships(user: User) -> dict[int, list[str]]:
    """Return group -> why the user is in it."""
    derived = set(DerivedMembership.objects.filter(user=user).values_list("group_id", flat=True))
    found: dict[int, list[str]] = {}
    for group in user.groups.all():
        if group.pk not in derived:
            found.setdefault(group.pk, []).append(_("member of the group “%(group)s”") % {"group": _(group.name)})
    of_page = {(row.role_id, str(row.page_id)): row.pk for row in DerivedGroup.objects.all()}
    door = Group.objects.filter(name=DOOR_GROUP).values_list("pk", flat=True).first()
    for held in held_by(user):
        assignment = held.assignment
        pk = assignment.role_id
        if assignment.scope == Scope.PAGE:
            pk = of_page.get((assignment.role_id, assignment.scope_id), pk)
        elif assignment.scope != Scope.CITY:
            pk = door or 0
        found.setdefault(pk, []).append(describe(held))
    return found


def describe(held: Held) -> str:
    """Return an assignment that holds, in words: role, scope, until when, given by whom, for whom."""
    row = held.assignment
    parts = [_("role “%(role)s”, %(scope)s") % {"role": _(row.role.name), "scope": row.scope_text}]
    if held.instead_of is not None:
        parts.append(_("standing in for %(person)s") % {"person": held.instead_of})
    if row.ends:
        parts.append(_("until %(moment)s") % {"moment": _moment(row.ends)})
    if row.given_by:
        giver = row.given_by.get_full_name() or row.given_by.get_username()
        parts.append(_("given by %(person)s on %(moment)s") % {"person": giver, "moment": _moment(row.given_at)})
    elif row.source != row.Source.ADMIN:
        parts.append(str(row.get_source_display()))
    if row.note:
        parts.append(f"“{row.note}”")
    return ", ".join(parts)


def people_who_may(page: Page) -> list[tuple[User, list[Answer]]]:
    """Return everybody who may do more with ``page`` than see it, with the answers; at most 200 people."""
    groups = GroupPagePermission.objects.filter(page__in=page.get_ancestors(inclusive=True)).values("group")
    people = User.objects.filter(Q(groups__in=groups) | Q(is_superuser=True), is_active=True).distinct()
    rows = [(user, explain(user, page)) for user in people.order_by("last_name", "username")[:200]]
    return [(user, answers) for user, answers in rows if any(answer.allowed for answer in answers[1:])]


def _moment(value: Any) -> str:
    return date_format(timezone.localtime(value), "SHORT_DATETIME_FORMAT")


def _once(items: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(items))
