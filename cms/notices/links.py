"""Which addresses may stand in a notice."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.translation import gettext_lazy as _

WRONG = _("Enter an address that begins with https://, or a path of this site that begins with a slash.")


def validate_link(value: str) -> None:
    """Raise ValidationError unless ``value`` is a web address or a path of this site; never a script."""
    if value.startswith("/"):
        # Two slashes, or a backslash that browsers take for one, would lead to another host.
        if value[1:2] in ("/", "\\") or any(character.isspace() or not character.isprintable() for character in value):
            raise ValidationError(WRONG)
        return
    try:
        URLValidator(schemes=["https", "http"])(value)
    except ValidationError as error:
        raise ValidationError(WRONG) from error
