"""Accessibility in the Wagtail admin."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import Permission
from django.db.models import QuerySet
from django.urls import URLPattern, path
from wagtail import hooks

from . import admin


@hooks.register("register_admin_urls")
def addresses() -> list[URLPattern]:
    """Return the page that takes results."""
    return [path("accessibility-checks/upload/", admin.upload, name="accessibility_upload")]


@hooks.register("register_admin_viewset")
def viewsets() -> tuple[Any, ...]:
    """Offer reports and checks."""
    return admin.VIEWSETS


@hooks.register("register_permissions")
def permissions() -> QuerySet[Permission]:
    """Let administrators give the rights to groups."""
    models = ("barrierreport", "auditrun")
    return Permission.objects.filter(content_type__app_label="accessibility", content_type__model__in=models)
