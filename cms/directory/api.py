"""Units and locations by API."""

from __future__ import annotations

from typing import Any

from django.urls import path
from rest_framework import generics, serializers
from rest_framework.pagination import LimitOffsetPagination
from rest_framework.permissions import AllowAny

from .models import Location, OrganisationUnit


class BoundedPagination(LimitOffsetPagination):
    """At most 100 rows an answer."""

    default_limit = 20
    max_limit = 100


class UnitSerializer(serializers.ModelSerializer):
    """A unit in the language of the request."""

    name = serializers.CharField(source="title", read_only=True)
    url = serializers.CharField(source="get_absolute_url", read_only=True)

    class Meta:
        model = OrganisationUnit
        fields = ["slug", "office_code", "name", "phone", "email", "url"]


class LocationSerializer(serializers.ModelSerializer):
    """A location in the language of the request."""

    name = serializers.CharField(source="title", read_only=True)
    url = serializers.CharField(source="get_absolute_url", read_only=True)

    class Meta:
        model = Location
        fields = ["slug", "kind", "name", "address", "latitude", "longitude", "barrier_free", "phone", "email", "url"]


class UnitList(generics.ListAPIView):
    """Organisation units that the caller may see."""

    permission_classes = [AllowAny]
    serializer_class = UnitSerializer
    pagination_class = BoundedPagination
    queryset = OrganisationUnit.objects.none()

    def get_queryset(self) -> Any:
        """Return visible units in order of their codes."""
        return OrganisationUnit.objects.visible_to(self.request).with_texts()


class LocationList(generics.ListAPIView):
    """Locations that the caller may see."""

    permission_classes = [AllowAny]
    serializer_class = LocationSerializer
    pagination_class = BoundedPagination
    queryset = Location.objects.none()

    def get_queryset(self) -> Any:
        """Return visible locations in use."""
        return Location.objects.visible_to(self.request).filter(is_active=True).with_texts()


urlpatterns = [
    path("units/", UnitList.as_view(), name="api_units"),
    path("locations/", LocationList.as_view(), name="api_locations"),
]
