"""Who refers to a thing: asked before it is deleted or withdrawn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Model
from django.utils.translation import gettext as _
from wagtail.admin.admin_url_finder import AdminURLFinder
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Page, ReferenceIndex, Site

from cms.events.receivers import kind_of
from cms.plugins.references import uses_of

#: So many are named; the rest is a number.
SHOWN = 20


@dataclass(frozen=True)
class UsedBy:
    """A place that refers to a thing: what it is, where one edits it, and what would be lost."""

    title: str
    url: str = ""
    what: str = ""


def used_by(thing: Model, user: Any) -> list[UsedBy]:
    """Return the places that refer to ``thing``: content, records of plugins, redirects, menus.

    Of places ``user`` may not edit only the kind is named.
    """
    found = _references(thing, user)
    found += [UsedBy(str(use.title), use.url) for use in uses_of(kind_of(type(thing)), thing.pk)]
    if isinstance(thing, Page):
        found += _ways_to(thing)
    return found


def _references(thing: Model, user: Any) -> list[UsedBy]:
    finder = AdminURLFinder(user)
    found = []
    for source, references in ReferenceIndex.get_references_to(thing).group_by_source_object():
        if source is None or source == thing or isinstance(source, Redirect):
            continue
        url = finder.get_edit_url(source) or ""
        kind = str(source._meta.verbose_name)
        where = ", ".join(dict.fromkeys(str(reference.describe_source_field()) for reference in references))
        found.append(UsedBy(str(source) if url else _("a %(kind)s you may not edit") % {"kind": kind}, url, where))
    return found


def _ways_to(page: Page) -> list[UsedBy]:
    found = []
    redirects = Redirect.objects.filter(redirect_page=page)
    if paths := list(redirects.values_list("old_path", flat=True)[:3]):
        found.append(
            UsedBy(
                _("%(n)d redirects, such as %(path)s") % {"n": redirects.count(), "path": paths[0]}, "", _("redirect")
            )
        )
    if page.live and page.show_in_menus:
        found.append(UsedBy(_("Menu of the site"), "", _("menu")))
    if Site.objects.filter(root_page=page).exists():
        found.append(UsedBy(_("Start page of the site"), "", _("site")))
    return found


def used_below(page: Page) -> int:
    """Return how many references from elsewhere lead to pages below ``page``."""
    ids = [str(pk) for pk in page.get_descendants().values_list("pk", flat=True)]
    if not ids:
        return 0
    inside = {*ids, str(page.pk)}
    base = ReferenceIndex._get_base_content_type(Page)
    count = 0
    for at in range(0, len(ids), 500):
        rows = ReferenceIndex.objects.filter(to_content_type=base, to_object_id__in=ids[at : at + 500])
        count += sum(
            1
            for kind, source in rows.values_list("base_content_type_id", "object_id").distinct()
            if kind != base.pk or source not in inside
        )
    return count
