"""Writing services by program: always as a draft, which is published only when asked for. The admin has Wagtail's forms."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from wagtail.log_actions import log

from cms.accounts import rights

from .models import Service, ServiceFee, ServicePaper

Rows = Iterable[Mapping[str, Any]]
Texts = Mapping[tuple[str, str], str]


class Locked(Exception):
    """Somebody has locked the service, or its draft is being reviewed."""


def may_change(user: Any, service: Service) -> bool:
    """Return whether ``user`` may change this service, by a role in a unit that does it or in the whole city."""
    return rights.may(user, "services.change_service", service)


@transaction.atomic
def create_service(*, by: Any, publish: bool = False, **values: Any) -> Service:
    """Create a draft from texts, (field, language) -> text, fees, papers and fields; ``publish`` it if asked.

    Raises PermissionDenied and ValidationError.
    """
    if not by.has_perm("services.add_service"):
        raise PermissionDenied
    service = Service(live=False)
    _set(service, **values)
    service.full_clean()
    service.save()
    log(service, "wagtail.create", user=by, content_changed=True)
    _keep(service, by, publish)
    return service


@transaction.atomic
def change_service(*, service: Service, by: Any, publish: bool = False, **values: Any) -> Service:
    """Change the newest draft, or begin one; what the public sees stays as it is until it is published.

    Raises PermissionDenied, ValidationError and Locked.
    """
    if not may_change(by, service):
        raise PermissionDenied
    draft = service.get_latest_revision_as_object()
    lock = draft.get_lock()
    if lock is not None and lock.for_user(by):
        raise Locked
    _set(draft, **values)
    draft.full_clean()
    log(draft, "wagtail.edit", user=by, content_changed=True)
    _keep(draft, by, publish)
    return service


def _set(
    service: Service,
    *,
    texts: Texts | None = None,
    fees: Rows | None = None,
    papers: Rows | None = None,
    **values: Any,
) -> None:
    service.set_texts(dict(texts or {}))
    if fees is not None:
        service.fees.set([ServiceFee(**row) for row in fees])
    if papers is not None:
        service.papers.set([ServicePaper(**row) for row in papers])
    for name, value in values.items():
        setattr(service, name, value)


def _keep(draft: Service, by: Any, publish: bool) -> None:
    revision = draft.save_revision(user=by)
    if publish:
        if not rights.may(by, "services.publish_service", draft):
            raise PermissionDenied
        revision.publish(user=by)
