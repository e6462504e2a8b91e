"""The API: resources and what else apps contribute below /api/v1/, its schema and its documentation."""

from __future__ import annotations

from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.permissions import AllowAny

from cms.plugins.registry import collect

from .views import UnknownAddress, problems, resource_patterns

urlpatterns = [
    path(
        "v1/",
        include(
            [
                *(pattern for _config, patterns in collect("api", also_off=True) for pattern in patterns),
                *resource_patterns(),
            ]
        ),
    ),
    path("schema/", SpectacularAPIView.as_view(permission_classes=[AllowAny]), name="api_schema"),
    path(
        "docs/",
        # To OPTIONS it would answer with its HTML renderer and no template.
        SpectacularSwaggerSplitView.as_view(
            url_name="api_schema", permission_classes=[AllowAny], http_method_names=["get", "head"]
        ),
        name="api_docs",
    ),
    path("problems/", problems, name="api_problems"),
    path("<path:address>/", UnknownAddress.as_view(), name="api_unknown"),
]
