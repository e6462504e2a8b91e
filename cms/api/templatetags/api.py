"""The API's answer that says the same as a page, in the same language."""

from __future__ import annotations

from typing import Any

from django import template
from django.conf import settings
from django.db.models import Model
from django.utils.translation import get_language

from cms.api.resources import resource_for

register = template.Library()


@register.simple_tag(takes_context=True)
def api_address(context: Any) -> str:
    """Return the path of what the page shows in the API: of ``shown_record``, else of ``page``; "" where there is none."""
    shown = context.get("shown_record") or context.get("page")
    if not isinstance(shown, Model) or shown.pk is None or getattr(context.get("request"), "is_preview", False):
        return ""
    resource = resource_for(type(shown))
    if resource is None:
        return ""
    language = get_language() or settings.LANGUAGE_CODE
    # Without the parameter a program without preferences is answered in the city's own language.
    query = "" if language == settings.LANGUAGE_CODE else f"?language={language}"
    return f"/api/v1/{resource.path}/{shown.pk}/{query}"
