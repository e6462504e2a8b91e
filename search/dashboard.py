"""What editors and operators see of the search when they come in."""

from __future__ import annotations

from django.db.models import Count, Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cms.contracts.portal import Tile

from .learning.views import RIGHT, TODO_RIGHT
from .models import SearchTodo


def tiles(request: HttpRequest) -> list[Tile]:
    """Return how many searches wait for the reader and how many for nobody, for those who may see and decide them."""
    if not request.user.has_perms([RIGHT, TODO_RIGHT]):
        return []
    waiting = SearchTodo.objects.filter(state=SearchTodo.State.OPEN)
    count = waiting.aggregate(
        mine=Count("pk", filter=Q(assignee=request.user)), nobodys=Count("pk", filter=Q(assignee=None))
    )
    url = reverse("search_learning")
    found = [
        Tile(title=_("Searches that need me"), value=count["mine"], url=f"{url}?whose=mine"),
        Tile(title=_("Searches nobody answers for"), value=count["nobodys"], url=f"{url}?whose=nobodys"),
    ]
    return [tile for tile in found if tile.value]
