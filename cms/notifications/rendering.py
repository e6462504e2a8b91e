"""From one template to subject, text and HTML, in the recipient's language.

A message is one template that extends ``layout`` and fills the blocks ``subject`` and ``text``; ``html`` only if the
paragraphs of the text are not enough.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.html import linebreaks, urlize
from django.utils.safestring import mark_safe

LAYOUTS = "notifications/layouts/"


@dataclass(frozen=True)
class Message:
    """A rendered message; the subject has one line."""

    subject: str
    text: str
    html: str


def render(template: str, context: Mapping[str, Any], language: str) -> Message:
    """Render ``template`` for ``language``. Raises TemplateDoesNotExist; ValueError for an empty subject or text."""
    with translation.override(language):
        values = {
            "language": language,
            "site_name": settings.WAGTAIL_SITE_NAME,
            "site_url": settings.SITE_URL,
            **context,
        }
        subject = one_line(_part("subject.txt", template, values))
        body = re.sub(r"\n{3,}", "\n\n", _part("body.txt", template, values)).strip()
        if not subject or not body:
            raise ValueError(f"The template {template!r} has no subject or no text.")
        text = _part("text.txt", template, {**values, "body": body}).strip() + "\n"
        # urlize escapes what is not a link.
        as_html = mark_safe(linebreaks(urlize(body, nofollow=False, autoescape=True)))  # noqa: S308
        html = _part("html.html", template, {**values, "subject": subject, "body": as_html})
    return Message(subject=subject, text=text, html=html.strip())


def one_line(value: str) -> str:
    """Return ``value`` without line ends and control characters: what goes into a header can't begin another one."""
    return " ".join(re.sub(r"[\x00-\x1f\x7f\x85\u2028\u2029]+", " ", value).split())[:255].strip()


def _part(layout: str, template: str, values: Mapping[str, Any]) -> str:
    return render_to_string(template, {**values, "layout": LAYOUTS + layout})
