"""The description of the API (OpenAPI 3.1): our addresses only, with the parameters and errors that all of them have."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter

from .errors import BY_STATUS, MEDIA_TYPE, PROBLEMS
from .serializers import References, ResourceSerializer
from .sources import StrictSerializer
from .views import ReadView, ResourceDetail, ResourceList
from .writing import Action, CreatingList, WriteView

PROBLEM = {
    "type": "object",
    "description": "Problem details (RFC 9457).",
    "required": ["type", "title", "status", "detail", "code"],
    "properties": {
        "type": {"type": "string", "format": "uri"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "code": {"type": "string", "enum": list(PROBLEMS)},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["detail", "code"],
                "properties": {
                    "pointer": {"type": "string", "description": "Place in the body (JSON pointer, RFC 6901)."},
                    "parameter": {"type": "string", "description": "Name of the parameter."},
                    "detail": {"type": "string"},
                    "code": {"type": "string"},
                },
            },
        },
    },
}
#: Errors of every address, and those of addresses that take a body.
ERRORS, WRITE_ERRORS = ("400", "401", "403", "404", "405", "406", "413", "429", "503"), ("409", "412", "415", "422")
CODES = {**{str(number): code for number, code in BY_STATUS.items()}, "422": "idempotency-key-reused"}
#: Headers of requests and answers when something is written.
IF_MATCH = OpenApiParameter(
    "If-Match", str, OpenApiParameter.HEADER, description="The ETag of the source that was read; 412 if it has changed."
)
IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key", {"type": "string", "pattern": "^[!#-~]{1,255}$"}, OpenApiParameter.HEADER,
    description="A UUID of your own: the same request with the same key is carried out once in 24 hours.",
)  # fmt: skip
ANSWERED = [
    OpenApiParameter("ETag", str, OpenApiParameter.HEADER, response=[200, 201], description="Of the source."),
    OpenApiParameter(
        "Content-Location", str, OpenApiParameter.HEADER, response=[200, 201], description="Where the source is."
    ),
]
CREATED = [
    OpenApiParameter("Location", str, OpenApiParameter.HEADER, response=[201], description="Where it is read."),
    OpenApiParameter(
        "Idempotency-Replayed", str, OpenApiParameter.HEADER, response=[200, 201], enum=["true"],
        description="The request was carried out before; this is the answer of then.",
    ),
]  # fmt: skip


class ApiSchema(AutoSchema):
    """Describes the parameters that our views share."""

    def get_override_parameters(self) -> list[OpenApiParameter]:
        """Return language, choice of fields and expansion where the view has them."""
        if not isinstance(self.view, ReadView):
            return []
        languages = [code for code, _name in settings.LANGUAGES]
        found = [
            OpenApiParameter("language", str, enum=languages, description="Instead of the header Accept-Language.")
        ]
        if self._writes():
            sent = [] if self.method == "GET" else [IF_MATCH] if self.method == "PATCH" else [IDEMPOTENCY_KEY]
            sent += [IF_MATCH] if isinstance(self.view, Action) else []
            return [*found, *sent, *ANSWERED, *(CREATED if self.method == "POST" else [])]
        if isinstance(self.view, (ResourceList, ResourceDetail)):
            fields = self.view.get_serializer_class()(context={}).fields
            references = [name for name, field in fields.items() if isinstance(field, References)]
            found.append(OpenApiParameter("fields", _some(fields), style="form", explode=False,
                                          description="Only these fields."))  # fmt: skip
            if references:
                found.append(OpenApiParameter("expand", _some(references), style="form", explode=False,
                                              description="References shown in full."))  # fmt: skip
        return found

    def _writes(self) -> bool:
        """Return whether the operation is for integrations."""
        return isinstance(self.view, WriteView) and self.method in self.view.writes_on

    def get_request_serializer(self) -> Any:
        """Return the source where it is sent."""
        if not self._writes():
            return super().get_request_serializer()
        return None if isinstance(self.view, Action) else self.view.writes.source

    def get_response_serializers(self) -> Any:
        """Return the source where something is written."""
        if not self._writes():
            return super().get_response_serializers()
        return {201 if isinstance(self.view, CreatingList) else 200: self.view.writes.source}

    def get_auth(self) -> list[dict[str, Any]]:
        """Return a key alone where only keys may write."""
        found = super().get_auth()
        return [item for item in found if "bearer" in item] if self._writes() else found

    def _is_list_view(self, serializer: Any = None) -> bool:
        """Return whether the answer is a list of things; what is created there is one thing."""
        if isinstance(self.view, ResourceList):
            return self.method == "GET"
        return super()._is_list_view(serializer)

    def _map_serializer(self, serializer: Any, direction: Any, bypass_extensions: bool = False) -> Any:
        """Say that sources have no other fields, and that ``fields`` may leave out any of a resource."""
        schema = super()._map_serializer(serializer, direction, bypass_extensions)
        one = serializer if isinstance(serializer, type) else type(serializer)
        if issubclass(one, ResourceSerializer):
            return {name: value for name, value in schema.items() if name != "required"}
        return {**schema, "additionalProperties": False} if issubclass(one, StrictSerializer) else schema

    def is_deprecated(self) -> bool:
        """Return whether the view says so."""
        return bool(getattr(self.view, "deprecation", None)) or super().is_deprecated()

    def get_summary(self) -> str:
        """Return what the address is: the first line of the view."""
        return (type(self.view).__doc__ or "").strip().splitlines()[0]

    def get_description(self) -> str:
        """Return what the answer says of the thing, in one paragraph."""
        if isinstance(self.view, (ResourceList, ResourceDetail)):
            return " ".join((self.view.get_serializer_class().__doc__ or "").split())
        return " ".join(super().get_description().split())


def _some(names: Any) -> dict[str, Any]:
    return {"type": "array", "items": {"type": "string", "enum": list(names)}}


def only_public_api(endpoints: list[tuple[str, str, str, Any]]) -> list[tuple[str, str, str, Any]]:
    """Keep (path, regex, method, view) entries below /api/v1/. A preprocessing hook of drf-spectacular."""
    return [entry for entry in endpoints if entry[0].startswith("/api/v1/")]


def with_errors(result: dict[str, Any], generator: Any, request: Any, public: bool) -> dict[str, Any]:
    """Describe the errors of every operation, and 304 of those that only read. A postprocessing hook."""
    result.setdefault("components", {}).setdefault("schemas", {})["Problem"] = PROBLEM
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    for operations in result["paths"].values():
        for method, operation in operations.items():
            numbers = ERRORS if method in ("get", "head") else (*ERRORS, *WRITE_ERRORS)
            for number in numbers:
                operation["responses"].setdefault(
                    number, {"description": str(PROBLEMS[CODES[number]]), "content": content}
                )
            if method == "get":
                operation["responses"].setdefault("304", {"description": "The caller has the current answer."})
            operation["responses"] = dict(sorted(operation["responses"].items()))
    return result
