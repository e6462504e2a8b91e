"""Who may edit records in the admin: everywhere by permission, or within the scope of a role."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from wagtail.permission_policies import ModelPermissionPolicy

from .rights import may, scoped_assignments

#: Adding is for those with the role in the whole city: a new record belongs to nobody yet.
IN_SCOPE = ("change", "delete", "publish", "view", "lock", "unlock")


class ScopedPolicy(ModelPermissionPolicy):
    """Model permissions, and those that a limited role gives for the records it covers."""

    def user_has_permission(self, user: Any, action: str) -> bool:
        """Return whether ``user`` may do ``action`` with at least some record."""
        if super().user_has_permission(user, action):
            return True
        if action not in IN_SCOPE or not user.is_authenticated or not user.is_active:
            return False
        return bool(scoped_assignments(user, self._get_permission_name(action)))

    def user_has_any_permission(self, user: Any, actions: Iterable[str]) -> bool:
        """Return whether ``user`` may do one of ``actions`` with at least some record."""
        return any(self.user_has_permission(user, action) for action in actions)

    def user_has_permission_for_instance(self, user: Any, action: str, instance: Any) -> bool:
        """Return whether ``user`` may do ``action`` with this record."""
        return may(user, self._get_permission_name(action), instance)

    def user_has_any_permission_for_instance(self, user: Any, actions: Iterable[str], instance: Any) -> bool:
        """Return whether ``user`` may do one of ``actions`` with this record."""
        return any(self.user_has_permission_for_instance(user, action, instance) for action in actions)
