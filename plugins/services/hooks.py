"""Other systems are told of services."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from cms.contracts.webhooks import Hook

from .models import Service

HOOKS = [Hook(kind="service", title=_("service"), rows=Service.objects.visible_to)]
