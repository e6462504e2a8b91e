"""Cases in the Wagtail admin."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import Permission
from django.db.models import QuerySet
from wagtail import hooks

from . import admin


@hooks.register("register_admin_viewset")
def viewsets() -> tuple[Any, ...]:
    """Offer the list."""
    return admin.VIEWSETS


@hooks.register("register_permissions")
def permissions() -> QuerySet[Permission]:
    """Let administrators give the rights to groups."""
    return Permission.objects.filter(content_type__app_label="cases", content_type__model="case")
