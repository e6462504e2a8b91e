"""Services and life situations by API."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import Exists, OuterRef, QuerySet
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from cms.api.filters import MomentFilter
from cms.api.resources import resource_of
from cms.api.serializers import References, ResourceSerializer
from cms.contracts.api import Resource
from cms.records.richtext import rendered
from cms.records.texts import localized

from .models import LifeSituation, Service
from .presentation import fee_amount, fee_summary, is_online, processing_time, with_form
from .sources import WRITES


class SituationSerializer(ResourceSerializer):
    """A life situation in the language of the answer."""

    summary = serializers.SerializerMethodField()

    class Meta:
        model = LifeSituation
        fields = [*ResourceSerializer.IDENTITY, "slug", "summary", "icon"]

    def get_summary(self, obj: LifeSituation) -> str:
        """Return what it is about."""
        return obj.text("summary")


class ServiceSerializer(ResourceSerializer):
    """A service in the language of the answer."""

    summary = serializers.SerializerMethodField()
    fee = serializers.SerializerMethodField(help_text="In a few words, for people.")
    processing_time = serializers.SerializerMethodField(help_text="In a few words, for people.")
    is_online = serializers.SerializerMethodField(help_text="Whether it can be done online.")

    class Meta:
        model = Service
        fields = [
            *ResourceSerializer.IDENTITY, "slug", "summary", "fee", "processing_time", "processing_days_min",
            "processing_days_max", "is_online", "leika_key", "is_sample", "updated_at",
        ]  # fmt: skip

    def get_summary(self, obj: Service) -> str:
        """Return the summary."""
        return obj.text("summary")

    def get_fee(self, obj: Service) -> str:
        """Return the fee in a few words."""
        return fee_summary(obj)

    def get_processing_time(self, obj: Service) -> str:
        """Return the processing time in a few words."""
        return processing_time(obj)

    def get_is_online(self, obj: Service) -> bool:
        """Return whether there is a way to do it online."""
        if "with_form" not in self.context:
            self.context["with_form"] = with_form(self.context["request"])
        return is_online(obj, self.context["with_form"])


class FeeSerializer(serializers.Serializer):
    """A fee; amounts in euro cents, null where only words are known."""

    label = serializers.SerializerMethodField()
    amount_cents = serializers.IntegerField(allow_null=True)
    amount_max_cents = serializers.IntegerField(allow_null=True)
    amount = serializers.SerializerMethodField(help_text="For people.")
    condition = serializers.SerializerMethodField()

    def get_label(self, obj: Any) -> str:
        """Return for what."""
        return localized(obj.label)

    def get_amount(self, obj: Any) -> str:
        """Return the amount in words."""
        return fee_amount(obj)

    def get_condition(self, obj: Any) -> str:
        """Return when it applies."""
        return localized(obj.condition)


class PaperSerializer(serializers.Serializer):
    """A paper to bring or to upload."""

    label = serializers.SerializerMethodField()
    note = serializers.SerializerMethodField()
    required = serializers.BooleanField()

    def get_label(self, obj: Any) -> str:
        """Return which paper."""
        return localized(obj.label)

    def get_note(self, obj: Any) -> str:
        """Return what to know about it."""
        return localized(obj.note)


class NamedLinkSerializer(serializers.Serializer):
    """A text that may lead somewhere."""

    label = serializers.SerializerMethodField()
    url = serializers.CharField(allow_blank=True)

    def get_label(self, obj: Any) -> str:
        """Return the text."""
        return localized(obj.label)


class OnlineServiceSerializer(NamedLinkSerializer):
    """A way to do it online; ``way`` is "online", "form", "appointment" or "info"."""

    way = serializers.CharField(source="kind")


class AtUnitSerializer(serializers.Serializer):
    """What holds for the service at one of its units."""

    unit_id = serializers.CharField()
    note = serializers.SerializerMethodField()

    def get_note(self, obj: Any) -> str:
        """Return for what it is responsible."""
        return localized(obj.note)


class AtLocationSerializer(serializers.Serializer):
    """What holds for the service at one of its locations."""

    location_id = serializers.CharField()
    duration_minutes = serializers.IntegerField(allow_null=True, help_text="How long an appointment takes.")
    appointment_url = serializers.CharField(allow_blank=True)


class ServiceDetailSerializer(ServiceSerializer):
    """A service with all that its page says. Texts with headings and lists are HTML."""

    body = serializers.SerializerMethodField()
    requirements = serializers.SerializerMethodField()
    procedure = serializers.SerializerMethodField()
    papers_note = serializers.SerializerMethodField()
    fee_note = serializers.SerializerMethodField()
    processing_time_note = serializers.SerializerMethodField()
    alternative_titles = serializers.SerializerMethodField()
    languages = serializers.SerializerMethodField(help_text="The languages it has a title in.")
    fees = FeeSerializer(source="fees.all", many=True)
    papers = PaperSerializer(source="papers.all", many=True)
    legal_bases = NamedLinkSerializer(source="legal_bases.all", many=True)
    online_services = OnlineServiceSerializer(source="online_services.all", many=True)
    units = References("unit", lambda service: [row.unit_id for row in service.responsibilities.all()])
    locations = References("location", lambda service: [row.location_id for row in service.places.all()])
    at_units = serializers.SerializerMethodField(help_text="What holds at each of the units.")
    at_locations = serializers.SerializerMethodField(help_text="What holds at each of the locations.")
    life_situations = References(
        "life_situation", lambda service: [situation.pk for situation in service.life_situations.all()]
    )

    class Meta(ServiceSerializer.Meta):
        fields = [
            *ServiceSerializer.Meta.fields, "body", "requirements", "procedure", "papers_note", "fee_note",
            "processing_time_note", "alternative_titles", "languages", "fees", "papers", "legal_bases", "online_services",
            "units", "locations", "at_units", "at_locations", "life_situations",
        ]  # fmt: skip

    def get_body(self, obj: Service) -> str:
        """Return the description."""
        return rendered(obj.text("body"))

    def get_requirements(self, obj: Service) -> str:
        """Return who may have it."""
        return rendered(obj.text("requirements"))

    def get_procedure(self, obj: Service) -> str:
        """Return how it goes."""
        return rendered(obj.text("procedure"))

    def get_papers_note(self, obj: Service) -> str:
        """Return what to know about the papers."""
        return rendered(obj.text("papers_note"))

    def get_fee_note(self, obj: Service) -> str:
        """Return what to know about the fees."""
        return rendered(obj.text("fee_note"))

    def get_processing_time_note(self, obj: Service) -> str:
        """Return what to know about the time it takes."""
        return obj.text("processing_time_note")

    def get_alternative_titles(self, obj: Service) -> list[str]:
        """Return what people also call it."""
        return obj.text_list("alternative_titles")

    def get_languages(self, obj: Service) -> list[str]:
        """Return the codes of the languages."""
        return obj.languages()

    @extend_schema_field(AtUnitSerializer(many=True))
    def get_at_units(self, obj: Service) -> Any:
        """Return it for units that the caller may see."""
        return AtUnitSerializer(self._seen(obj.responsibilities.all(), "unit"), many=True).data

    @extend_schema_field(AtLocationSerializer(many=True))
    def get_at_locations(self, obj: Service) -> Any:
        """Return it for locations that the caller may see."""
        return AtLocationSerializer(self._seen(obj.places.all(), "location"), many=True).data

    def _seen(self, rows: Any, kind: str) -> list[Any]:
        column, seen = f"{kind}_id", self.context["referenced"].get(kind)
        if seen is None and (resource := resource_of(kind)):  # the caller did not choose the references themselves
            ids = [getattr(row, column) for row in rows]
            seen = set(resource.rows(self.context["request"]).filter(pk__in=ids).values_list("pk", flat=True))
        return [row for row in rows if getattr(row, column) in (seen or ())]


class ServiceFilters(django_filters.FilterSet):
    """Which services."""

    leika_key = django_filters.CharFilter(lookup_expr="contains")
    unit = django_filters.NumberFilter(method="filter_responsible", help_text="Number of the unit that does it.")
    location = django_filters.NumberFilter(method="filter_place", help_text="Number of the location where it is done.")
    life_situation = django_filters.CharFilter(
        field_name="life_situations__slug", help_text="Slug of a life situation."
    )
    updated_since = MomentFilter(field_name="updated_at", lookup_expr="gte")

    class Meta:
        model = Service
        fields = ["slug", "leika_key", "unit", "location", "life_situation", "is_popular", "updated_since"]

    def filter_responsible(self, rows: QuerySet, name: str, value: Any) -> QuerySet:
        """Keep the services of a unit that the caller may see."""
        return self._related(rows, "unit", "responsibilities__unit_id", value)

    def filter_place(self, rows: QuerySet, name: str, value: Any) -> QuerySet:
        """Keep the services done at a location that the caller may see."""
        return self._related(rows, "location", "places__location_id", value)

    def _related(self, rows: QuerySet, kind: str, column: str, value: Any) -> QuerySet:
        model = Service._meta.get_field(column.split("__")[0]).related_model._meta.get_field(kind).related_model
        number = int(value) if abs(value) < 2**63 else -1
        visible = model.objects.visible_to(self.request).filter(pk=number)
        through = Service.objects.filter(pk=OuterRef("pk"), **{f"{column}__in": visible.values("pk")})
        return rows.filter(Exists(through))


def _detailed(reader: Any) -> Any:
    return (
        Service.objects.visible_to(reader)
        .for_cards()
        .with_children("papers", "legal_bases", "responsibilities", "places")
        .prefetch_related("life_situations")
    )


RESOURCES = [
    Resource(
        kind="service",
        path="services",
        rows=lambda reader: Service.objects.visible_to(reader).for_cards(),
        serializer=ServiceSerializer,
        detail_rows=_detailed,
        detail_serializer=ServiceDetailSerializer,
        filters=ServiceFilters,
        writes=WRITES,
        page="services:index",
    ),
    Resource(
        kind="life_situation",
        path="life-situations",
        rows=lambda reader: LifeSituation.objects.with_texts(),
        serializer=SituationSerializer,
        page="services:life_situations",
    ),
]
