"""What operators must look at."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cms.contracts.health import Problem

from .elastic import shipping
from .elastic.client import FAILURES, get_breaker, get_client
from .elastic.mapping import read_alias
from .models import PendingObject, SearchIndex, Shipment
from .models.shipping import MAX_ATTEMPTS

LONG = timedelta(minutes=5)


def problems() -> list[Problem]:
    """Name what failed, what lags behind, and Elasticsearch being away or without an index."""
    found = []
    if failed := PendingObject.objects.filter(attempts__gt=0).count():
        text = ngettext(
            "One record could not be prepared for the search.",
            "%(n)s records could not be prepared for the search.",
            failed,
        )
        found.append(Problem(name="search-projection", text=text % {"n": failed}))
    if settings.SEARCH_BACKEND != "elasticsearch":
        return found
    live = shipping.targets().filter(state=SearchIndex.State.LIVE).first()
    if live is None:
        found.append(
            Problem(
                name="search-index",
                text=_(
                    "Elasticsearch has no index for this version; the database answers. Run: manage.py search rebuild"
                ),
            )
        )
        return found
    if reason := get_breaker().reason:
        found.append(_away(reason.partition(":")[0]))
        return found
    try:
        if not get_client().options(request_timeout=1, max_retries=0).indices.exists_alias(name=read_alias()):
            found.append(
                Problem(
                    name="search-index",
                    text=_("The index in Elasticsearch is gone; the database answers. Run: manage.py search rebuild"),
                )
            )
    except FAILURES as error:
        found.append(_away(type(error).__name__))
    if dead := Shipment.objects.filter(attempts__gte=MAX_ATTEMPTS).count():
        text = ngettext("Elasticsearch refuses one entry.", "Elasticsearch refuses %(n)s entries.", dead)
        found.append(Problem(name="search-refused", text=text % {"n": dead}))
    if shipping.lag(live) > LONG:
        found.append(Problem(name="search-lag", text=_("Elasticsearch is more than five minutes behind.")))
    return found


def _away(error: str) -> Problem:
    text = _("Elasticsearch does not answer (%(error)s); the database answers searches.")
    return Problem(name="search-engine", text=text % {"error": error})
