"""Writing by integrations: who may, how often, what is noted, what is answered. Resources say the rest (``Writes``)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.exceptions import ValidationError as DjangoValidationError
from django.db import transaction
from django.urls import URLPattern, path
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.fields import get_error_detail
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from wagtail.log_actions import log

from cms.accounts.models import User
from cms.contracts.api import Resource, Writes
from cms.integrations.credentials import Credential
from cms.integrations.idempotency import once

from .errors import ChangedMeanwhile, InsufficientScope
from .sources import SourceSerializer, etag_of_source
from .views import ReadView, ResourceDetail, ResourceList, ResourceView

ACTION = "integrations.write"


class MayWrite(BasePermission):
    """Keys and tokens with the scope of the resource; never sessions: what people write, they write in the admin."""

    def has_permission(self, request: Request, view: Any) -> bool:
        """Return whether the caller has a key. Raises InsufficientScope for one without the scope."""
        if not isinstance(request.auth, Credential):
            return False
        if view.resource.writes.scope not in request.auth.scopes:
            raise InsufficientScope(view.resource.writes.scope)
        return True


class WriteView(ResourceView):
    """Base of the views that write things of a resource. The caller acts as the account of its integration."""

    writes_on: tuple[str, ...] = ()

    @property
    def writes(self) -> Writes:
        """How the resource is written."""
        return self.resource.writes  # type: ignore[return-value]

    @property
    def account(self) -> User:
        """Who writes."""
        return self.request.auth.integration.account

    def get_permissions(self) -> list[Any]:
        """Return what reading needs for reading, a key with the scope for everything else."""
        return [MayWrite()] if (self.request and self.request.method in self.writes_on) else super().get_permissions()

    def check_permissions(self, request: Request) -> None:
        """Count the request before it is refused: who may not write is limited, too."""
        super().check_throttles(request)
        super().check_permissions(request)

    def check_throttles(self, request: Request) -> None:
        """Nothing more: it is counted already."""

    def source_of(self, thing: Any) -> SourceSerializer:
        """Return the source of ``thing`` (None: of a new one)."""
        return self.writes.source(thing, context={"request": self.request})  # type: ignore[return-value]

    def thing(self, *, lock: bool = False) -> Any:
        """Return the thing of the address; ``lock``: others wait until it is changed.

        Raises NotFound, and PermissionDenied where the caller may read it but not change it.
        """
        pk = self.kwargs["pk"]  # type: ignore[attr-defined]
        if pk >= 2**63:
            raise NotFound
        rows = self.writes.rows().select_for_update(of=("self",)) if lock else self.writes.rows()
        found = rows.filter(pk=pk).first()
        if found is not None and self.writes.may(self.account, found):
            return found
        if self.resource.rows(self.account).filter(pk=pk).exists():
            raise PermissionDenied
        raise NotFound

    def values(self, source: SourceSerializer) -> Mapping[str, Any]:
        """Return the values of the body. Raises ValidationError."""
        source.is_valid(raise_exception=True)
        return source.validated_data

    def need(self, scopes: Iterable[str]) -> None:
        """Raise InsufficientScope when the key lacks one of ``scopes``."""
        if missing := set(scopes) - self.request.auth.scopes:
            raise InsufficientScope(*missing)

    def match(self, thing: Any) -> None:
        """Raise ChangedMeanwhile when the caller wants to change another version than there is."""
        wanted = self.request.headers.get("If-Match")
        if wanted is None or wanted.strip() == "*":
            return
        # Weak ones never match (RFC 9110, 13.1.1): those of reading are of all that is shown, not of this thing.
        if etag_of_source(self.source_of(thing).data) not in [tag.strip() for tag in wanted.split(",")]:
            raise ChangedMeanwhile

    def carry_out(self, work: Callable[..., Any], values: Mapping[str, Any], **more: Any) -> Any:
        """Return what ``work`` returns and write down who did it. Raises ValidationError with the names of the source."""
        try:
            with transaction.atomic():
                thing = work(by=self.account, **more, **values)
        except DjangoValidationError as error:
            detail = get_error_detail(error)
            names = self.source_of(None).names(detail)
            raise ValidationError({names[name]: texts for name, texts in detail.items()}) from error
        auth = self.request.auth
        # Names of fields, no values: the log must not keep what the thing forgets.
        data = {"integration": auth.integration.name, "credential": auth.label, "method": self.request.method,
                "fields": sorted({name[0] if isinstance(name, tuple) else name
                                  for name in (*values, *values.get("texts", ())) if name != "texts"})}  # fmt: skip
        log(thing, ACTION, user=self.account, data=data)
        return thing

    def answer(self, pk: Any, status: int = 200) -> Response:
        """Answer with the source of the thing as it is now."""
        data = self.source_of(self.writes.rows().get(pk=pk)).data
        headers = {"ETag": etag_of_source(data), "Content-Location": data["source_url"]}
        if status == 201:
            headers["Location"] = data["api_url"]
        return Response(data, status=status, headers=headers)

    def once(self, work: Callable[[], Response]) -> Response:
        """Carry out ``work`` once for each Idempotency-Key."""
        return once(request=self.request, integration=self.request.auth.integration, work=work)


class CreatingList(WriteView, ResourceList):
    """A list that integrations add to."""

    writes_on = ("POST",)

    def post(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Create a thing."""
        return self.once(self._create)

    def _create(self) -> Response:
        values = self.values(self.writes.source(data=self.request.data, context={"request": self.request}))  # type: ignore[arg-type]
        self.need(self.writes.needs(None, values))
        thing = self.carry_out(self.writes.create, values)  # type: ignore[arg-type]
        return self.answer(thing.pk, 201)


