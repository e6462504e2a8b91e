"""The user model. Own from the first migration, so that it can grow."""

from __future__ import annotations

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.translation import gettext_lazy as _


class User(AbstractUser):
    """A person who signs in: citizen, extranet member, member of staff."""

    email = models.EmailField(_("email address"), unique=True)

    class Meta(AbstractUser.Meta):
        verbose_name = _("user")
        verbose_name_plural = _("users")

    @property
    def is_member_of_staff(self) -> bool:
        """True for members of the city's staff (not to be confused with Django's ``is_staff``)."""
        from cms.access.rules import reader_levels

        return "staff" in reader_levels(self)
