"""Pages, menus, addresses and previews of drafts by API."""

from django.urls import path

from .addresses import AddressView
from .menus import MenuView
from .pages import RESOURCE
from .previews import PreviewView

RESOURCES = [RESOURCE]
urlpatterns = [
    path("menus/", MenuView.as_view(), name="api_menus"),
    path("addresses/", AddressView.as_view(), name="api_addresses"),
    path("previews/<str:token>/", PreviewView.as_view(), name="api_preview"),
]
