"""Entries of the admin's menus for those with a right."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from wagtail.admin.menu import MenuItem


class RightMenuItem(MenuItem):
    """Shown to those who have ``right`` ("app_label.codename") in the whole city; else as Wagtail's MenuItem."""

    def __init__(self, *args: Any, right: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.right = right

    def is_shown(self, request: HttpRequest) -> bool:
        """Return whether the reader has the right."""
        return request.user.has_perm(self.right)
