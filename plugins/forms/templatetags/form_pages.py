"""What the pages of a form say about its language."""

from __future__ import annotations

from django import template
from django.utils.html import format_html

from cms.records.texts import current_language

register = template.Library()


@register.filter
def lang(language: str) -> str:
    """``<h1{{ content_language|lang }}>``: lang="de" for texts of a form that lacks the language of the page.

    The words of the site beside them are in the page's language (WCAG 2.2, 3.1.2).
    """
    return format_html(' lang="{}"', language) if language and language != current_language() else ""
