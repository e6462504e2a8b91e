"""Find the record an editor means by its title or address, for forms without a chooser."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from .analysis import fold
from .backends import ask
from .models import SearchEntry
from .queries import suggest
from .scope import scope_for

CANDIDATES = 5


def find_record(text: str, *, reader: Any) -> SearchEntry:
    """Return the entry that ``text`` names: an address on this site, or a title (spelling of umlauts doesn't matter).

    Only what ``reader`` may see. Raises ValidationError that names similar titles, or the addresses when several fit.
    """
    wanted = text.strip()
    entries = scope_for(reader).queryset()
    if "/" in wanted and (found := entries.filter(url=_path(wanted)).order_by("pk").first()):
        return found
    begins = [word for word in wanted.split() if len(word) > 2][:1] or [wanted]
    ids = ask(lambda one: one.beginning([], fold(begins[0]), scope_for(reader), 200)) if wanted else []
    same = [row for row in entries.filter(pk__in=ids).order_by("pk") if fold(row.title) == fold(wanted)]
    different = {(row.kind, row.object_id): row for row in reversed(same)}
    if len(different) == 1:
        return next(iter(different.values()))
    if different:
        addresses = ", ".join(sorted(row.url for row in different.values()))
        raise ValidationError(
            _("“%(text)s” names several. Enter the address: %(addresses)s") % {"text": wanted, "addresses": addresses}
        )
    message = _("Nothing is called “%(text)s”. Enter the exact title, or the address of the page.") % {"text": wanted}
    similar = [hit.title for hit in suggest(begins[0], reader=reader, limit=CANDIDATES)]
    if similar:
        titles = ", ".join(_("“%(title)s”") % {"title": title} for title in similar)
        message = f"{message} {_('There are: %(titles)s.') % {'titles': titles}}"
    raise ValidationError(message)


def _path(address: str) -> str:
    try:
        return urlsplit(address).path
    except ValueError:  # "http://["
        return address
