"""What editors and operators see of the search when they come in."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cms.contracts.portal import Tile

from .learning.views import TODO_RIGHT
from .models import SearchTodo


def tiles(request: HttpRequest) -> list[Tile]:
    """Return how many searches wait for the reader, for those who may decide about them."""
    if not request.user.has_perm(TODO_RIGHT):
        return []
    count = SearchTodo.objects.filter(state=SearchTodo.State.OPEN, assignee=request.user).count()
    return (
        [Tile(title=_("Searches that need me"), value=count, url=f"{reverse('search_learning')}?mine=1")]
        if count
        else []
    )
