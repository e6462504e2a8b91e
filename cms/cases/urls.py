"""Addresses of cases."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from . import views

app_name = "cases"
urlpatterns = [
    path("", views.look_up, name="look_up"),
    path(_("sent/"), views.sent, name="sent"),
    path(_("mine/"), views.mine, name="mine"),
    path(_("mine/<str:reference>/"), views.own, name="own"),
    path("<str:secret>/", views.status, name="status"),
]
