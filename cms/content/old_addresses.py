"""Addresses that pages had before a move or a new slug lead to them.

Wagtail does the same page by page: for 5,000 pages that takes longer than their move.
"""

from __future__ import annotations

from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import translation
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Page, Site, get_page_models

PORTION, LONGEST = 500, Redirect._meta.get_field("old_path").max_length


def page_moved(instance: Page, url_path_before: str, **kwargs: Any) -> None:
    """Receive Wagtail's signal after a move."""
    keep_old_addresses(page_id=instance.pk, before=url_path_before)


def slug_changed(instance: Page, instance_before: Page, **kwargs: Any) -> None:
    """Receive Wagtail's signal after a page got another slug."""
    keep_old_addresses(page_id=instance.pk, before=instance_before.url_path)


@transaction.atomic
def keep_old_addresses(*, page_id: int, before: str) -> None:
    """Lead old addresses to the page, whose ``url_path`` was ``before``, and to the live pages below it.

    An address that is too long for a redirect is left out. What editors made by hand stays. Raises Page.DoesNotExist.
    """
    page = Page.objects.only("pk", "path", "url_path").get(pk=page_id)
    old, new = _address(before), _address(page.url_path)
    if old is None or new is None or old == new or old[0] != new[0]:
        return
    pages = Page.objects.filter(Q(live=True) | Q(pk=page.pk), path__startswith=page.path).order_by()
    routes = _own_routes(pages)
    found: dict[str, Redirect] = {}
    for pk, url_path in pages.values_list("pk", "url_path"):
        address = f"{old[1]}{url_path.removeprefix(page.url_path)}".rstrip("/")
        for route in routes.get(pk, [""]):
            path = Redirect.normalise_path(address + (route or "/"))
            if len(path) <= LONGEST:
                found[path] = Redirect(
                    old_path=path,
                    site_id=old[0],
                    redirect_page_id=pk,
                    redirect_page_route_path=route,
                    automatically_created=True,
                )
    paths = list(found)
    for place in range(0, len(paths), PORTION):
        portion = paths[place : place + PORTION]
        Redirect.objects.filter(automatically_created=True, site=old[0], old_path__in=portion).delete()
    Redirect.objects.bulk_create(found.values(), batch_size=PORTION, ignore_conflicts=True)


def _address(url_path: str) -> tuple[int, str] | None:
    """Return the site and the path that readers use for ``url_path``; None outside of the site."""
    root = next((root for root in Site.get_site_root_paths() if url_path.startswith(root.root_path)), None)
    if root is None:
        return None
    with translation.override(root.language_code):
        return root.site_id, reverse("wagtail_serve", args=[url_path.removeprefix(root.root_path)])


def _own_routes(pages: QuerySet[Page]) -> dict[int, list[str]]:
    """Return page -> its routes for those of ``pages`` that have more than one address."""
    models = [model for model in get_page_models() if model.get_route_paths is not Page.get_route_paths]
    types = ContentType.objects.get_for_models(*models).values()
    return {
        page.pk: [Redirect.normalise_page_route_path(route) for route in page.get_route_paths()]
        for page in pages.filter(content_type__in=types).defer_streamfields().specific()
    }
