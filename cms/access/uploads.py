"""What is uploaded while editing a protected page is protected like the page (DESIGN: uploads inherit the page's rule)."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from django.contrib.auth.models import Group
from django.http import HttpRequest, HttpResponse
from wagtail.models import Collection, CollectionViewRestriction, Page

from .models import SIGNED_IN, AccessRule, Clauses, CollectionAccess, PageAccess
from .rules import implies

#: Choosers that take uploads -> the field of their form that names the collection.
FIELDS = {
    "wagtailimages_chooser:create": "image-chooser-upload-collection",
    "wagtaildocs_chooser:create": "document-chooser-upload-collection",
}
#: A page that is being changed, or the one below which a new page is made.
EDITED = re.compile(r"/pages/(?P<changed>\d+)/edit/|/pages/add/\w+/\w+/(?P<parent>\d+)/")


class UploadMiddleware:
    """Put an upload from a page's editor into a collection that is at least as closed as the page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> None:
        """Exchange the collection in the form when it is more open than the page."""
        from cms.media.sections import collection_of_section

        match = request.resolver_match
        field = FIELDS.get(match.view_name) if match and request.method == "POST" else None
        if field is None:
            return
        page = _page(request)
        rule = _rule_of(page) if page else None
        if page is None or rule is None or not rule.clauses:
            return
        chosen = request.POST.get(field, "")
        if not (chosen.isdigit() and implies(_clauses_of(int(chosen)), rule.clauses)):
            values = request.POST.copy()
            own = collection_of_section(user=request.user, page=page, rule=rule)
            values[field] = str((own or collection_for(rule)).pk)
            request.POST = values  # type: ignore[assignment]


def _page(request: HttpRequest) -> Page | None:
    # The browser names the page the dialogue was opened on; from elsewhere ("images" in the menu) there is none.
    found = EDITED.search(urlsplit(request.headers.get("referer", "")).path)
    return Page.objects.filter(pk=found["changed"] or found["parent"]).first() if found else None


def _rule_of(page: Page) -> AccessRule | None:
    access = PageAccess.objects.select_related("rule").filter(page=page).first()
    return access.rule if access else None


def _clauses_of(collection_id: int) -> Clauses:
    access = CollectionAccess.objects.select_related("rule").filter(collection_id=collection_id).first()
    return access.rule.clauses if access else []


def collection_for(rule: AccessRule) -> Collection:
    """Return a collection with exactly this rule, making one when there is none: one level for each clause."""
    found = CollectionAccess.objects.filter(rule=rule).select_related("collection").order_by("pk").first()
    if found:
        return found.collection
    parent = Collection.get_first_root_node()
    for clause in rule.clauses:
        parent = parent.add_child(name=AccessRule(clauses=[clause]).describe()[:255])
        _restrict(parent, clause)
    return parent


def _restrict(collection: Collection, clause: list[dict[str, str]]) -> None:
    """Restrict a collection to a clause that came from a page's restriction: signed in, or groups."""
    whos = [item["who"] for item in clause]
    if SIGNED_IN in whos:
        CollectionViewRestriction.objects.create(
            collection=collection, restriction_type=CollectionViewRestriction.LOGIN
        )
        return
    restriction = CollectionViewRestriction.objects.create(
        collection=collection, restriction_type=CollectionViewRestriction.GROUPS
    )
    ids = [who.removeprefix("group:") for who in whos if who.startswith("group:")]
    restriction.groups.set(Group.objects.filter(pk__in=ids))
