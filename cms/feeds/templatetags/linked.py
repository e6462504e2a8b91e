"""What a page says of itself to machines: JSON-LD with the words of schema.org.

Scripts of this type are data: browsers don't run them, so the policy for scripts doesn't hold for them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from django import template
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from cms.records.richtext import plain

register = template.Library()
#: So that no text can end the script.
_ESCAPES = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026"}


@register.simple_tag
def linked_data(things: Any) -> SafeString:
    """Write ``things`` (a list of dicts with ``@type``; addresses whole) as JSON-LD; nothing for an empty one."""
    if not things:
        return SafeString("")
    things = [{"@context": "https://schema.org", **thing} for thing in things]
    text = json.dumps(things[0] if len(things) == 1 else things, ensure_ascii=False)
    return mark_safe(f'<script type="application/ld+json">{text.translate(_ESCAPES)}</script>')  # noqa: S308  escaped


@register.simple_tag(takes_context=True)
def linked_crumbs(context: template.Context, current: Any) -> SafeString:
    """Write the way to this page: from the context ``parent_url`` and ``parent_title``, ``breadcrumbs``, ``ancestors``."""
    request = context["request"]
    way = [(_("Start page"), context["navigation"].home_url)]
    if context.get("parent_url"):
        way.append((str(context["parent_title"]), context["parent_url"]))
    way += [(page.title, page.get_url(request)) for page in context.get("breadcrumbs") or ()]
    way += [(record.title, record.get_absolute_url()) for record in context.get("ancestors") or ()]
    way.append((str(current), request.path))
    items = [
        {"@type": "ListItem", "position": number, "name": title, "item": request.build_absolute_uri(url)}
        for number, (title, url) in enumerate(way, start=1)
    ]
    return linked_data([{"@type": "BreadcrumbList", "itemListElement": items}])


@register.simple_tag
def linked_questions(items: Iterable[dict[str, Any]]) -> SafeString:
    """Write an accordion as questions and answers, if it consists of nothing else."""
    found = list(items)
    if len(found) < 2 or not all(str(item["title"]).rstrip().endswith("?") for item in found):
        return SafeString("")
    questions = [
        {
            "@type": "Question",
            "name": str(item["title"]),
            "acceptedAnswer": {"@type": "Answer", "text": plain(str(item["text"]))},
        }
        for item in found
    ]
    return linked_data([{"@type": "FAQPage", "mainEntity": questions}])


@register.simple_tag(takes_context=True)
def linked_site(context: template.Context) -> SafeString:
    """Write what the site is, who answers for it, and how to search it."""
    request, navigation = context["request"], context["navigation"]
    home = request.build_absolute_uri(navigation.home_url)
    site: dict[str, Any] = {
        "@type": "WebSite",
        "@id": f"{home}#website",
        "url": home,
        "name": _("City of Mainz"),
        "inLanguage": navigation.language,
        "publisher": {"@type": "GovernmentOrganization", "name": _("City of Mainz"), "url": home},
    }
    if navigation.opensearch_url:  # the search is there
        site["potentialAction"] = {
            "@type": "SearchAction",
            "target": {
                "@type": "EntryPoint",
                "urlTemplate": request.build_absolute_uri(navigation.search_url) + "?q={search_term_string}",
            },
            "query-input": "required name=search_term_string",
        }
    return linked_data([site])
