"""Texts of records in templates."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from cms.records.richtext import rendered
from cms.records.texts import TextedRecord, current_language, default_language
from cms.records.texts import localized as localized_text

register = template.Library()


@register.filter
def text(record: TextedRecord, field: str) -> str:
    """``{{ service|text:"summary" }}``: the text in the active language, else in German."""
    return record.text(field)


@register.filter
def rich(record: TextedRecord, field: str) -> SafeString:
    """``{{ service|rich:"body" }}``: a text with markup, cleaned once more at the door."""
    return mark_safe(rendered(record.text(field)))  # noqa: S308  cleaned


@register.filter
def localized(value: Any) -> str:
    """``{{ fee.label|localized }}``: a short text in the active language, else in German."""
    return localized_text(value)


@register.filter
def lang_attr(record: TextedRecord, field: str) -> SafeString:
    """``<div{{ service|lang_attr:"body" }}>``: lang="de" when only the German text exists on a page in another language."""
    language = current_language()
    if language != default_language() and not record.text(field, language, fallback=False):
        return mark_safe(f' lang="{escape(default_language())}"')  # noqa: S308  escaped
    return mark_safe("")  # noqa: S308


@register.filter
def euro(cents: int | None) -> str:
    """``{{ fee.amount_cents|euro }}``: integer cents as "37,00 €" (German) or "€37.00" (English)."""
    if cents is None:
        return ""
    whole, rest = divmod(abs(int(cents)), 100)
    sign = "-" if cents < 0 else ""
    if current_language() == "en":
        return f"{sign}€{whole:,}.{rest:02d}"
    return f"{sign}{whole:,}".replace(",", ".") + f",{rest:02d}\u00a0€"
