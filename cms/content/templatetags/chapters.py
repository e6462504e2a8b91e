"""The text of a chapter with its footnotes."""

from __future__ import annotations

import re
from typing import Any

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from ..footnotes import cited_numbers, with_links

register = template.Library()
HEADING = re.compile(r"<(/?)h([2-5])(?=[\s>])")


@register.simple_tag(takes_context=True)
def chapter_text(context: Any, chapter: Any, below: int = 0) -> SafeString:
    """Return the rendered body of ``chapter`` with its footnotes; headings ``below`` so many levels deeper."""
    values = context.flatten()
    html = "\n".join(str(block.render(context=values)) for block in chapter.shown_body)
    if below:
        html = HEADING.sub(lambda match: f"<{match[1]}h{int(match[2]) + below}", html)
    notes = list(chapter.footnotes.all()) if cited_numbers(html) else []
    text, cited = with_links(html, prefix=chapter.slug, count=len(notes))
    rows = [(number, note, number in cited) for number, note in enumerate(notes, start=1)]
    values |= {"text": text, "notes": rows, "prefix": chapter.slug, "level": 2 + below}
    return render_to_string("content/chapter_text.html", values)