class ChangingDetail(WriteView, ResourceDetail):
    """A thing that integrations change."""

    writes_on = ("PATCH",)

    @transaction.atomic
    def patch(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Change the fields that are sent; If-Match holds only while nobody else has changed the thing."""
        thing = self.thing(lock=True)
        self.match(thing)
        source = self.writes.source(thing, data=request.data, partial=True, context={"request": request})  # type: ignore[call-arg]
        values = self.values(source)  # type: ignore[arg-type]
        self.need(self.writes.needs(thing, values))
        self.carry_out(self.writes.change, values, thing=thing)  # type: ignore[arg-type]
        return self.answer(thing.pk)


class Source(WriteView, ReadView):
    """The source of a thing, for those who may change it."""

    writes_on = ("GET", "HEAD", "OPTIONS")
    is_conditional = False

    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Answer with what can be sent back; its ETag is the one for If-Match."""
        return self.answer(self.thing().pk)


class Action(WriteView, ReadView):
    """Something that is done with a thing."""

    writes_on = ("POST",)
    action = ""

    def post(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Do it."""
        return self.once(self._act)

    def _act(self) -> Response:
        thing = self.thing(lock=True)
        self.match(thing)
        self.need(self.writes.needs(thing, {}))
        self.carry_out(self.writes.actions[self.action], {}, thing=thing)
        return self.answer(thing.pk)


def patterns_of(resource: Resource, common: Mapping[str, Any]) -> list[URLPattern]:
    """Return the addresses of source and actions: "api_<kind>_source", "api_<kind>_<action>"."""
    address, name = f"{resource.path}/<int:pk>/", resource.serializer.__name__
    own = {**common, "filterset_class": None}
    source = type(f"{name}Source", (Source,), {**own, "__doc__": f"What can be changed of one of {resource.path}."})
    found = [path(f"{address}source/", source.as_view(), name=f"api_{resource.kind}_source")]
    for action, function in resource.writes.actions.items():  # type: ignore[union-attr]
        view = type(f"{name}{action.title()}", (Action,), {**own, "action": action, "__doc__": function.__doc__})
        found.append(path(f"{address}{action}/", view.as_view(), name=f"api_{resource.kind}_{action}"))
    return found
