"""What integrations can write of services."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from cms.api.errors import Conflict
from cms.api.sources import LanguagesField, RowSerializer, SourceSerializer
from cms.contracts.api import Writes

from . import services
from .models import Service, ServiceFee, ServicePaper
from .texts import SERVICE_TEXTS


class FeeSource(RowSerializer):
    """A fee; amounts in euro cents."""

    label = LanguagesField(allow_empty=False)
    condition = LanguagesField(required=False)

    class Meta:
        model = ServiceFee
        fields = ["label", "amount_cents", "amount_max_cents", "condition"]
        # As in the admin's form; the databases would take different ones.
        extra_kwargs = dict.fromkeys(("amount_cents", "amount_max_cents"), {"max_value": 999_999_999})


class PaperSource(RowSerializer):
    """A paper to bring or to upload."""

    label = LanguagesField(allow_empty=False)
    note = LanguagesField(required=False)

    class Meta:
        model = ServicePaper
        fields = ["label", "note", "required"]


class ServiceSource(SourceSerializer):
    """The newest draft of a service; lists take the place of all there were."""

    resource_kind = "service"
    text_specs = SERVICE_TEXTS

    fees = FeeSource(many=True, required=False, max_length=100)
    papers = PaperSource(many=True, required=False, max_length=100)
    publish = serializers.BooleanField(
        write_only=True, required=False, help_text="Show this version to everybody; needs the scope services:publish."
    )
    is_published = serializers.BooleanField(source="live", read_only=True)
    has_draft = serializers.BooleanField(
        source="has_unpublished_changes", read_only=True, help_text="Whether this is newer than what is published."
    )

    class Meta:
        model = Service
        fields = [
            *SourceSerializer.IDENTITY, "slug", "leika_key", "processing_days_min", "processing_days_max", "fees", "papers",
            "publish", "is_published", "has_draft",
        ]  # fmt: skip

    def to_representation(self, instance: Service) -> dict[str, Any]:
        """Return the newest draft."""
        return super().to_representation(instance.get_latest_revision_as_object())


def _needs(service: Service | None, values: Mapping[str, Any]) -> list[str]:
    return ["services:publish"] if values.get("publish") else []


def _change(*, by: Any, thing: Service, **values: Any) -> Service:
    try:
        return services.change_service(service=thing, by=by, **values)
    except services.Locked as error:
        raise Conflict(_("Somebody has locked it, or it is being reviewed.")) from error


SCOPES = {
    "services:write": _("Write drafts of services"),
    "services:publish": _("Publish services that were written by API"),
}
WRITES = Writes(
    scope="services:write",
    source=ServiceSource,
    rows=Service.objects.all,
    may=services.may_change,
    create=services.create_service,
    change=_change,
    needs=_needs,
)
