"""Where readers ask for another form of a file they can't use."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote, urlencode

from django.conf import settings
from django.utils.translation import gettext as _


def contact_for_barriers(document: Any) -> str:
    """Return the address with the document already named: a mail, or the page in ``BARRIER_CONTACT``."""
    contact = settings.BARRIER_CONTACT
    if contact.startswith("mailto:"):
        return f"{contact}?subject={quote(_('Another form of “%(title)s”') % {'title': document.title})}"
    return f"{contact}?{urlencode({'about': document.url})}"
