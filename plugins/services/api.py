"""Services by API."""

from __future__ import annotations

from typing import Any

from django.urls import path
from rest_framework import generics, serializers
from rest_framework.permissions import AllowAny

from cms.directory.api import BoundedPagination

from .models import Service
from .presentation import fee_summary, processing_time


class ServiceSerializer(serializers.ModelSerializer):
    """A service in the language of the request."""

    title = serializers.CharField(read_only=True)
    summary = serializers.SerializerMethodField()
    fee = serializers.SerializerMethodField()
    processing_time = serializers.SerializerMethodField()
    url = serializers.CharField(source="get_absolute_url", read_only=True)

    class Meta:
        model = Service
        fields = ["slug", "title", "summary", "fee", "processing_time", "leika_key", "is_sample", "url"]

    def get_summary(self, obj: Service) -> str:
        """Return the summary."""
        return obj.text("summary")

    def get_fee(self, obj: Service) -> str:
        """Return the fee in a few words."""
        return fee_summary(obj)

    def get_processing_time(self, obj: Service) -> str:
        """Return the processing time in a few words."""
        return processing_time(obj)


class ServiceList(generics.ListAPIView):
    """Published services that the caller may see."""

    permission_classes = [AllowAny]
    serializer_class = ServiceSerializer
    pagination_class = BoundedPagination
    queryset = Service.objects.none()

    def get_queryset(self) -> Any:
        """Return visible services."""
        return Service.objects.visible_to(self.request).for_cards()


urlpatterns = [path("services/", ServiceList.as_view(), name="api_services")]
