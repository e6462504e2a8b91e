"""Who the person is and how surely: trust levels, and the services that vouch for it."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest
from django.utils.module_loading import import_string

from ...models import Form
from .base import LEVELS, IdentityProvider

NEEDED: dict[str, str] = {Form.Requirement.SUBSTANTIAL: "substantial", Form.Requirement.HIGH: "high"}


def needed(asked: str) -> str:
    """Return the trust level that a form asks for (a value of Form.Requirement), "" for none."""
    return NEEDED.get(asked, "")


def is_enough(asked: str, shown: str) -> bool:
    """Return whether the level ``shown`` meets what a form asks."""
    return shown in LEVELS and LEVELS.index(shown) >= LEVELS.index(needed(asked))


def known_providers() -> list[IdentityProvider]:
    """Return the providers of the setting ``FORMS_IDENTITY``."""
    return [import_string(path)() for path in settings.FORMS_IDENTITY]


def providers(request: HttpRequest, level: str = "") -> list[IdentityProvider]:
    """Return those that are set up and reach the level for who asks."""
    return [one for one in known_providers() if one.is_set_up() and one.reaches(request, level)]
