"""Forms where others show them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .models import Form


@dataclass(frozen=True)
class FormAction:
    """A form as something to do: on another site when ``external``; filled in here when ``online``."""

    label: str
    url: str
    online: bool
    external: bool = False


def forms_of_service(reader: Any, key: str) -> list[FormAction]:
    """Return the forms that apply for the service ``key`` ("service:12") and that ``reader`` may see, by title."""
    rows = Form.objects.visible_to(reader).filter(services__key=key, test_mode=False).with_texts()
    found = [
        FormAction(row.title, row.get_absolute_url(), row.kind == Form.Kind.OWN, row.kind == Form.Kind.LINK)
        for row in rows
    ]
    return sorted(found, key=lambda action: (not action.online, action.label.casefold()))
