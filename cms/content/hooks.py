"""Other systems are told of pages."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail.models import Page

from cms.access.pages import visible_pages
from cms.contracts.webhooks import Hook


def _rows(reader: Any) -> Any:
    """Return the pages the reader may see; the root of the tree is none."""
    return visible_pages(reader, Page.objects.filter(depth__gt=1))


HOOKS = [Hook(kind="page", title=_("page"), rows=_rows)]
