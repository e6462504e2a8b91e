"""How results write numbers."""

from __future__ import annotations

import re

from django import template
from django.utils.formats import number_format
from django.utils.translation import gettext as _

register = template.Library()


@register.filter
def kilometres(distance: float) -> str:
    """Return a distance in kilometres in words: "350 m", "1.2 km"."""
    if distance < 1:
        return _("%(n)s m") % {"n": max(50, round(distance * 20) * 50)}
    return _("%(n)s km") % {"n": number_format(distance, 1)}


@register.filter
def dialled(phone: str) -> str:
    """Return a phone number as a link dials it: digits, and a plus at the beginning."""
    return re.sub(r"(?!^\+)\D", "", phone.replace("(0)", "").strip())
