"""The standard roles as groups; their permissions come from the apps' ``roles`` contributions."""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib.auth.models import Group, Permission
from django.db.models import QuerySet
from django.utils.translation import gettext_noop

from cms.access.rules import AGENT_GROUP, STAFF_GROUP
from cms.plugins.registry import collect

EDITORS_GROUP = "editors"
SECTION_EDITORS_GROUP = "section editors"
EXTRANET_GROUP = "extranet"
#: Who alone may publish pages in Leichte Sprache, and pages with films in sign language.
EASY_RELEASERS_GROUP = "releasers of easy language"
SIGN_RELEASERS_GROUP = "releasers of sign language"
#: What the standard groups are called on screen, for the translators.
ROLE_NAMES = (
    gettext_noop("staff"),
    gettext_noop("agents"),
    gettext_noop("editors"),
    gettext_noop("section editors"),
    gettext_noop("extranet"),
    gettext_noop("releasers of easy language"),
    gettext_noop("releasers of sign language"),
    gettext_noop("form editors"),
    gettext_noop("data protection"),
)
ROLES = (
    STAFF_GROUP,
    AGENT_GROUP,
    EDITORS_GROUP,
    SECTION_EDITORS_GROUP,
    EXTRANET_GROUP,
    EASY_RELEASERS_GROUP,
    SIGN_RELEASERS_GROUP,
)


def permissions_named(names: Iterable[str]) -> list[Permission]:
    """Return the permissions ``app_label.codename`` of ``names``. Raises LookupError for a name that doesn't exist."""
    found = []
    for name in names:
        app_label, codename = name.split(".", 1)
        permission = Permission.objects.filter(content_type__app_label=app_label, codename=codename).first()
        if permission is None:
            raise LookupError(f"There is no permission {name!r}.")
        found.append(permission)
    return found


def roles_named() -> dict[str, list[str]]:
    """Return each standard role, and each that an app names, with its permissions ``app_label.codename``."""
    found: dict[str, list[str]] = {name: [] for name in ROLES}
    for _config, roles in collect("roles", also_off=True):
        for name, permissions in roles.items():
            found.setdefault(name, []).extend(permissions)
    return found


def set_up_roles(only: Iterable[str] = ()) -> dict[str, Group]:
    """Create the groups of all roles, or of those in ``only``, and add the permissions they lack. Safe to repeat.

    Raises LookupError for a name that is no role.
    """
    known = roles_named()
    groups = {}
    for name in only or known:
        if name not in known:
            raise LookupError(f"There is no role {name!r}. Roles: {', '.join(sorted(known))}.")
        groups[name] = Group.objects.get_or_create(name=name)[0]
        groups[name].permissions.add(*permissions_named(known[name]))
    return groups


def roles_to_give() -> QuerySet[Group]:
    """Return the groups that are roles: not those that were derived from assignments."""
    from .rights import DOOR_GROUP

    return Group.objects.filter(derived=None).exclude(name=DOOR_GROUP).order_by("name")
